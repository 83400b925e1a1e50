import DenseMath

/// First and second moments of Adam: part of a run's state.
public struct AdamState: Sendable, Equatable {
  /// m, [P].
  public var firstMoment: [Double]
  /// v, [P].
  public var secondMoment: [Double]
  /// Steps taken.
  public var step: Int

  /// Zeros for P parameters.
  public init(parameterCount: Int) {
    firstMoment = Array(repeating: 0, count: parameterCount)
    secondMoment = Array(repeating: 0, count: parameterCount)
    step = 0
  }

  /// A state from its parts.
  ///
  /// - Precondition: equal counts.
  public init(firstMoment: [Double], secondMoment: [Double], step: Int) {
    precondition(
      firstMoment.count == secondMoment.count,
      "moments: \(firstMoment.count) and \(secondMoment.count) entries")
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.step = step
  }
}

/// Adam on the meta-gradient: θ ← θ − β m̂ / (√v̂ + ε).
///
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², hats divide by 1 − βⁱ.
/// Source: Kingma, Ba 2015, arXiv:1412.6980, algorithm 1.
public struct AdamStep: Sendable {
  /// β, the outer learning rate.
  public let learningRate: Double
  /// β₁, as in the paper.
  static let beta1 = 0.9
  /// β₂, as in the paper.
  static let beta2 = 0.999
  /// ε, as in the paper.
  static let epsilon = 1e-8

  /// A step.
  public init(learningRate: Double) {
    self.learningRate = learningRate
  }

  /// Takes the step and looks at where it leads.
  ///
  /// - Parameters:
  ///   - theta: θ, [P].
  ///   - objective: the meta-batch, with old policies fixed by `metaGradient`.
  ///   - metaGradient: at θ.
  ///   - state: the moments.
  ///   - maximumKL: mean KL(old ‖ new) of the adapted policies beyond which the step is rejected.
  /// - Returns: the new θ with its surrogate loss and KL; or the old one with the reason, and
  ///   then the moments are as they were.
  /// - Throws: what the workers throw.
  public func take<Scalar>(
    _ theta: [Scalar], objective: MetaObjective<Scalar>, metaGradient: MetaGradient,
    state: inout AdamState, maximumKL: Double
  ) async throws -> OuterStepResult<Scalar> {
    var moved = state
    var result = take(theta, metaGradient: metaGradient, state: &moved)
    guard result.outcome == .accepted else { return result }
    let (surrogate, kl) = try await objective.evaluate(result.parameters)
    guard surrogate.isFinite, kl.isFinite, kl <= maximumKL else {
      let isFinite = surrogate.isFinite && kl.isFinite
      return rejected(
        isFinite ? .divergenceTooLarge : .lossNotFinite, theta, metaGradient: metaGradient)
    }
    state = moved
    result.surrogateAfter = surrogate
    result.kl = kl
    return result
  }

  /// Takes the step; losses, gradients and parameters that are not finite leave θ and the state
  /// as they were.
  public func take<Scalar: DenseScalar>(
    _ theta: [Scalar], metaGradient: MetaGradient, state: inout AdamState
  ) -> OuterStepResult<Scalar> {
    let gradient = metaGradient.gradient
    precondition(
      gradient.count == theta.count && state.firstMoment.count == theta.count,
      "gradient: \(gradient.count), θ: \(theta.count), state: \(state.firstMoment.count)")
    guard metaGradient.surrogateLoss.isFinite else {
      return rejected(.lossNotFinite, theta, metaGradient: metaGradient)
    }
    guard dot(gradient, gradient).isFinite else {
      return rejected(.gradientNotFinite, theta, metaGradient: metaGradient)
    }
    let before = state
    state.step += 1
    let correction1 = 1 - power(Self.beta1, state.step)
    let correction2 = 1 - power(Self.beta2, state.step)
    var moved = Scalar.widened(theta)
    var squaredNorm = 0.0
    for i in gradient.indices {
      let g = gradient[i]
      state.firstMoment[i] = Self.beta1 * state.firstMoment[i] + (1 - Self.beta1) * g
      state.secondMoment[i] = Self.beta2 * state.secondMoment[i] + (1 - Self.beta2) * g * g
      let change =
        learningRate * (state.firstMoment[i] / correction1)
        / ((state.secondMoment[i] / correction2).squareRoot() + Self.epsilon)
      moved[i] -= change
      squaredNorm += change * change
    }
    let parameters: [Scalar] = Scalar.rounded(moved)
    let isFinite = Scalar.widened(parameters).allSatisfy { $0.isFinite }
    guard isFinite, squaredNorm.isFinite else {
      state = before
      return rejected(.parametersNotFinite, theta, metaGradient: metaGradient)
    }
    return OuterStepResult(
      parameters: parameters, outcome: .accepted, surrogateAfter: metaGradient.surrogateLoss,
      kl: nil, candidates: 1, stepNorm: squaredNorm.squareRoot())
  }

  private func rejected<Scalar: DenseScalar>(
    _ reason: StepRejection, _ theta: [Scalar], metaGradient: MetaGradient
  ) -> OuterStepResult<Scalar> {
    OuterStepResult(
      parameters: theta, outcome: .rejected(reason),
      surrogateAfter: metaGradient.surrogateLoss, kl: nil, candidates: 0, stepNorm: 0)
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
