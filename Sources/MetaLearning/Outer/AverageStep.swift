import DenseMath

/// Reptile's step: θ ← θ + ε · mean over tasks of (θ′_K − θ).
///
/// There is no objective that could refuse a bad step; what refuses one here is the KL of the
/// adapted policies that it makes. ε falls linearly to zero over `annealIterations`, if that is
/// not 0.
/// Source: Nichol et al. 2018, arXiv:1803.02999, algorithm 2; the annealing is that of the
/// published program (openai/supervised-reptile).
public struct AverageStep: OuterStep {
  /// ε in (0, 1].
  public let rate: Double
  /// Steps until ε is 0; 0 keeps it.
  public let annealIterations: Int
  /// Mean KL(old ‖ new) of the adapted policies beyond which the step is rejected.
  public let maximumKL: Double
  /// Whether the objective and the KL are computed where the step leads.
  public let looksAhead: Bool

  /// A step.
  ///
  /// - Precondition: ε in (0, 1].
  public init(
    rate: Double, annealIterations: Int = 0, maximumKL: Double = .infinity, looksAhead: Bool = true
  ) {
    precondition(rate > 0 && rate <= 1, "ε: \(rate), above 0 and at most 1 expected")
    self.rate = rate
    self.annealIterations = annealIterations
    self.maximumKL = maximumKL
    self.looksAhead = looksAhead
  }

  private static let step = "step"

  /// No steps yet.
  public func initialState(count: Int) -> OuterState { OuterState(counts: [Self.step: 0]) }

  /// Takes the step and looks at where it leads.
  public func take<Scalar: DenseScalar>(
    _ meta: [Scalar], problem: OuterProblem<Scalar>, metaGradient: MetaGradient,
    state: inout OuterState
  ) async throws -> OuterStepResult<Scalar> {
    let taken = state.counts[Self.step] ?? 0
    let factor =
      annealIterations == 0 ? 1 : max(0, 1 - Double(taken) / Double(annealIterations))
    let direction = problem.displacement()
    guard dot(direction, direction).isFinite else {
      return .rejected(.stepNotFinite, meta, metaGradient)
    }
    var wide = Scalar.widened(meta)
    addScaled(&wide, rate * factor, direction)
    let moved: [Scalar] = Scalar.rounded(wide)
    guard Scalar.widened(moved).allSatisfy(\.isFinite) else {
      return .rejected(.parametersNotFinite, meta, metaGradient)
    }
    guard looksAhead else {
      state.counts[Self.step] = taken + 1
      return .unseen(moved, from: meta)
    }
    let (surrogate, kl) = try await problem.evaluate(moved)
    guard surrogate.isFinite, kl.isFinite else {
      return .rejected(.lossNotFinite, meta, metaGradient)
    }
    guard kl <= maximumKL else { return .rejected(.divergenceTooLarge, meta, metaGradient) }
    state.counts[Self.step] = taken + 1
    return OuterStepResult(
      parameters: moved, outcome: .accepted, surrogateAfter: surrogate, kl: kl, candidates: 1,
      stepNorm: distance(moved, meta))
  }
}
