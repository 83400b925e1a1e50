import DenseMath
import Environments
import Experiments
import Files
import MetaLearning
import Networks

/// Adapts the policy of a checkpoint to one task and gives the adapted policy as a checkpoint of its
/// own, by the inner step that evaluations take.
public struct PolicyAdaptation: Sendable {
  /// The counter of a checkpoint that says how many inner steps its policy has taken already.
  public static let stepsCounter = "adaptation_steps"

  private let location: CheckpointLocation
  private let family: DefinedTaskFamily

  /// An adaptation of a checkpoint.
  ///
  /// - Throws: `CheckpointError.wrongFamily`; `PolicyAdaptationError` for a policy that does not
  ///   adapt.
  public init(_ location: CheckpointLocation, on family: DefinedTaskFamily) throws {
    try location.checkpoint.require(family: family.qualifiedName, path: location.path)
    guard location.checkpoint.learner.algorithm.adaptsInEvaluation else {
      throw PolicyAdaptationError(path: location.path)
    }
    (self.location, self.family) = (location, family)
  }

  /// What came of an adaptation.
  public struct Outcome: Sendable {
    /// θ′ with what the checkpoint of θ says about the learner, and one count more for each step.
    public let checkpoint: Checkpoint
    /// Mean undiscounted return of the episodes of each step.
    public let returns: [Double]
    /// Environment steps of all episodes.
    public let environmentSteps: Int
  }

  /// Step sizes where the user gives none: the schedule of the run, steps that the checkpoint's
  /// policy has taken already counted.
  public func innerLearningRates(steps: Int) -> [Double] {
    let taken = location.checkpoint.counters[Self.stepsCounter] ?? 0
    return Array(
      location.checkpoint.learner.adaptation.innerLearningRates(steps: min(taken, 1) + steps)
        .dropFirst(min(taken, 1)))
  }

  /// Adapts to a task of the family by rollouts of its own: to the bit the policy that
  /// `metarl evaluate` measures after so many steps on the task of that index.
  ///
  /// - Parameters:
  ///   - index: of the task.
  ///   - request: its task of the index, episodes, step sizes and seed.
  /// - Returns: the adapted policy.
  /// - Throws: `CheckpointError` when the parameters do not fit the policy; what making the
  ///   environment and fitting baselines throws.
  public func adapted(to index: Int, of request: EvaluationRequest) throws -> Outcome {
    switch location.checkpoint.precision {
    case .float: try adapted(Float.self, to: index, of: request)
    case .double: try adapted(Double.self, to: index, of: request)
    }
  }

  /// Adapts by one inner step on episodes that were recorded elsewhere, with the policy of the
  /// checkpoint.
  ///
  /// - Parameters:
  ///   - episodes: checked against the family.
  ///   - innerLearningRate: α.
  /// - Returns: the adapted policy.
  /// - Throws: `CheckpointError` when the parameters do not fit the policy; what fitting the baseline
  ///   throws.
  public func adapted(to episodes: TrajectoryBatch, innerLearningRate: Double) throws -> Outcome {
    switch location.checkpoint.precision {
    case .float: try adapted(Float.self, to: episodes, innerLearningRate)
    case .double: try adapted(Double.self, to: episodes, innerLearningRate)
    }
  }

  private func adapted<Scalar: DenseScalar>(
    _ scalar: Scalar.Type, to index: Int, of request: EvaluationRequest
  ) throws -> Outcome {
    let (adapter, theta) = try start(scalar)
    let result = try adapter.adapt(
      theta, to: request.task(index, of: family), innerLearningRates: request.innerLearningRates,
      rolloutsPerTask: request.rolloutsPerTask, address: request.address(task: index),
      lastRollouts: false)
    return outcome(result.parameters, of: result.trajectories)
  }

  private func adapted<Scalar: DenseScalar>(
    _ scalar: Scalar.Type, to episodes: TrajectoryBatch, _ innerLearningRate: Double
  ) throws -> Outcome {
    let (adapter, theta) = try start(scalar)
    let parameters = try adapter.step(theta, on: episodes, innerLearningRate: innerLearningRate)
    return outcome(parameters, of: [episodes])
  }

  private func start<Scalar: DenseScalar>(
    _ scalar: Scalar.Type
  ) throws -> (TaskAdapter<Scalar>, [Scalar]) {
    let learner = location.checkpoint.learner
    let policy = Policy<Scalar>(family: family, configuration: learner.policy)
    let state = try LearnerState<Scalar>(
      location.checkpoint, policy: policy, path: location.path)
    let adapter = TaskAdapter(policy: policy, family: family, learner: learner)
    return (adapter, state.parameters)
  }

  private func outcome<Scalar: DenseScalar>(
    _ parameters: [Scalar], of batches: [TrajectoryBatch]
  ) -> Outcome {
    var checkpoint = location.checkpoint
    let policy = Policy<Scalar>(family: family, configuration: checkpoint.learner.policy)
    // Learned rates stand behind θ, and stay.
    let adapted = policy.tensors.map { Tensor($0, of: parameters) }
    checkpoint.parameters.replaceSubrange(adapted.indices, with: adapted)
    checkpoint.counters[Self.stepsCounter, default: 0] += batches.count
    checkpoint.best = nil
    return Outcome(
      checkpoint: checkpoint, returns: batches.map(\.meanReturn),
      environmentSteps: batches.reduce(0) { $0 + $1.stepCount })
  }
}

/// A policy that does not adapt.
public struct PolicyAdaptationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Its checkpoint.
  public let path: String

  /// One line.
  public var description: String {
    "'\(path)' is an oracle, which is shown the task and does not adapt. Take a policy trained with "
      + "another algorithm."
  }
}
