import Files
import Statistics

/// Whether adapting gains anything, from paired gains of iterations or tasks.
enum GainCheck {
  /// The finding, or nil where the gain is plainly positive, or too few gains can show it.
  ///
  /// - Parameters:
  ///   - gains: independent gains.
  ///   - scope: what they are of, for the message.
  ///   - innerLearningRate: α of the first step.
  /// - Returns: no gain, a negative gain, or nil.
  static func finding(
    _ gains: [Double], of scope: String, innerLearningRate: Double
  ) -> Finding? {
    guard gains.count >= fewestBootstrapValues, gains.allSatisfy(\.isFinite),
      let interval = studentInterval(of: gains), interval.lower <= 0
    else { return nil }
    let figure = FigureText.figure(mean(of: gains), interval)
    if interval.upper < 0 {
      return Finding(
        .negativeGain, seen: "adapting makes returns worse \(scope): \(figure)",
        cause: "The inner step overshoots: its gradient grows like 1/σ² as the policy's "
          + "deviation falls. Try a smaller inner learning rate than \(innerLearningRate), or a "
          + "greater policy.minimum_standard_deviation")
    }
    return Finding(
      .noGain, seen: "no gain from adapting \(scope): \(figure)",
      cause: "The inner step is too short to matter (inner learning rate \(innerLearningRate)), "
        + "its gradient too noisy (take more episodes a task), or tasks do not differ in what "
        + "the policy should do")
  }
}

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
          + "the action scale and the control cost, or lower outer.maximum_kl")
    }
    return nil
  }
}
