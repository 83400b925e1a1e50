import DenseMath
import Environments
import MetaLearning
import Networks

/// The episodes of a policy on one task before adaptation and after all steps.
struct AdaptationTrajectories: Sendable {
  let task: TaskParameters
  /// Where the randomness of the first episodes lives.
  let address: RolloutAddress
  let before: TrajectoryBatch
  let after: TrajectoryBatch

  /// Adapts a policy to some tasks of an evaluation: the same episodes as in it.
  ///
  /// - Parameters:
  ///   - theta: θ, [P].
  ///   - policy: its shape.
  ///   - family: the tasks as the policy sees them.
  ///   - learner: how advantages and inner gradients are estimated.
  ///   - request: that of the evaluation.
  ///   - tasks: the indices of tasks.
  ///   - workers: tasks at a time.
  /// - Returns: one a task.
  /// - Throws: what making environments and fitting baselines throws.
  static func sample<Scalar: DenseScalar>(
    theta: [Scalar], policy: Policy<Scalar>, family: any TaskFamily,
    learner: LearnerConfiguration, request: EvaluationRequest, tasks: [Int], workers: Workers
  ) async throws -> [AdaptationTrajectories] {
    try await workers.map(tasks.count) { place, _ in
      let task = request.task(tasks[place], of: family)
      let address = RolloutAddress(seed: request.seed, use: .evaluation, task: tasks[place])
      let adapter = TaskAdapter(
        policy: policy, family: family, advantages: learner.advantages,
        estimator: learner.adaptation.estimator)
      let all = try adapter.adapt(
        theta, to: task, innerLearningRates: request.innerLearningRates,
        rolloutsPerTask: request.rolloutsPerTask, address: address
      ).trajectories
      return AdaptationTrajectories(
        task: task, address: address, before: all[0], after: all[all.count - 1])
    }
  }
}

extension PolicyEvaluation {
  /// Adapts to some tasks of an evaluation again: the same episodes as in it.
  ///
  /// - Parameters:
  ///   - request: that of the evaluation.
  ///   - tasks: their indices.
  ///   - workers: tasks at a time.
  /// - Returns: one a task.
  /// - Throws: as `curve`.
  func adaptations(
    _ request: EvaluationRequest, tasks: [Int], workers: Workers
  ) async throws -> [AdaptationTrajectories] {
    switch location.checkpoint.precision {
    case .float: return try await adaptations(Float.self, request, tasks, workers)
    case .double: return try await adaptations(Double.self, request, tasks, workers)
    }
  }

  private func adaptations<Scalar: DenseScalar>(
    _ scalar: Scalar.Type, _ request: EvaluationRequest, _ tasks: [Int], _ workers: Workers
  ) async throws -> [AdaptationTrajectories] {
    let learner = location.checkpoint.learner
    let seen = learner.family(seenOf: family)
    let policy = Policy<Scalar>(family: seen, configuration: learner.policy)
    let theta = try LearnerState<Scalar>(
      location.checkpoint, policy: policy, path: location.path
    ).parameters
    return try await AdaptationTrajectories.sample(
      theta: theta, policy: policy, family: seen, learner: learner, request: request,
      tasks: tasks, workers: workers)
  }
}
