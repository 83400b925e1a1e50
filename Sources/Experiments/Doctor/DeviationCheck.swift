import Files

/// Whether the policy's deviation is where learning is possible.
enum DeviationCheck {
  /// The finding, or nil.
  ///
  /// - Parameters:
  ///   - deviation: mean σ of θ.
  ///   - start: σ at the start.
  ///   - innerLearningRate: α.
  ///   - adapts: whether the policy adapts.
  /// - Returns: a collapse, an explosion, or nil.
  static func finding(
    _ deviation: Double, start: Double, innerLearningRate: Double, adapts: Bool
  ) -> Finding? {
    let text = FigureText.significant(deviation)
    if deviation < TrainingDoctor.collapse * start {
      let growth = FigureText.significant((start / deviation) * (start / deviation))
      return Finding(
        .deviationCollapsed,
        seen: "the policy's deviation has collapsed from \(start) to \(text)",
        cause: adapts
          ? "It hardly explores before adapting, and inner gradients are about \(growth) times "
            + "longer than at the start: raise policy.minimum_standard_deviation, or lower the "
            + "inner learning rate \(innerLearningRate)"
          : "It hardly explores: raise policy.minimum_standard_deviation")
    }
    if deviation > TrainingDoctor.explosion * start || !deviation.isFinite {
      return Finding(
        .deviationExploded, seen: "the policy's deviation has grown from \(start) to \(text)",
        cause: "It acts almost at random, or in vain beyond the limits of its actions: look at "
          + "the action scale and the control cost, or lower trust_region.maximum_kl")
    }
    return nil
  }
}
