import Networks

/// ProMP's objective: ℓ_K = −mean min(rÂ, clip(r, 1 ± ε)Â) with r = π/π_old of the adapted policy,
/// and ℓₖ = (η/K) mean KL(old ‖ new) of the policies that sampled the support batches.
///
/// Source: Rothfuss et al. 2019 (ProMP), arXiv:1810.06784, eq. 11; with η 0 it is PPO's, Schulman
/// et al. 2017, arXiv:1707.06347, eq. 7.
public struct ClippedObjective: OuterObjective {
  /// ε > 0.
  public let range: Double
  /// η ≥ 0.
  public let innerKLPenalty: Double

  /// An objective.
  public init(range: Double, innerKLPenalty: Double) {
    precondition(range > 0 && innerKLPenalty >= 0, "ε \(range), η \(innerKLPenalty)")
    self.range = range
    self.innerKLPenalty = innerKLPenalty
  }

  /// Whether η is above zero.
  public var hasSupportLosses: Bool { innerKLPenalty > 0 }

  /// The clipped ratio to the old policy.
  public func queryLoss(_ query: StageBatch) -> PolicyGradientLoss {
    PolicyGradientLoss(
      distribution: query.distribution, actions: query.actions, advantages: query.advantages,
      form: .clippedRatio(oldLogProbabilities: query.old.logProbabilities, range: range))
  }

  /// The KL of stage k, zero with its gradient where old and new coincide.
  public func supportLoss(
    _ support: StageBatch, of task: TaskStanding, isAtOld: Bool
  ) -> (any OutputLoss)? {
    guard !isAtOld, innerKLPenalty > 0 else { return nil }
    let count = support.advantages.count * support.distribution.outputWidth
    return ScaledLoss(
      KLDivergenceLoss(
        distribution: support.distribution, oldOutputs: Array(support.old.outputs.prefix(count)),
        oldLogStandardDeviations: support.old.logStandardDeviations, direction: .oldToNew),
      by: innerKLPenalty / Double(task.steps))
  }
}
