import Networks

/// Everything numeric that a meta-training run chooses, with the defaults.
///
/// A named algorithm is a row of such choices (`Algorithm`): what adapts and how far, the inner
/// estimator, the derivative order, the outer objective, and the outer step.
public struct LearnerConfiguration: Sendable, Hashable {
  /// The named row of choices.
  public var algorithm = Algorithm.maml
  /// The policy's shape.
  public var policy = PolicyConfiguration()
  /// How much is sampled.
  public var sampling = SamplingConfiguration()
  /// How many examples a task has, in families of supervised tasks.
  public var examples = ExampleConfiguration()
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
  /// Filters of convolutional blocks below the hidden layers; empty for none (images).
  public var filters: [Int] = []
  /// How a block halves the image.
  public var downsampling = Downsampling.pool
  /// How blocks are normalized.
  public var batchNorm = BatchNormKind.transductive
  /// C ≥ 0, context parameters joined to the input of the first layer (CAVIA).
  public var context = 0

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
  /// Loaded DiCE with `diceLambda`: an unbiased Hessian.
  /// Source: Farquhar et al. 2019, arXiv:1909.10549, eq. 12.
  case dice
}

/// Which parameters an inner step changes.
public enum AdaptedPart: String, Sendable, CaseIterable, Codable {
  /// All of θ.
  case all
  /// The last layer (ANIL).
  case head
  /// The last layer and log σ.
  case headAndDeviation = "head-and-deviation"
  /// Everything but the last layer and log σ (BOIL).
  case body
  /// Context parameters alone (CAVIA).
  case context

  /// The roles of the tensors that adapt.
  var roles: Set<ParameterRole> {
    switch self {
    case .all: [.body, .head, .deviation, .context]
    case .head: [.head]
    case .headAndDeviation: [.head, .deviation]
    case .body: [.body]
    case .context: [.context]
    }
  }
}

/// Which inner rates are learned with θ.
public enum LearnedRates: String, Sendable, CaseIterable, Codable {
  /// None: one α.
  case none
  /// One for every parameter, the same in all steps (Meta-SGD).
  case elementwise
  /// One for every tensor and step (MAML++).
  case tensorwise
}

/// How far the meta-gradient looks into the adaptation.
public enum DerivativeOrder: String, Sendable, CaseIterable, Codable {
  /// Through every inner step: ∂θ′/∂θ is exact.
  case exact
  /// Past the inner steps: ∂θ′/∂θ is taken as the identity.
  case first
}

/// The inner loop: θ′ₖ₊₁ = θ′ₖ − a ⊙ ∇L(θ′ₖ; Dₖ), where a is α for what adapts, or learned.
public struct AdaptationConfiguration: Sendable, Hashable {
  /// K ≥ 0; 0 trains without adaptation.
  public var steps = 1
  /// Which parameters an inner step changes.
  public var part = AdaptedPart.all
  /// α ≥ 0; the start of rates that are learned.
  public var innerLearningRate = 0.1
  /// What α is multiplied by after the first step, ≥ 0.
  ///
  /// A half, as the MAML paper evaluates (Finn et al. 2017, arXiv:1703.03400, appendix A.2): a
  /// start that one whole step leads to a task overshoots with a second one as long
  /// (docs/Results.md). It holds for training and for everything that adapts afterwards.
  public var laterStepFactor = 0.5
  /// Which rates are learned with θ.
  public var learnedRates = LearnedRates.none
  /// The surrogate L.
  ///
  /// The default keeps the terms of the Hessian through which exploration before the step is
  /// credited; the MAML paper's does not (docs/Results.md).
  public var estimator = InnerEstimator.lowVarianceCurvature
  /// λ of the estimator `dice` in [0, 1]: how far past actions are credited in the Hessian.
  public var diceLambda = 1.0
  /// The derivative of θ′ with respect to θ.
  public var order = DerivativeOrder.exact

  /// The defaults.
  public init() {}

  /// The schedule of step sizes: α, and α · `laterStepFactor` for every later step.
  ///
  ///     configuration.innerLearningRates(steps: 3)   // [0.1, 0.05, 0.05]
  ///
  /// - Parameters:
  ///   - steps: how many; none where it is not positive.
  ///   - start: another α than the configured one.
  /// - Returns: a step size a step, [steps].
  public func innerLearningRates(steps: Int, from start: Double? = nil) -> [Double] {
    let rate = start ?? innerLearningRate
    return (0..<max(steps, 0)).map { rate * relativeRate(ofStep: $0) }
  }

  /// The share of α that step k takes: 1, and then `laterStepFactor`.
  func relativeRate(ofStep step: Int) -> Double { step == 0 ? 1 : laterStepFactor }
}

/// Which outer step moves θ.
public enum OuterStepKind: String, Sendable, CaseIterable, Codable {
  /// Trust region by conjugate gradient and backtracking, through the adaptation.
  case trpo
  /// Adam on the meta-gradient, for one or several epochs.
  case adam
  /// Towards the mean of the adapted parameters (Reptile).
  case average
}

/// What the outer loop minimizes.
public enum OuterObjectiveKind: String, Sendable, CaseIterable, Codable {
  /// −mean[π/π_old · Â] of the adapted policy.
  case surrogate
  /// The clipped ratio, with a penalty on the KL before adaptation (PPO, ProMP).
  case clipped
}

/// The outer loop.
public struct OuterConfiguration: Sendable, Hashable {
  /// The objective.
  public var objective = OuterObjectiveKind.surrogate
  /// λ ≥ 0, credit to the sampling of the support batches (E-MAML); 0 for none.
  public var supportCredit = 0.0
  /// The step.
  public var step = OuterStepKind.trpo
  /// ε > 0, how far the ratio may move before it is clipped (clipped).
  public var clipRange = 0.2
  /// η ≥ 0, penalty on the KL of the policies before adaptation (clipped).
  public var innerKLPenalty = 0.0
  /// KL that η is doubled or halved to hold, ≥ 0; 0 keeps η (clipped).
  public var innerKLTarget = 0.0
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
  /// Steps on the same batches, ≥ 1 (Adam).
  public var epochs = 1
  /// ε in (0, 1], the share of the way to the adapted parameters (average).
  public var averageRate = 0.5
  /// Steps until ε has fallen to 0, ≥ 0; 0 keeps it (average).
  public var averageAnnealIterations = 0
  /// Meta-iterations over which the query loss after every inner step counts, and less and less
  /// but after the last, ≥ 0; 0 for none (examples; the multi-step loss of MAML++).
  public var multiStepIterations = 0
  /// Mean KL(old ‖ new) > 0 beyond which a step is rejected as diverging (Adam, average).
  public var maximumStepKL = 1.0
  /// Outer steps rejected in a row after which a run stops, ≥ 1.
  public var maximumConsecutiveRejections = 20

  /// The defaults.
  public init() {}
}
