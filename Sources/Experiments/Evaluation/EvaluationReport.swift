import Files
import MetaLearning
import Statistics

/// One policy's evaluation with everything it was made from; `json` is the documented schema.
public struct EvaluationReport: Sendable {
  /// What kind of policy was evaluated.
  public enum PolicyKind: Sendable, Hashable {
    /// An untrained one.
    case random
    /// One that an algorithm trained.
    case trained(Algorithm)

    /// The name of it in files.
    public var name: String {
      switch self {
      case .random: "random"
      case .trained(let algorithm): algorithm.rawValue
      }
    }
  }

  /// The family without its preset.
  public let family: String
  /// What its examples ask for; nil where tasks are acted in.
  public let examples: ExampleTarget?
  /// The preset, or nil.
  public let preset: String?
  /// What was evaluated: a run folder, a checkpoint, `random`.
  public let policy: String
  /// Untrained, or by what it was trained.
  public let policyKind: PolicyKind
  /// The request.
  public let request: EvaluationRequest
  /// What stepped the robot's model, `mujoco` or `lanes`; nil where there was no choice.
  public var physics: String?
  /// Which statistics normalized the network's batches; nil without convolutions.
  public var batchNorm: String?
  /// The inner estimator, which belongs to every figure.
  public let estimator: InnerEstimator
  /// The result.
  public let curve: AdaptationCurve
  /// Which of the tasks are the same.
  public let strata: TaskStrata
  /// Digest of the tasks' values: equal for evaluations on the same tasks.
  public let taskDigest: String
  /// Which of the tasks the policy was trained on; nil where that was not looked at, and for an
  /// untrained one.
  public var overlap: TrainingOverlap?
  /// The statistics of the returns after 0 … K steps.
  public let steps: [ResultStatistics]
  /// The statistics of the gains after 1 … K steps.
  public let gains: [DifferenceStatistics]

  /// A report.
  public init(
    family: any TaskFamily, policy: String, policyKind: PolicyKind = .trained(.maml),
    request: EvaluationRequest, estimator: InnerEstimator, curve: AdaptationCurve
  ) {
    self.family = family.name
    examples = family.examples?.target
    preset = family.preset
    self.policy = policy
    self.policyKind = policyKind
    self.request = request
    self.estimator = estimator
    self.curve = curve
    let tasks = (0..<request.tasks).map { request.task($0, of: family) }
    let strata = TaskStrata(tasks)
    self.strata = strata
    taskDigest = Self.digest(of: tasks)
    steps = curve.returns.map { ResultStatistics($0, strata: strata) }
    gains = (1..<max(curve.returns.count, 1)).map {
      DifferenceStatistics(curve.gains(step: $0), strata: strata)
    }
  }

  /// The first twelve digits of the digest: what tables show.
  public var shortTaskDigest: String { String(taskDigest.prefix(12)) }

  /// The tasks, in order.
  var tasks: [TaskParameters] {
    var tasks = [TaskParameters](repeating: TaskParameters([]), count: strata.drawCount)
    for (task, draws) in zip(strata.tasks, strata.draws) {
      for draw in draws { tasks[draw] = task }
    }
    return tasks
  }

  /// SHA-256 of the names and exact values of tasks, in order.
  public static func digest(of tasks: [TaskParameters]) -> String {
    let value = JSONValue.array(tasks.map(object))
    return SHA256.hexDigest(of: Array(value.line.utf8))
  }

  /// A task by name: `{"goal": [0.3, -0.4]}`.
  private static func object(_ task: TaskParameters) -> JSONValue {
    .object(task.entries.map { JSONValue.Member($0.name, .numbers($0.values)) })
  }

  /// The report as JSON; keys are documented in docs/Evaluation.md.
  public var json: JSONValue { .object(members(scale: nil)) }

  /// The members of the JSON object.
  ///
  /// - Parameter scale: gives normalized scores; nil where there is no such scale.
  /// - Returns: the members in a fixed order.
  package func members(scale: ScoreScale?) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("family", .text(family)),
      .init("preset", preset.map(JSONValue.text) ?? .null),
      .init("policy", .text(policy)),
      .init("algorithm", .text(policyKind.name)),
      .init("split", .text(request.source)),
      .init("tasks", .integer(request.tasks)),
      .init("different_tasks", .integer(strata.tasks.count)),
      .init("task_digest", .text(taskDigest)),
      .init("task_values", .array(tasks.map(Self.object))),
      .init("rollouts_per_task", .integer(request.rolloutsPerTask)),
      .init("inner_learning_rates", .array(request.innerLearningRates.map(JSONValue.number))),
      .init("seed", .text("\(request.seed)")),
      .init("estimator", .text(estimator.rawValue)),
      .init("environment_steps", .integer(curve.environmentSteps)),
      .init("episodes", .integer(curve.episodes)),
      .init("diverged_episodes", .integer(curve.divergedEpisodes)),
      .init("curve", .array(steps.indices.map { .object(point($0, scale: scale)) })),
    ]
    if let batchNorm { members.insert(.init("batch_norm", .text(batchNorm)), at: 2) }
    if let physics { members.insert(.init("physics", .text(physics)), at: 2) }
    if let first = gains.first {
      members.append(
        .init(
          "paired_gain",
          .object([.init("mean", .number(first.mean)), .init("ci95", first.student.json)])))
    } else {
      members.append(.init("paired_gain", .null))
    }
    members.append(.init("share_worse", curve.shareWorse.map(JSONValue.number) ?? .null))
    members.append(
      .init(
        "gains",
        .array(
          gains.enumerated().map { index, gain in
            .object(
              [.init("step", .integer(index + 1))] + gain.members
                + [.init("share_worse", .number(gain.shareNegative))])
          })))
    members.append(.init("notes", .array(strata.notes.map(JSONValue.text))))
    return members
  }

  private func point(_ step: Int, scale: ScoreScale?) -> [JSONValue.Member] {
    let statistics = steps[step]
    var members: [JSONValue.Member] = [
      .init("step", .integer(step)), .init("mean", .number(statistics.mean)),
      .init("ci95", statistics.student.json), .init("bootstrap95", statistics.bootstrap.json),
      .init("iqm", .number(statistics.interquartileMean)),
      .init("iqm95", statistics.interquartileInterval.json),
      .init("worst_tenth", .number(statistics.worstTenth)),
    ]
    if let scale {
      members.append(.init("normalized", .number(scale.score(statistics.mean))))
      members.append(.init("normalized95", scale.score(statistics.bootstrap).json))
    }
    members.append(.init("diverged_episodes", .integer(curve.divergedByStep[step])))
    if let success = success(step: step) {
      members.append(.init("success", .number(success.mean)))
      members.append(.init("success95", success.interval.json))
      members.append(.init("success_per_task", .numbers(curve.successRates[step])))
    }
    members.append(.init("per_task", .numbers(curve.returns[step])))
    return members
  }
}
