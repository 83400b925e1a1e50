import DenseMath

/// Adam on the meta-gradient: θ ← θ − β m̂ / (√v̂ + ε), for one or several epochs on the same batches.
///
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², hats divide by 1 − βⁱ. In the first epoch g is the
/// meta-gradient where the ratio is 1; later ones differentiate the objective at the moved θ,
/// through the adaptation from there.
/// Source: Kingma, Ba 2015, arXiv:1412.6980, algorithm 1; epochs as in PPO and ProMP
/// (arXiv:1810.06784, algorithm 1).
public struct AdamStep: OuterStep {
  /// β, the outer learning rate.
  public let learningRate: Double
  /// Steps on the same batches, ≥ 1.
  public let epochs: Int
  /// Mean KL(old ‖ new) of the adapted policies beyond which the whole step is rejected.
  public let maximumKL: Double
  /// Whether the objective and the KL are computed where the step leads.
  public let looksAhead: Bool
  /// β₁, as in the paper.
  static let beta1 = 0.9
  /// β₂, as in the paper.
  static let beta2 = 0.999
  /// ε, as in the paper.
  static let epsilon = 1e-8

  /// Names in the state.
  enum Name {
    static let firstMoment = "first_moment"
    static let secondMoment = "second_moment"
    static let step = "step"
  }

  /// A step.
  ///
  /// - Precondition: at least one epoch.
  public init(
    learningRate: Double, epochs: Int = 1, maximumKL: Double = .infinity, looksAhead: Bool = true
  ) {
    precondition(epochs >= 1, "epochs: \(epochs), at least 1 expected")
    self.learningRate = learningRate
    self.epochs = epochs
    self.maximumKL = maximumKL
    self.looksAhead = looksAhead
  }

  /// Moments of zero.
  public func initialState(count: Int) -> OuterState {
    let zeros = [Double](repeating: 0, count: count)
    return OuterState(
      vectors: [Name.firstMoment: zeros, Name.secondMoment: zeros], counts: [Name.step: 0])
  }

  /// Takes all epochs and looks at where they lead.
  public func take<Scalar: DenseScalar>(
    _ meta: [Scalar], problem: OuterProblem<Scalar>, metaGradient: MetaGradient,
    state: inout OuterState
  ) async throws -> OuterStepResult<Scalar> {
    var moved = state
    var point = meta
    for epoch in 0..<epochs {
      let found = epoch == 0 ? metaGradient : try await problem.gradient(at: point)
      switch step(point, found, &moved) {
      case .success(let next): point = next
      case .failure(let reason): return .rejected(reason.value, meta, metaGradient)
      }
    }
    guard looksAhead else {
      state = moved
      return .unseen(point, from: meta)
    }
    let (surrogate, kl) = try await problem.evaluate(point)
    guard surrogate.isFinite, kl.isFinite else {
      return .rejected(.lossNotFinite, meta, metaGradient)
    }
    guard kl <= maximumKL else { return .rejected(.divergenceTooLarge, meta, metaGradient) }
    state = moved
    return OuterStepResult(
      parameters: point, outcome: .accepted, surrogateAfter: surrogate, kl: kl, candidates: 1,
      stepNorm: distance(point, meta))
  }

  /// One epoch from a gradient; what is not finite is the reason, and the state is then as it was.
  func step<Scalar: DenseScalar>(
    _ point: [Scalar], _ metaGradient: MetaGradient, _ state: inout OuterState
  ) -> Result<[Scalar], Rejected> {
    let gradient = metaGradient.gradient
    guard var first = state.vectors[Name.firstMoment],
      var second = state.vectors[Name.secondMoment],
      gradient.count == point.count, first.count == point.count, second.count == point.count
    else {
      preconditionFailure("gradient: \(gradient.count), θ: \(point.count), moments of another size")
    }
    guard metaGradient.surrogateLoss.isFinite else { return .failure(Rejected(.lossNotFinite)) }
    guard dot(gradient, gradient).isFinite else { return .failure(Rejected(.gradientNotFinite)) }
    let count = (state.counts[Name.step] ?? 0) + 1
    let correction1 = 1 - power(Self.beta1, count)
    let correction2 = 1 - power(Self.beta2, count)
    var moved = Scalar.widened(point)
    for i in gradient.indices {
      let g = gradient[i]
      first[i] = Self.beta1 * first[i] + (1 - Self.beta1) * g
      second[i] = Self.beta2 * second[i] + (1 - Self.beta2) * g * g
      moved[i] -=
        learningRate * (first[i] / correction1)
        / ((second[i] / correction2).squareRoot() + Self.epsilon)
    }
    let next: [Scalar] = Scalar.rounded(moved)
    guard Scalar.widened(next).allSatisfy(\.isFinite) else {
      return .failure(Rejected(.parametersNotFinite))
    }
    state.vectors[Name.firstMoment] = first
    state.vectors[Name.secondMoment] = second
    state.counts[Name.step] = count
    return .success(next)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= factor }
      factor *= factor
      left >>= 1
    }
    return result
  }
}

/// Why a step was not taken, as an error of a `Result`.
struct Rejected: Error {
  let value: StepRejection

  init(_ value: StepRejection) { self.value = value }
}

/// ‖a − b‖ in double precision.
func distance<Scalar: DenseScalar>(_ a: [Scalar], _ b: [Scalar]) -> Double {
  let difference = zip(Scalar.widened(a), Scalar.widened(b)).map { $0 - $1 }
  return dot(difference, difference).squareRoot()
}
