import Statistics

/// The evaluated policy against another one after each step, on the same tasks, start states and
/// noise.
public struct PolicyComparison: Sendable, Equatable {
  /// The comparison after one step.
  public struct Point: Sendable, Equatable {
    /// Steps that the first policy took.
    public let step: Int
    /// Steps that the other took: as many, or all that it has.
    public let otherStep: Int
    /// First minus other, task by task.
    public let difference: DifferenceStatistics
    /// Probability that the first does better on a task.
    public let probability: Double
    /// Its 95 % bootstrap interval over tasks; nil under five tasks.
    public let probabilityInterval: Interval?
  }

  /// The points in order of steps.
  public let points: [Point]

  /// Compares runs of one policy with another policy.
  ///
  /// - Parameters:
  ///   - runs: curves of the first policy, one a run, on the same tasks; at least one.
  ///   - other: the other's.
  ///   - kinds: which tasks are the same.
  public init(_ runs: [AdaptationCurve], over other: AdaptationCurve, kinds: TaskKinds) {
    points = runs[0].returns.indices.map { step in
      let otherStep = min(step, other.returns.count - 1)
      let second = other.returns[otherStep]
      let first = second.indices.map { task in runs.map { $0.returns[step][task] } }
      let probabilities = probabilitiesOfImprovement(of: first, over: second.map { [$0] })
      return Point(
        step: step, otherStep: otherStep,
        difference: DifferenceStatistics(
          zip(first, second).map { mean(of: $0) - $1 }, kinds: kinds),
        probability: mean(of: probabilities),
        probabilityInterval: stratifiedBootstrapInterval(of: kinds.strata(probabilities)))
    }
  }

  /// The points as JSON.
  var json: JSONValue {
    .array(
      points.map { point in
        .object(
          [.init("step", .integer(point.step)), .init("other_step", .integer(point.otherStep))]
            + point.difference.members + [
              .init("share_worse", .number(point.difference.shareNegative)),
              .init("probability_of_improvement", .number(point.probability)),
              .init("probability95", point.probabilityInterval.json),
            ])
      })
  }
}
