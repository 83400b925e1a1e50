import Networks

/// What an objective knows of the meta-batch besides the stages.
public struct TaskStanding: Sendable {
  /// K, inner steps.
  public let steps: Int
  /// (Return of the query − mean over tasks) / (deviation over tasks + 10⁻⁸), of the task.
  public let standardizedReturn: Double
}

/// What the outer loop minimizes: the mean over tasks of a loss at every stage of a task's
/// adaptation.
///
/// d/dθ Σₖ ℓₖ(θ′ₖ) = u₀ with u_K = ∇ℓ_K and uₖ = Jₖᵀ uₖ₊₁ + ∇ℓₖ.
public protocol OuterObjective: Sendable {
  /// Whether there are losses below stage K.
  var hasSupportLosses: Bool { get }

  /// ℓ_K, a loss of the adapted policy on the query batch.
  ///
  /// At the old policy it must be −mean Â with the gradient of the ratio there, which is how the
  /// learner takes it: at ratio 1.
  func queryLoss(_ query: StageBatch) -> PolicyGradientLoss

  /// ℓₖ for k < K, a loss of θ′ₖ on the support batch k; nil for none.
  ///
  /// - Parameters:
  ///   - support: stage k.
  ///   - task: what else is known of the task.
  ///   - isAtOld: whether θ is the one that sampled; a loss whose value and gradient are zero there
  ///     may be left out.
  /// - Returns: the loss; nil for none.
  func supportLoss(
    _ support: StageBatch, of task: TaskStanding, isAtOld: Bool
  ) -> (any OutputLoss)?

  /// What the query examples' loss counts after `stage` of `steps` inner steps, where tasks are of
  /// examples; there `queryLoss` is not asked for.
  func exampleWeight(stage: Int, of steps: Int) -> Double
}

extension OuterObjective {
  /// 1 after the last step, and nothing before it.
  public func exampleWeight(stage: Int, of steps: Int) -> Double { stage == steps ? 1 : 0 }

  /// ℓ_K.
  func finalLoss(_ query: StageBatch, steps: Int) -> any OutputLoss {
    query.loss.map { weighted($0, stage: steps, of: steps) } ?? queryLoss(query)
  }

  /// A loss of query examples with its weight after a stage.
  func weighted(_ loss: any OutputLoss, stage: Int, of steps: Int) -> any OutputLoss {
    func scaled(_ loss: some OutputLoss, _ weight: Double) -> any OutputLoss {
      ScaledLoss(loss, by: weight)
    }
    let weight = exampleWeight(stage: stage, of: steps)
    return weight == 1 ? loss : scaled(loss, weight)
  }

  /// None.
  public var hasSupportLosses: Bool { false }

  /// None.
  public func supportLoss(
    _ support: StageBatch, of task: TaskStanding, isAtOld: Bool
  ) -> (any OutputLoss)? { nil }
}

/// −mean[π/π_old · Â] of the adapted policy.
///
/// Source: Schulman et al. 2015, arXiv:1502.05477, eq. 14; Finn et al. 2017, arXiv:1703.03400, §5.3.
public struct SurrogateObjective: OuterObjective {
  /// The objective.
  public init() {}

  /// The ratio to the old policy.
  public func queryLoss(_ query: StageBatch) -> PolicyGradientLoss {
    PolicyGradientLoss(
      distribution: query.distribution, actions: query.actions, advantages: query.advantages,
      form: .likelihoodRatio(oldLogProbabilities: query.old.logProbabilities))
  }
}
