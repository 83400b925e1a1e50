import DenseMath

/// The TRPO step of MAML: natural gradient through the adaptation, then backtracking.
///
/// s solves (F + damping·I) s = g by conjugate gradient; the full step is √(2δ / sᵀ(F + damping·I)s) · s;
/// candidates θ − fraction · step are tried with fractions 1, ρ, ρ², … and the first one that
/// improves the surrogate with mean KL ≤ δ is taken. If none does, θ stays as it was.
/// Source: Schulman et al. 2015, arXiv:1502.05477, appendix C; Finn et al. 2017,
/// arXiv:1703.03400, §5.3.
public struct TrustRegionStep: Sendable {
  /// δ, iterations, damping, ρ and the number of candidates.
  public let configuration: OuterConfiguration

  /// A step.
  public init(configuration: OuterConfiguration) {
    self.configuration = configuration
  }

  /// The solution of the damped system and the scale of the full step.
  public func direction<Scalar>(
    _ objective: MetaObjective<Scalar>, gradient: [Double]
  ) async throws -> (conjugate: ConjugateGradientSolution, stepScale: Double) {
    var backwards = false
    let solution = try await conjugateGradient(
      rightHandSide: gradient, iterations: configuration.conjugateGradientIterations
    ) { v in
      backwards.toggle()
      var product = try await objective.fisherProduct(v, backwards: backwards)
      addScaled(&product, configuration.damping, v)
      return product
    }
    return (solution, (2 * configuration.maximumKL / solution.quadraticForm).squareRoot())
  }

  /// Takes the step.
  ///
  /// - Parameters:
  ///   - theta: θ, [P].
  ///   - objective: the meta-batch, with old policies fixed by `metaGradient`.
  ///   - metaGradient: at θ.
  /// - Returns: the new θ, or the old one with the reason.
  /// - Throws: nothing of its own; the workers' errors.
  public func take<Scalar>(
    _ theta: [Scalar], objective: MetaObjective<Scalar>, metaGradient: MetaGradient
  ) async throws -> OuterStepResult<Scalar> {
    func rejected(_ reason: StepRejection, candidates: Int = 0) -> OuterStepResult<Scalar> {
      OuterStepResult(
        parameters: theta, outcome: .rejected(reason),
        surrogateAfter: metaGradient.surrogateLoss, kl: 0, candidates: candidates, stepNorm: 0)
    }
    let squaredNorm = dot(metaGradient.gradient, metaGradient.gradient)
    guard metaGradient.surrogateLoss.isFinite else { return rejected(.lossNotFinite) }
    guard squaredNorm.isFinite else { return rejected(.gradientNotFinite) }
    guard squaredNorm > 0 else { return rejected(.gradientZero) }
    let (solution, scale) = try await direction(objective, gradient: metaGradient.gradient)
    let step = solution.solution.map { $0 * scale }
    let stepNorm = dot(step, step).squareRoot()
    guard stepNorm.isFinite else { return rejected(.stepNotFinite) }
    var fraction = 1.0
    var reason = StepRejection.lineSearchFailed
    for candidate in 1...configuration.maximumBacktracks {
      var wide = Scalar.widened(theta)
      addScaled(&wide, -fraction, step)
      let moved = Scalar.rounded(wide)
      let (surrogate, kl) = try await objective.evaluate(moved)
      let isFinite = surrogate.isFinite && kl.isFinite
      let improves = surrogate < metaGradient.surrogateLoss
      if isFinite && improves && kl <= configuration.maximumKL {
        return OuterStepResult(
          parameters: moved, outcome: .accepted, surrogateAfter: surrogate, kl: kl,
          candidates: candidate, stepNorm: fraction * stepNorm)
      }
      // The shortest candidate says what stood in the way.
      reason = !isFinite ? .lossNotFinite : improves ? .divergenceTooLarge : .lineSearchFailed
      fraction *= configuration.backtrackRatio
    }
    return rejected(reason, candidates: configuration.maximumBacktracks)
  }
}
