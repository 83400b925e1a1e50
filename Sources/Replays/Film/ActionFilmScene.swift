import Drawing

/// What has no place: its actions, the last hundred of them.
struct ActionFilmScene: FilmScene {
  private let actions: [[Double]]
  private let low: Double
  private let high: Double

  init(_ episode: RecordedEpisode) {
    let width = episode.stepCount == 0 ? 1 : max(episode.actions.count / episode.stepCount, 1)
    actions = (0..<episode.stepCount).map {
      Array(episode.actions[$0 * width..<($0 + 1) * width])
    }
    let known = episode.actions.filter(\.isFinite)
    low = min(known.min() ?? 0, 0)
    high = max(known.max() ?? 1, 1)
  }

  func frame(_ step: Int, aspect: Double) -> (view: FilmView, shapes: [FilmShape]) {
    let last = min(step, actions.count)
    let first = max(0, last - 100)
    let margin = 0.15 * (high - low)
    var view = FilmView(
      low: SIMD2(Double(first), low - margin),
      high: SIMD2(Double(first + min(100, max(actions.count, 1)) + 1), high + 2 * margin))
    view.grid = SIMD2(
      PlotText.tics(view.high.x - view.low.x, most: 5), PlotText.tics(high - low, most: 5))
    let points = (first..<last).flatMap { step in
      actions[step].map { SIMD2(Double(step + 1), $0) }
    }
    var shapes: [FilmShape] = [
      .text(
        "actions, the last hundred", at: SIMD2(view.low.x, view.high.y - margin),
        alignment: .left, colour: FilmColour.muted),
      .marks(points, type: 7, size: 0.8, colour: FilmColour.agent),
    ]
    if last > 0 {
      let now = actions[last - 1].map { SIMD2(Double(last), $0) }
      shapes.append(.marks(now, type: 7, size: 1.5, colour: FilmColour.goal))
    }
    return (view, shapes)
  }
}
