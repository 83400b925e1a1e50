import Networks

/// The multi-step loss of MAML++ on examples: the query examples' loss after every inner step
/// counts, the early ones less and less.
///
/// At a share t of the way, of S steps, wₖ = max(1/S − t/S, 0.03/S) for k < S and
/// w_S = min(1/S + t (S − 1)/S, 1 − (S − 1) 0.03/S); from t = 1 on only the last step counts.
/// Source: Antoniou et al. 2019 (MAML++), arXiv:1810.09502, section 4 (MSL), with the floor of the
/// published program (AntreasAntoniou/HowToTrainYourMAMLPytorch).
public struct MultiStepObjective: OuterObjective {
  /// What else the outer loop minimizes.
  public let base: any OuterObjective
  /// t ≥ 0.
  public let progress: Double
  /// Share of 1/S below which no early step counts while any does.
  static let floor = 0.03

  /// An objective.
  public init(_ base: any OuterObjective, progress: Double) {
    precondition(progress >= 0, "progress: \(progress), at least 0 expected")
    self.base = base
    self.progress = progress
  }

  /// Those of the base.
  public var hasSupportLosses: Bool { base.hasSupportLosses }

  /// That of the base.
  public func queryLoss(_ query: StageBatch) -> PolicyGradientLoss { base.queryLoss(query) }

  /// That of the base.
  public func supportLoss(
    _ support: StageBatch, of task: TaskStanding, isAtOld: Bool
  ) -> (any OutputLoss)? { base.supportLoss(support, of: task, isAtOld: isAtOld) }

  /// wₖ; stage 0, before any step, counts nothing.
  public func exampleWeight(stage: Int, of steps: Int) -> Double {
    guard steps > 0, progress < 1 else { return stage == steps ? 1 : 0 }
    guard stage > 0 else { return 0 }
    let count = Double(steps)
    if stage < steps { return max(1 / count - progress / count, Self.floor / count) }
    return min(
      1 / count + progress * (count - 1) / count, 1 - (count - 1) * Self.floor / count)
  }
}
