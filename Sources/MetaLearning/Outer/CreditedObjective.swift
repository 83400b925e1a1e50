import Networks

/// E-MAML's objective: another one, and a credit to the sampling of the support batches for the
/// return that the adapted policy reaches.
///
/// ℓₖ = −λ R̂ (1/E) Σ log π_θ′ₖ over all steps of the E episodes of support batch k, with R̂ the
/// task's query return, standardized over the tasks of the meta-batch: over tasks and not within
/// one, since returns that are normalized within a task have mean zero, and the term vanishes.
/// The surrogate is a mean over steps and this a sum over the H steps of an episode: λ = 1/H gives
/// both the weights that they have in the gradient of the expected return.
/// Source: Stadie et al. 2018, arXiv:1803.01118, eq. 3.
public struct CreditedObjective: OuterObjective {
  /// What is credited besides.
  public let base: any OuterObjective
  /// λ ≥ 0.
  public let credit: Double
  /// Whether the sampling with θ alone is credited, and not that between inner steps.
  public let creditsFirstStageAlone: Bool

  /// An objective.
  public init(_ base: any OuterObjective, credit: Double, firstStageAlone: Bool = false) {
    precondition(credit >= 0, "λ \(credit), at least 0 expected")
    self.base = base
    self.credit = credit
    creditsFirstStageAlone = firstStageAlone
  }

  /// There are, even where λ is 0.
  public var hasSupportLosses: Bool { true }

  /// That of the base.
  public func queryLoss(_ query: StageBatch) -> PolicyGradientLoss { base.queryLoss(query) }

  /// The credit, and what the base has there.
  public func supportLoss(
    _ support: StageBatch, of task: TaskStanding, isAtOld: Bool
  ) -> (any OutputLoss)? {
    let other = base.supportLoss(support, of: task, isAtOld: isAtOld)
    if creditsFirstStageAlone && support.index > 0 { return other }
    // A sum over steps and a mean over episodes, where the loss takes a mean over steps.
    let weight =
      credit * task.standardizedReturn * Double(support.advantages.count)
      / Double(support.lengths.count)
    let credited = PolicyGradientLoss(
      distribution: support.distribution, actions: support.actions,
      advantages: Array(repeating: weight, count: support.advantages.count), form: .logLikelihood)
    guard let other else { return credited }
    return SummedLoss(credited, other)
  }
}

/// The sum of two losses.
struct SummedLoss: OutputLoss {
  let first: PolicyGradientLoss
  let second: any OutputLoss

  init(_ first: PolicyGradientLoss, _ second: any OutputLoss) {
    (self.first, self.second) = (first, second)
  }

  func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    let one = first.addGradient(block, into: &gradient)
    let rows = gradient.outputs
    let two = second.addGradient(block, into: &gradient)
    for i in rows.indices { gradient.outputs[i] += rows[i] }
    return one + two
  }

  func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    first.addProduct(block, tangent: tangent, into: &product)
    let rows = product.outputs
    second.addProduct(block, tangent: tangent, into: &product)
    for i in rows.indices { product.outputs[i] += rows[i] }
  }
}
