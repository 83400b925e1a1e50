import MetaLearning
import Statistics

/// One policy's evaluation with everything it was made from; `json` is the documented schema.
public struct EvaluationReport: Sendable {
  /// The family without its preset.
  public let family: String
  /// The preset, or nil.
  public let preset: String?
  /// What was evaluated: a run folder, a checkpoint, `random`.
  public let policy: String
  /// The request.
  public let request: EvaluationRequest
  /// The inner estimator, which belongs to every figure.
  public let estimator: InnerEstimator
  /// The result.
  public let curve: AdaptationCurve

  /// A report.
  public init(
    family: any TaskFamily, policy: String, request: EvaluationRequest,
    estimator: InnerEstimator, curve: AdaptationCurve
  ) {
    self.family = family.name
    preset = family.preset
    self.policy = policy
    self.request = request
    self.estimator = estimator
    self.curve = curve
  }

  /// The report as JSON; keys are documented in docs/Formats.md.
  public var json: JSONValue {
    func pair(_ interval: Interval?) -> JSONValue {
      interval.map { .array([.number($0.lower), .number($0.upper)]) } ?? .null
    }
    var members: [JSONValue.Member] = [
      .init("family", .text(family)),
      .init("preset", preset.map(JSONValue.text) ?? .null),
      .init("policy", .text(policy)),
      .init("split", .text(request.split.rawValue)),
      .init("tasks", .integer(request.tasks)),
      .init("rollouts_per_task", .integer(request.rolloutsPerTask)),
      .init("inner_learning_rates", .array(request.innerLearningRates.map(JSONValue.number))),
      .init("seed", .text("\(request.seed)")),
      .init("estimator", .text(estimator.rawValue)),
      .init("environment_steps", .integer(curve.environmentSteps)),
      .init("diverged_episodes", .integer(curve.divergedEpisodes)),
      .init(
        "curve",
        .array(
          zip(curve.points, curve.returns).map { point, returns in
            .object([
              .init("step", .integer(point.step)), .init("mean", .number(point.mean)),
              .init("ci95", pair(point.interval)),
              .init("per_task", .array(returns.map(JSONValue.number))),
            ])
          })),
    ]
    if curve.returns.count > 1 {
      let gains = curve.gains()
      members.append(
        .init(
          "paired_gain",
          .object([
            .init("mean", .number(mean(of: gains))),
            .init("ci95", pair(studentInterval(of: gains))),
          ])))
    } else {
      members.append(.init("paired_gain", .null))
    }
    members.append(.init("share_worse", curve.shareWorse.map(JSONValue.number) ?? .null))
    return .object(members)
  }
}
