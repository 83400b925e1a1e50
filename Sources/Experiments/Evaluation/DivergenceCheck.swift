import Files

/// How many episodes diverged, and what it means for the figures.
package enum DivergenceCheck {
  /// Shares of broken-down episodes that are told of, each once, when they are first exceeded.
  package static let levels = [0.01, 0.1, 0.5]
  /// Share of broken-down episodes beyond which a policy is not said to adapt.
  package static let verdictLimit = 0.05

  /// What the cost of a divergence is, for notes.
  package static let meaning =
    "each counts as a return below every sound episode of its task (docs/Evaluation.md)"

  /// `3/40`, or `0`.
  package static func count(_ diverged: Int, of episodes: Int) -> String {
    diverged == 0 ? "0" : "\(diverged)/\(episodes)"
  }

  /// The note of an evaluation of which episodes diverged.
  package static func note(_ policy: String, _ curve: AdaptationCurve) -> String {
    let steps = curve.divergedByStep.enumerated().filter { $1 > 0 }
      .map { "\($1) after \(FigureText.steps($0))" }
    return "\(policy): \(curve.divergedEpisodes) of \(curve.episodes) episodes "
      + "(\(FigureText.percent(curve.divergedShare))) diverged, \(steps.joined(separator: ", ")); "
      + meaning
  }
}
