import Files

/// How many episodes broke down, and what it means for the figures.
package enum BreakdownCheck {
  /// Shares of broken-down episodes that are told of, each once, when they are first exceeded.
  package static let levels = [0.01, 0.1, 0.5]
  /// Share of broken-down episodes beyond which a policy is not said to adapt.
  package static let verdictLimit = 0.05

  /// What the cost of a breakdown is, for notes.
  package static let meaning =
    "each counts as a return below every sound episode of its task (docs/Evaluation.md)"

  /// `3/40`, or `0`.
  package static func count(_ diverged: Int, of episodes: Int) -> String {
    diverged == 0 ? "0" : "\(diverged)/\(episodes)"
  }

  /// The note of an evaluation of which episodes broke down.
  package static func note(_ policy: String, _ curve: AdaptationCurve) -> String {
    let steps = curve.divergedByStep.enumerated().filter { $1 > 0 }
      .map { "\($1) after \(FigureText.steps($0))" }
    return "\(policy): \(curve.divergedEpisodes) of \(curve.episodes) episodes "
      + "(\(FigureText.percent(curve.divergedShare))) broke down, \(steps.joined(separator: ", ")); "
      + meaning
  }

  /// The finding, or nil where fewer broke down than is worth a word.
  ///
  /// - Parameters:
  ///   - diverged: episodes that broke down.
  ///   - episodes: of all.
  ///   - limit: share that is worth a word.
  ///   - scope: when, for the message.
  ///   - innerLearningRate: α; nil where nothing is adapted.
  /// - Returns: the finding, or nil.
  package static func finding(
    _ diverged: Int, of episodes: Int, beyond limit: Double = levels[0], _ scope: String,
    innerLearningRate: Double?
  ) -> Finding? {
    guard episodes > 0, Double(diverged) > limit * Double(episodes) else { return nil }
    let share = FigureText.percent(Double(diverged) / Double(episodes))
    let rate = innerLearningRate.map {
      ", an inner step that is far too long (inner learning rate \($0))"
    }
    return Finding(
      .episodesBreakDown,
      seen: "\(diverged) of \(episodes) episodes (\(share)) broke down \(scope)",
      cause: "The simulation left what it can compute: actions without bounds\(rate ?? ""), or a "
        + "model with motors too strong or a timestep too long ('metarl check environment' tells); "
        + meaning)
  }
}
