import Networks

/// A stage of a task's adaptation as an objective sees it: the batch Dₖ and the policy that
/// sampled it.
public struct StageBatch: Sendable {
  /// k.
  public let index: Int
  /// What output rows mean.
  public let distribution: ActionDistribution
  /// Actions as sampled, [N, A].
  public let actions: [Double]
  /// Normalized advantages, [N].
  public let advantages: [Double]
  /// Steps of each episode, Σ = N.
  public let lengths: [Int]
  /// The policy that sampled it.
  public let old: OldPolicy
  /// The loss of its examples; nil where it holds trajectories.
  public var loss: (any OutputLoss)?
}

extension StageBatch {
  /// Mean KL(old ‖ new) of the batch.
  public var divergence: KLDivergenceLoss {
    KLDivergenceLoss(
      distribution: distribution,
      oldOutputs: Array(old.outputs.prefix(advantages.count * distribution.outputWidth)),
      oldLogStandardDeviations: old.logStandardDeviations, direction: .oldToNew)
  }
}
