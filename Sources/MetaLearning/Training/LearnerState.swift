/// Environment steps counted by what they were for; all of them count as experience.
public struct EnvironmentSteps: Sendable, Equatable {
  /// With θ, before adaptation.
  public var preAdaptation = 0
  /// Between the first and the last of several inner steps.
  public var duringAdaptation = 0
  /// With θ′.
  public var postAdaptation = 0
  /// In validation during training.
  public var validation = 0

  /// None yet.
  public init() {}

  /// All of them.
  public var total: Int { preAdaptation + duringAdaptation + postAdaptation + validation }
}

/// Everything that a run's future depends on besides its configuration: the checkpoint.
public struct LearnerState<Scalar: Sendable>: Sendable {
  /// θ, and behind it the learned inner rates, [P + R].
  public var parameters: [Scalar]
  /// What the outer step remembers.
  public var outer: OuterState
  /// Meta-iterations done.
  public var iteration: Int
  /// The user's number.
  public var seed: UInt64
  /// Experience so far.
  public var environmentSteps: EnvironmentSteps
  /// Outer steps rejected in a row up to now.
  public var consecutiveRejections: Int

  /// A state from its parts.
  public init(
    parameters: [Scalar], outer: OuterState, iteration: Int, seed: UInt64,
    environmentSteps: EnvironmentSteps = EnvironmentSteps(), consecutiveRejections: Int = 0
  ) {
    self.parameters = parameters
    self.outer = outer
    self.iteration = iteration
    self.seed = seed
    self.environmentSteps = environmentSteps
    self.consecutiveRejections = consecutiveRejections
  }
}

extension LearnerState {
  /// Name of η among the outer state's vectors, where it moves.
  static var innerKLPenaltyName: String { "inner_kl_penalty" }

  /// η, where it moves with the training.
  var innerKLPenalty: Double? { outer.vectors[Self.innerKLPenaltyName]?.first }
}
