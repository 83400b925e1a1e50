import Files

extension DivergenceCheck {
  /// The finding, or nil where fewer diverged than is worth a word.
  ///
  /// - Parameters:
  ///   - diverged: episodes that diverged.
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
      .episodesDiverge,
      seen: "\(diverged) of \(episodes) episodes (\(share)) diverged \(scope)",
      cause: "The simulation left what it can compute: actions without bounds\(rate ?? ""), or a "
        + "model with motors too strong or a timestep too long ('metarl check environment' says); "
        + meaning)
  }
}
