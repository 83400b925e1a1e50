/// What became of an outer step.
public enum StepOutcome: Sendable, Equatable {
  /// θ moved.
  case accepted
  /// θ stayed as it was, because …
  case rejected(StepRejection)

  /// How many rejected steps in a row there are after this one: what stops a run as diverging.
  ///
  /// A meta-gradient of zero neither adds to them nor ends them: nothing failed, there was
  /// nothing to learn from.
  ///
  /// - Parameter count: how many there were before it.
  /// - Returns: how many there are now.
  func rejections(afterInARow count: Int) -> Int {
    switch self {
    case .accepted: 0
    case .rejected(.gradientZero): count
    case .rejected: count + 1
    }
  }

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
  /// The step improved the surrogate, but its mean KL is beyond the bound, however short.
  case divergenceTooLarge = "kl-too-large"
  /// The surrogate loss, or the loss or KL at the new parameters, is not finite.
  case lossNotFinite = "loss-not-finite"
  /// The meta-gradient has an entry that is not finite.
  case gradientNotFinite = "gradient-not-finite"
  /// The step has an entry that is not finite (curvature failed).
  case stepNotFinite = "step-not-finite"
  /// The meta-gradient is zero: no episode of a task was better than another, because their
  /// rewards are equal or they are too few (the baseline then fits each exactly).
  case gradientZero = "gradient-zero"
  /// The meta-gradient is zero although episodes differ: the adapted policies have left the range
  /// in which their actions change with their parameters.
  case policySaturated = "policy-saturated"
  /// The new θ has an entry that is not finite.
  case parametersNotFinite = "parameters-not-finite"
  /// An inner step has a loss or gradient that is not finite, or is too long for the arithmetic.
  case adaptationNotFinite = "adaptation-not-finite"
  /// A task's mean return is not finite, or beyond `largestReturn`.
  case returnExploded = "return-exploded"
  /// The baseline of a task's returns has no finite solution.
  case baselineNotFinite = "baseline-not-finite"

  /// Magnitude beyond which a mean return counts as exploded: 10¹², ten thousand million times
  /// the returns of the families here, while sums of its squares are still exact enough in
  /// double precision.
  public static let largestReturn = 1e12
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
