import DenseMath
import Environments
import MetaLearning
import Networks

/// The episodes of a policy on one task before adaptation and after all steps.
package struct AdaptationTrajectories: Sendable {
  /// Episodes, and where their randomness lives.
  package struct Episodes: Sendable {
    package let trajectories: TrajectoryBatch
    package let address: RolloutAddress
  }

  package let task: TaskParameters
  package let before: Episodes
  package let after: Episodes
  /// Single episodes of θ, and of θ′.
  package let single: (before: SingleEpisodes, after: SingleEpisodes)

  /// One episode with sampled actions and one with mean actions, each with its end.
  package struct SingleEpisodes: Sendable {
    /// A trajectory of one episode, and the simulator's state after its last step.
    package typealias Episode = (trajectory: TrajectoryBatch, end: LaneState)
    /// The first of the evaluation's episodes.
    package let sampled: Episode
    /// The same start with the mean (or most probable) action at every step.
    package let mean: Episode
  }

  /// Adapts a policy to some tasks of an evaluation: the same episodes as in it.
  ///
  /// - Parameters:
  ///   - theta: θ and the learned rates, [P + R].
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
      let address = request.address(task: tasks[place])
      let adapter = TaskAdapter(policy: policy, family: family, learner: learner)
      let (all, adapted) = try adapter.adapt(
        theta, to: task, innerLearningRates: request.innerLearningRates,
        rolloutsPerTask: request.rolloutsPerTask, address: address)
      func start(after steps: Int) -> RolloutAddress {
        var place = address
        place.batch += steps
        return place
      }
      func single(_ parameters: [Scalar], steps: Int) throws -> SingleEpisodes {
        func episode(deterministic: Bool) throws -> SingleEpisodes.Episode {
          try adapter.episode(
            parameters, on: task, address: start(after: steps), deterministic: deterministic)
        }
        return SingleEpisodes(
          sampled: try episode(deterministic: false), mean: try episode(deterministic: true))
      }
      let last = all.count - 1
      return AdaptationTrajectories(
        task: task, before: Episodes(trajectories: all[0], address: address),
        after: Episodes(trajectories: all[last], address: start(after: last)),
        single: (
          before: try single(Array(theta[..<policy.parameterCount]), steps: 0),
          after: try single(adapted, steps: last)
        ))
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
  package func adaptations(
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
