import DenseMath

/// The TRPO step of MAML: natural gradient through the adaptation, then backtracking.
///
/// s solves (F + damping·I) s = g by conjugate gradient; the full step is √(2δ / sᵀ(F + damping·I)s) · s;
/// candidates θ − fraction · step are tried with fractions 1, ρ, ρ², … and the first one that
/// improves the surrogate with mean KL ≤ δ is taken. If none does, θ stays as it was.
/// Source: Schulman et al. 2015, arXiv:1502.05477, appendix C; Finn et al. 2017,
/// arXiv:1703.03400, §5.3.
public struct TrustRegionStep: OuterStep {
  /// δ, iterations, damping, ρ and the number of candidates.
  public let configuration: OuterConfiguration

  /// A step.
  public init(configuration: OuterConfiguration) {
    self.configuration = configuration
  }

  /// The solution of the damped system and the scale of the full step.
  public func direction<Scalar>(
    _ problem: OuterProblem<Scalar>, gradient: [Double]
  ) async throws -> (conjugate: ConjugateGradientSolution, stepScale: Double) {
    var backwards = false
    let solution = try await conjugateGradient(
      rightHandSide: gradient, iterations: configuration.conjugateGradientIterations
    ) { v in
      backwards.toggle()
      var product = try await problem.fisherProduct(v, backwards: backwards)
      addScaled(&product, configuration.damping, v)
      return product
    }
    return (solution, (2 * configuration.maximumKL / solution.quadraticForm).squareRoot())
  }

  /// Nothing is remembered.
  public func initialState(count: Int) -> OuterState { OuterState() }

  /// Takes the step.
  public func take<Scalar: DenseScalar>(
    _ theta: [Scalar], problem: OuterProblem<Scalar>, metaGradient: MetaGradient,
    state: inout OuterState
  ) async throws -> OuterStepResult<Scalar> {
    func rejected(_ reason: StepRejection, candidates: Int = 0) -> OuterStepResult<Scalar> {
      .rejected(reason, theta, metaGradient, kl: 0, candidates: candidates)
    }
    let squaredNorm = dot(metaGradient.gradient, metaGradient.gradient)
    guard metaGradient.surrogateLoss.isFinite else { return rejected(.lossNotFinite) }
    guard squaredNorm.isFinite else { return rejected(.gradientNotFinite) }
    guard squaredNorm > 0 else { return rejected(.gradientZero) }
    let (solution, scale) = try await direction(problem, gradient: metaGradient.gradient)
    let step = solution.solution.map { $0 * scale }
    let stepNorm = dot(step, step).squareRoot()
    guard stepNorm.isFinite else { return rejected(.stepNotFinite) }
    var fraction = 1.0
    var reason = StepRejection.lineSearchFailed
    for candidate in 1...configuration.maximumBacktracks {
      var wide = Scalar.widened(theta)
      addScaled(&wide, -fraction, step)
      let moved = Scalar.rounded(wide)
      let (surrogate, kl) = try await problem.evaluate(moved)
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
