import DenseMath
import Environments
import Experiments
import Files
import Foundation
import MetaLearning
import Networks

/// Loads trained policies for replays and adapts them to their tasks.
public struct TrainedReplayPolicies {
  private let family: DefinedTaskFamily
  private let warn: (String) -> Void

  /// Policies for a family.
  ///
  /// - Parameters:
  ///   - family: the script's; checkpoints of others are refused.
  ///   - warn: is told what was passed over on the way to a checkpoint.
  public init(family: DefinedTaskFamily, warn: @escaping (String) -> Void) {
    self.family = family
    self.warn = warn
  }

  /// The policy of a checkpoint after its adaptation to a task.
  ///
  /// - Parameters:
  ///   - request: the checkpoint and the adaptation.
  ///   - task: what to adapt to.
  ///   - address: of the rollouts for the adaptation.
  /// - Returns: the policy, ready to act.
  /// - Throws: `RunFolderError` or `CheckpointError` that names the checkpoint.
  public func load(
    _ request: ReplayScript.PolicyRequest, for task: TaskParameters, address: RolloutAddress
  ) throws -> any ReplayPolicy {
    let location = try CheckpointLocation(path: request.path)
    location.warnings.forEach(warn)
    try location.checkpoint.require(family: family.qualifiedName, path: location.path)
    if location.checkpoint.definitionDigest != family.definitionDigest {
      warn(
        "the definition of '\(family.qualifiedName)' is not the one that '\(location.path)' was "
          + "trained on")
    }
    guard !location.checkpoint.learner.algorithm.seesTask else {
      throw ReplayError(
        origin: location.path,
        message: "an oracle has to be shown the task, which replays do not do; take a policy "
          + "trained with another algorithm")
    }
    switch location.checkpoint.precision {
    case .float: return try adapted(Float.self, location, request, task, address)
    case .double: return try adapted(Double.self, location, request, task, address)
    }
  }

  private func adapted<Scalar: DenseScalar>(
    _ scalar: Scalar.Type, _ location: CheckpointLocation,
    _ request: ReplayScript.PolicyRequest, _ task: TaskParameters, _ address: RolloutAddress
  ) throws -> any ReplayPolicy {
    let (checkpoint, learner) = (location.checkpoint, location.checkpoint.learner)
    let policy = Policy<Scalar>(family: family, configuration: learner.policy)
    let theta = try LearnerState<Scalar>(checkpoint, policy: policy, path: location.path).parameters
    let rates =
      request.innerLearningRates
      ?? learner.adaptation.innerLearningRates(steps: request.adaptationSteps)
    let adapter = TaskAdapter(policy: policy, family: family, learner: learner)
    let parameters = try adapter.adapt(
      theta, to: task, innerLearningRates: rates,
      rolloutsPerTask: request.rolloutsPerTask ?? learner.sampling.rolloutsPerTask,
      address: address, lastRollouts: false
    ).parameters
    return TrainedReplayPolicy(policy: policy, parameters: parameters)
  }
}

/// A trained and adapted network that acts in a replay.
private final class TrainedReplayPolicy<Scalar: DenseScalar>: ReplayPolicy {
  let parametersDigest: String
  private let actor: PolicyActor<Scalar>
  private let parameters: PreparedParameters<Scalar>
  private let deviations: [Double]

  init(policy: Policy<Scalar>, parameters: [Scalar]) {
    // Widening to double precision loses nothing, so that equal parameters have equal digests.
    parametersDigest = parameters.map { Double($0) }.withUnsafeBytes {
      SHA256.hexDigest(of: Array($0))
    }
    actor = PolicyActor(policy: policy, workspace: policy.makeWorkspace())
    self.parameters = policy.makeParameters()
    self.parameters.set(parameters)
    deviations = policy.logStandardDeviations(self.parameters).map { exp($0) }
  }

  func act(_ batch: inout LaneBatch, noise: [Float]?, noiseStart: Int) {
    actor.act(
      parameters, standardDeviations: deviations, observations: batch.observations,
      rows: batch.laneCount, noise: noise, noiseStart: noiseStart, actions: &batch.actions)
  }
}
