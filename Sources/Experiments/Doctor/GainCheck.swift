import Files
import Statistics

/// Whether adapting gains anything, from what the gains show.
enum GainCheck {
  /// The finding, or nil where a gain is shown or too few values can show one.
  ///
  /// What cannot be told from noise is said to be unknown, never to be no gain; causes are not
  /// guessed: `GainDiagnosis` distinguishes them.
  ///
  /// - Parameters:
  ///   - evidence: what the gains show.
  ///   - scope: what they are of, for the message.
  ///   - innerLearningRate: α of the first step.
  ///   - tellsUnknown: whether that it is not known is a finding.
  /// - Returns: a loss, no gain that matters, one that is not known, or nil.
  static func finding(
    _ evidence: GainEvidence, of scope: String, innerLearningRate: Double,
    tellsUnknown: Bool = true
  ) -> Finding? {
    let figure = evidence.figure
    if innerLearningRate == 0, evidence.conclusion != .tooFew {
      return Finding(
        .noGain, seen: "nothing to gain from adapting \(scope): \(figure)",
        cause: "The inner learning rate is 0.0, so that the policy stays what it is")
    }
    let advice =
      "'metarl report' tries shorter and longer inner steps than \(innerLearningRate) and more "
      + "episodes, and says which of them it is"
    switch evidence.conclusion {
    case .gains, .tooFew: return nil
    case .loses:
      return Finding(
        .negativeGain, seen: "adapting makes returns worse \(scope): \(figure)", cause: advice)
    case .noGain:
      return Finding(
        .noGain, seen: "no gain that matters from adapting \(scope): \(figure)",
        cause: sentence(evidence.marginText) + ". " + advice)
    case .notKnown:
      guard tellsUnknown else { return nil }
      let margin = evidence.marginText.isEmpty ? "" : sentence(evidence.marginText) + ". "
      return Finding(
        .gainNotKnown, seen: "whether adapting gains is not known \(scope): \(figure)",
        cause: margin + "Take more tasks, episodes or runs. " + advice)
    }
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}
