import Drawing
import Files
import MetaLearning

/// A point on the plane with its goal, limits and trail.
struct PlaneFilmScene: FilmScene {
  private let places: [SIMD2<Double>]
  private let goal: SIMD2<Double>?
  private let wind: SIMD2<Double>?
  private let settings: JSONValue
  private let corners: [SIMD2<Double>]
  /// What all rollouts of the film show, so that they can be compared.
  private let low: SIMD2<Double>
  private let high: SIMD2<Double>

  /// The scenes of the first episodes of a recording's rollouts.
  static func scenes(_ recording: ViewedRecording) -> [PlaneFilmScene] {
    let settings = recording.settings
    let all = zip(recording.header.rollouts, recording.episodes).map { rollout, episodes in
      (
        places: points(episodes[0].places),
        goal: pair(rollout.task["goal"]) ?? pair(settings["goal"]),
        wind: pair(rollout.task["wind"]) ?? pair(settings["wind"])
      )
    }
    let corners = (settings["corners"]?.elements ?? []).compactMap { pair($0) }
    let shown = (all.flatMap { $0.places + [$0.goal].compactMap { $0 } } + corners)
      .filter { $0.x.isFinite && $0.y.isFinite }
    var (low, high) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
    for point in shown {
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    let margin = 0.08 * max((high - low).max(), 0.1)
    return all.map {
      PlaneFilmScene(
        places: $0.places, goal: $0.goal, wind: $0.wind, settings: settings, corners: corners,
        low: low - margin, high: high + margin)
    }
  }

  func frame(_ step: Int, aspect: Double) -> (view: FilmView, shapes: [FilmShape]) {
    var view = FilmView.around(low, high, aspect: aspect)
    let tic = PlotText.tics((view.high - view.low).max(), most: 5)
    view.grid = SIMD2(tic, tic)
    view.unit = "m"
    let walked = Array(places.prefix(step + 1))
    var shapes = limits(view) + goalShapes()
    shapes.append(.line(walked, colour: FilmColour.trail, width: 2.2, isDashed: false))
    if walked.count <= 300 {
      shapes.append(.marks(walked, type: 7, size: 0.5, colour: FilmColour.trail))
    }
    if let first = places.first {
      shapes.append(.marks([first], type: 6, size: 1.1, colour: FilmColour.muted))
    }
    if let now = walked.last, now.x.isFinite, now.y.isFinite {
      shapes.append(.marks([now], type: 7, size: 1.9, colour: FilmColour.agent))
    }
    return (view, shapes)
  }

  private func goalShapes() -> [FilmShape] {
    guard let goal else { return [] }
    var shapes: [FilmShape] = []
    if let radius = settings["reward_radius"]?.number {
      shapes.append(.ring(goal, radius: radius, colour: FilmColour.limit))
    }
    if let half = settings["tolerance"]?.number {
      let corners: [SIMD2<Double>] = [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]
      shapes.append(
        .line(
          corners.map { goal + half * $0 }, colour: FilmColour.limit, width: 1.2, isDashed: false))
    }
    let isRight = goal.x > (low.x + high.x) / 2
    return shapes + [
      .marks([goal], type: 6, size: 2.2, colour: FilmColour.goal),
      .marks([goal], type: 1, size: 2.8, colour: FilmColour.goal),
      .text(
        isRight ? "goal   " : "   goal", at: goal, alignment: isRight ? .right : .left,
        colour: FilmColour.goal),
    ]
  }

  private func limits(_ view: FilmView) -> [FilmShape] {
    var shapes: [FilmShape] = []
    if let radius = settings["silent_radius"]?.number {
      let corners: [SIMD2<Double>] = [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]]
      shapes.append(
        .line(corners.map { radius * $0 }, colour: FilmColour.limit, width: 1.2, isDashed: true))
      shapes.append(
        .text(
          "no reward inside", at: [0, 1.3 * radius], alignment: .center,
          colour: FilmColour.limit))
    }
    if !corners.isEmpty {
      shapes.append(.marks(corners, type: 6, size: 1.4, colour: FilmColour.muted))
    }
    if let wind, wind != .zero {
      let length = (wind * wind).sum().squareRoot()
      let size = view.high - view.low
      let start = view.low + size * [0.08, 0.9]
      shapes.append(.arrow(start, start + 0.1 * size.y / length * wind, colour: FilmColour.limit))
      shapes.append(
        .text(
          "wind \(FigureText.significant(length)) m a step",
          at: view.low + size * [0.2, 0.93], alignment: .left, colour: FilmColour.limit))
    }
    return shapes
  }

  private static func points(_ numbers: [Double]) -> [SIMD2<Double>] {
    stride(from: 0, to: numbers.count - 1, by: 2).map { [numbers[$0], numbers[$0 + 1]] }
  }

  private static func pair(_ values: [Double]?) -> SIMD2<Double>? {
    guard let values, values.count == 2, values.allSatisfy(\.isFinite) else { return nil }
    return SIMD2(values[0], values[1])
  }

  private static func pair(_ value: JSONValue?) -> SIMD2<Double>? {
    pair(value?.elements?.compactMap(\.number))
  }
}
