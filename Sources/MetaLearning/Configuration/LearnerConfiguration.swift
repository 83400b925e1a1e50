/// Everything numeric that a meta-training run chooses, with the defaults.
///
/// A named algorithm is a row of four choices: what adapts, the inner estimator, the
/// derivative order, and the outer step.
public struct LearnerConfiguration: Sendable, Hashable {
  /// The named row of choices.
  public var algorithm = Algorithm.maml
  /// The policy's shape.
  public var policy = PolicyConfiguration()
  /// How much is sampled.
  public var sampling = SamplingConfiguration()
  /// From rewards to advantages.
  public var advantages = AdvantageConfiguration()
  /// The inner loop.
  public var adaptation = AdaptationConfiguration()
  /// The outer loop.
  public var outer = OuterConfiguration()

  /// The defaults.
  public init() {}
}

/// Elementwise nonlinearity of the hidden layers.
public enum Activation: String, Sendable, CaseIterable, Codable {
  /// The hyperbolic tangent.
  case tanh
  /// max(0, x); derivative 0 at 0.
  case relu
}

/// The policy network: an MLP whose outputs parametrize the action distribution.
public struct PolicyConfiguration: Sendable, Hashable {
  /// Widths of the hidden layers, each ≥ 1; empty for a linear policy.
  public var hidden = [64, 64]
  /// Nonlinearity after every hidden layer.
  public var activation = Activation.tanh
  /// σ at the start, > 0 (Gaussian policies).
  public var initialStandardDeviation = 1.0
  /// Smallest σ, > 0; the gradient with respect to log σ is zero below it.
  public var minimumStandardDeviation = 1e-6

  /// The defaults.
  public init() {}
}

/// How many tasks and episodes one meta-iteration samples.
public struct SamplingConfiguration: Sendable, Hashable {
  /// M, tasks a meta-iteration, ≥ 1.
  public var metaBatchSize = 20
  /// Episodes a task with each policy (before, and after every adaptation step), ≥ 1.
  public var rolloutsPerTask = 20

  /// The defaults.
  public init() {}
}

/// From rewards to advantages.
public struct AdvantageConfiguration: Sendable, Hashable {
  /// γ in [0, 1].
  public var discount = 0.99
  /// λ of generalized advantage estimation in [0, 1].
  ///
  /// With 1, as in the MAML paper, the noise of the inner gradient grows with 1/σ while the
  /// policy's σ shrinks, until adapting helps less from iteration to iteration (docs/Results.md).
  public var gaeLambda = 0.95
  /// Ridge of the linear feature baseline's least squares, > 0.
  public var baselineRidge = 1e-5

  /// The defaults.
  public init() {}
}

/// Which surrogate the inner step differentiates; the gradients agree, the Hessians do not.
public enum InnerEstimator: String, Sendable, CaseIterable, Codable {
  /// −mean log π · Â, the MAML paper's.
  case logLikelihood = "log-likelihood"
  /// −mean [π / stop(π)] · Â, low-variance curvature.
  /// Source: Rothfuss et al. 2019 (ProMP), arXiv:1810.06784, eq. 7.
  case lowVarianceCurvature = "lvc"
}

/// How far the meta-gradient looks into the adaptation.
public enum DerivativeOrder: String, Sendable, CaseIterable, Codable {
  /// Through every inner step: ∂θ′/∂θ is exact.
  case exact
  /// Past the inner steps: ∂θ′/∂θ is taken as the identity.
  case first
}

/// The inner loop: θ′ₖ₊₁ = θ′ₖ − α ∇L(θ′ₖ; Dₖ).
public struct AdaptationConfiguration: Sendable, Hashable {
  /// K ≥ 0; 0 trains without adaptation.
  public var steps = 1
  /// α ≥ 0.
  public var innerLearningRate = 0.1
  /// The surrogate L.
  ///
  /// The default keeps the terms of the Hessian through which exploration before the step is
  /// credited; the MAML paper's does not (docs/Results.md).
  public var estimator = InnerEstimator.lowVarianceCurvature
  /// The derivative of θ′ with respect to θ.
  public var order = DerivativeOrder.exact

  /// The defaults.
  public init() {}
}

/// Which outer step moves θ.
public enum OuterStepKind: String, Sendable, CaseIterable, Codable {
  /// Trust region by conjugate gradient and backtracking, through the adaptation.
  case trpo
  /// Adam on the meta-gradient.
  case adam
}

/// The outer loop.
public struct OuterConfiguration: Sendable, Hashable {
  /// The step.
  public var step = OuterStepKind.trpo
  /// δ > 0, bound on mean KL(old ‖ new) of the adapted policies (TRPO).
  public var maximumKL = 0.01
  /// Conjugate-gradient iterations ≥ 1 (TRPO).
  public var conjugateGradientIterations = 10
  /// Added to the curvature, ≥ 0 (TRPO).
  public var damping = 1e-5
  /// Factor in (0, 1) on the step after each failed candidate (TRPO).
  public var backtrackRatio = 0.8
  /// Candidates tried ≥ 1 before the step is rejected (TRPO).
  public var maximumBacktracks = 15
  /// β > 0 (Adam).
  public var outerLearningRate = 1e-3
  /// Mean KL(old ‖ new) > 0 beyond which a step is rejected as diverging (Adam).
  public var maximumStepKL = 1.0
  /// Outer steps rejected in a row after which a run stops, ≥ 1.
  public var maximumConsecutiveRejections = 20

  /// The defaults.
  public init() {}
}
