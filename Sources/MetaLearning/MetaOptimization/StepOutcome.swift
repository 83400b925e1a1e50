/// What became of an outer step.
public enum StepOutcome: Sendable, Equatable {
  /// θ moved.
  case accepted
  /// θ stayed as it was, because …
  case rejected(StepRejection)

  /// One word for logs: `accepted` or the rejection's.
  public var label: String {
    switch self {
    case .accepted: "accepted"
    case .rejected(let reason): reason.rawValue
    }
  }
}

/// Why an outer step left θ as it was.
public enum StepRejection: String, Sendable, CaseIterable {
  /// No candidate of the line search improved the surrogate within the trust region.
  case lineSearchFailed = "line-search-failed"
  /// The meta-gradient has an entry that is not finite.
  case gradientNotFinite = "gradient-not-finite"
  /// The step has an entry that is not finite (curvature broke down).
  case stepNotFinite = "step-not-finite"
  /// The meta-gradient is zero: nothing to do.
  case gradientZero = "gradient-zero"
  /// An inner step gave parameters that are not finite.
  case adaptationNotFinite = "adaptation-not-finite"
}

/// An outer step: the parameters it leaves and how it came to them.
public struct OuterStepResult<Scalar: Sendable>: Sendable {
  /// θ afterwards; bit for bit the old one when rejected.
  public var parameters: [Scalar]
  /// Accepted, or why not.
  public var outcome: StepOutcome
  /// Mean surrogate loss at the new θ (the old one's when rejected).
  public var surrogateAfter: Double
  /// Mean KL(old ‖ new) of the adapted policies at the new θ; nil for steps that have none.
  public var kl: Double?
  /// Candidates tried by the line search.
  public var candidates: Int
  /// ‖θ_new − θ‖.
  public var stepNorm: Double
}
