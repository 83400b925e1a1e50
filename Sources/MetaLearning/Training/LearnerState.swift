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
  /// θ, [P].
  public var parameters: [Scalar]
  /// Adam's moments; nil for other outer steps.
  public var adam: AdamState?
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
    parameters: [Scalar], adam: AdamState?, iteration: Int, seed: UInt64,
    environmentSteps: EnvironmentSteps = EnvironmentSteps(), consecutiveRejections: Int = 0
  ) {
    self.parameters = parameters
    self.adam = adam
    self.iteration = iteration
    self.seed = seed
    self.environmentSteps = environmentSteps
    self.consecutiveRejections = consecutiveRejections
  }
}
