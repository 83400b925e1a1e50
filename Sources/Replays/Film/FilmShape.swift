import Drawing

/// Something that a frame of a film shows, in the coordinates of its scene.
enum FilmShape: Equatable {
  /// A line through points; where one is not finite the pen is lifted.
  case line([SIMD2<Double>], colour: String, width: Double, isDashed: Bool)
  /// A filled outline.
  case area([SIMD2<Double>], colour: String)
  /// A circle, not filled.
  case ring(SIMD2<Double>, radius: Double, colour: String)
  /// Marks of a size on the picture: gnuplot's point type.
  case marks([SIMD2<Double>], type: Int, size: Double, colour: String)
  /// An arrow between two points.
  case arrow(SIMD2<Double>, SIMD2<Double>, colour: String)
  /// Red, green and blue of every pixel, the highest row first, over the whole view.
  case picture([UInt8], width: Int, height: Int)
  /// Words.
  case text(String, at: SIMD2<Double>, alignment: Alignment, colour: String)

  /// How words lie about their place.
  enum Alignment: String {
    case left, center, right
  }
}

/// The part of a scene that a frame shows.
struct FilmView: Equatable {
  var low: SIMD2<Double>
  var high: SIMD2<Double>
  /// Distance of the lines of the grid, which are labelled; nil for none.
  var grid: SIMD2<Double>?
  /// What the numbers at the lines mean: `m`.
  var unit = ""
  /// Which axes have numbers.
  var hasNumbers = (x: true, y: true)

  /// Whether a place is shown.
  func contains(_ place: SIMD2<Double>) -> Bool {
    place.x >= low.x && place.x <= high.x && place.y >= low.y && place.y <= high.y
  }

  static func == (a: FilmView, b: FilmView) -> Bool {
    a.low == b.low && a.high == b.high && a.grid == b.grid && a.unit == b.unit
      && a.hasNumbers == b.hasNumbers
  }

  /// A view of a width for each height about a rectangle, all of it shown.
  ///
  /// - Parameters:
  ///   - low: lower left corner.
  ///   - high: upper right corner.
  ///   - aspect: width over height of the picture.
  /// - Returns: the view, with the rectangle in its middle.
  static func around(
    _ low: SIMD2<Double>, _ high: SIMD2<Double>, aspect: Double
  ) -> FilmView {
    let height = max(high.y - low.y, (high.x - low.x) / aspect)
    let half = SIMD2(height * aspect, height) / 2
    let centre = (low + high) / 2
    return FilmView(low: centre - half, high: centre + half)
  }
}

/// Colours of films: those of the figures.
enum FilmColour {
  static let agent = PlotStyle.after
  static let limb = "#56B4E9"
  static let trail = "#7FB8DA"
  static let goal = PlotStyle.before
  static let limit = "#007A5A"
  static let muted = "#606060"
  static let grid = "#D8D8D8"
  static let ground = "#909090"
  static let mark = "#000000"
}

/// What one rollout of a film looks like, step by step.
protocol FilmScene {
  /// What is seen after a step.
  ///
  /// - Parameters:
  ///   - step: from 0, the reset, to the last of the longest rollout; one that has ended stays.
  ///   - aspect: width over height of the picture.
  /// - Returns: the part shown, and the shapes from back to front.
  /// - Throws: `MuJoCoError` when a robot cannot be rendered.
  func frame(_ step: Int, aspect: Double) throws -> (view: FilmView, shapes: [FilmShape])
}
