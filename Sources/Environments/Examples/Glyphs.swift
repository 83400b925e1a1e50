import DenseMath
import Foundation
import MetaLearning
import StrictYAML

/// Tell apart characters that were never seen, from a few drawings of each.
///
/// A class is a stroke program (`GlyphProgram`), addressed by a whole number, so that there are as
/// many as are wanted and splits share none; an example is a fresh drawing of it. What a class and
/// a drawing are made of depends on these numbers alone, whatever the seed of a run.
public struct GlyphsSimulator: ExampleSimulator {
  /// `glyphs`.
  public static let kind = "glyphs"

  private let ways: Int
  private let jitter: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `ways` and `jitter`.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(context.settings, keys: ["ways", "jitter"])
    ways = try reader.count("ways", "classes of a task", in: 2...1000)
    jitter = try reader.notNegative(
      "jitter", "how much drawings of a class differ; 1 as designed, 0 not at all", upTo: 4)
    choices = reader.choices
  }

  /// The classes.
  public var taskParameters: [TaskParameterRule] {
    [
      TaskParameterRule(
        name: "classes", size: ways, unit: "", meaning: "numbers of the stroke programs",
        range: 0...Double(UInt32.max), isWhole: true)
    ]
  }

  /// The pixels.
  public var observation: [SpaceEntry] {
    (0..<(GlyphProgram.side * GlyphProgram.side)).map {
      SpaceEntry(
        meaning: "ink in row \($0 / GlyphProgram.side), column \($0 % GlyphProgram.side)", unit: "",
        range: 0...1)
    }
  }

  /// Which of the classes.
  public var target: ExampleTarget { .label(classes: ways) }

  /// 28 by 28, one number a pixel.
  public var image: ImageShape? {
    ImageShape(channels: 1, height: GlyphProgram.side, width: GlyphProgram.side)
  }

  /// A fresh drawing.
  public func example(
    of task: TaskParameters, label: Int?, using random: inout RandomStream
  ) -> Example {
    let label = label ?? Int(random.uniform() * Double(ways))
    let number = task["classes"]?[label] ?? 0
    let program = GlyphProgram(number: Int(number))
    return Example(
      input: program.drawing(jitter: jitter, using: &random), target: [Double(label)])
  }
}

/// A hand-drawn character: a few strokes, the same for every drawing of it up to the hand's shake.
///
/// The program of number n is drawn once from the random stream of n: two to four strokes, each a
/// bow (from one of nine places of a grid, or from a point of the stroke before, to another place,
/// bent to one side) or a loop (a part of a circle of at least half a turn). A drawing moves every
/// control point, slants, turns, stretches and shifts the whole, and has a pen of its own width:
///
/// | what | size at jitter 1 |
/// | --- | --- |
/// | control points | normal, deviation 0.025 of the side |
/// | slant, turn | uniform ±0.25, ±0.15 rad |
/// | stretch in x and in y | uniform 0.85 … 1.15 each |
/// | shift | uniform ±0.05 of the side on each axis |
/// | half the pen's width | uniform 0.025 … 0.045 of the side |
struct GlyphProgram: Sendable, Equatable {
  /// Pixels of a side.
  static let side = 28
  /// Segments that a stroke is drawn in.
  private static let segments = 10
  /// What all programs are drawn under: another number would be another world of characters.
  private static let world: UInt64 = 1

  /// One stroke in the unit square, y downwards.
  enum Stroke: Sendable, Equatable {
    /// A quadratic Bézier curve.
    case bow(SIMD2<Double>, SIMD2<Double>, SIMD2<Double>)
    /// A part of a circle: centre, radius, first angle and angle swept, rad.
    case loop(SIMD2<Double>, Double, from: Double, sweep: Double)
  }

  let strokes: [Stroke]

  /// The program of a number.
  init(number: Int) {
    var random = RandomStream(
      key: RandomKey(seed: Self.world, purpose: .generatedClasses), task: number)
    func place(_ random: inout RandomStream) -> SIMD2<Double> {
      let cell = Int(random.uniform() * 9)
      let grid = SIMD2(Double(cell % 3), Double(cell / 3)) * 0.3 + 0.2
      return grid + SIMD2(random.uniform(in: -0.06...0.06), random.uniform(in: -0.06...0.06))
    }
    var strokes: [Stroke] = []
    let count = 2 + Int(random.uniform() * 3)
    while strokes.count < count {
      var start = place(&random)
      if let last = strokes.last, random.uniform() < 0.6 {
        start = Self.point(of: last, at: random.uniform())
      }
      if random.uniform() < 0.3 {
        let radius = random.uniform(in: 0.1...0.22)
        strokes.append(
          .loop(
            start.clamped(
              lowerBound: .init(repeating: radius + 0.08),
              upperBound: .init(repeating: 0.92 - radius)), radius,
            from: random.uniform(in: 0...(2 * .pi)), sweep: random.uniform(in: .pi...(2 * .pi))))
      } else {
        var end = place(&random)
        while distance(start, end) < 0.25 { end = place(&random) }
        let along = end - start
        let bend = random.uniform(in: -0.5...0.5)
        let middle = (start + end) / 2 + SIMD2(-along.y, along.x) * bend
        strokes.append(.bow(start, middle, end))
      }
    }
    self.strokes = strokes
  }

  /// The point of a stroke at a share t of its length of parameter.
  private static func point(of stroke: Stroke, at t: Double) -> SIMD2<Double> {
    switch stroke {
    case .bow(let a, let b, let c):
      return a * ((1 - t) * (1 - t)) + b * (2 * t * (1 - t)) + c * (t * t)
    case .loop(let center, let radius, let from, let sweep):
      let angle = from + t * sweep
      return center + SIMD2(cos(angle), sin(angle)) * radius
    }
  }

  /// A fresh drawing, [28, 28] row by row, ink from 0 to 1.
  ///
  /// - Parameters:
  ///   - jitter: factor on all that differs between drawings, ≥ 0.
  ///   - random: the drawing's stream.
  /// - Returns: the ink.
  func drawing(jitter: Double, using random: inout RandomStream) -> [Double] {
    func shake(_ random: inout RandomStream) -> SIMD2<Double> {
      SIMD2(random.normal(), random.normal()) * (0.025 * jitter)
    }
    func within(_ limit: Double, _ random: inout RandomStream) -> Double {
      jitter * random.uniform(in: -limit...limit)
    }
    let (slant, turn) = (within(0.25, &random), within(0.15, &random))
    let stretch = SIMD2(1 + within(0.15, &random), 1 + within(0.15, &random))
    let shift = SIMD2(within(0.05, &random), within(0.05, &random))
    let pen = 0.035 + within(0.01, &random)
    let (c, s) = (cos(turn), sin(turn))
    func placed(_ point: SIMD2<Double>) -> SIMD2<Double> {
      var p = (point - 0.5) * stretch
      p.x -= slant * p.y
      return SIMD2(c * p.x - s * p.y, s * p.x + c * p.y) + 0.5 + shift
    }
    var ink = [Double](repeating: 0, count: Self.side * Self.side)
    for stroke in strokes {
      let shaken: Stroke =
        switch stroke {
        case .bow(let a, let b, let c):
          .bow(a + shake(&random), b + shake(&random), c + shake(&random))
        case .loop(let center, let radius, let from, let sweep):
          .loop(
            center + shake(&random), radius * (1 + within(0.12, &random)), from: from,
            sweep: sweep * (1 + within(0.06, &random)))
        }
      var last = placed(Self.point(of: shaken, at: 0))
      for segment in 1...Self.segments {
        let next = placed(
          Self.point(of: shaken, at: Double(segment) / Double(Self.segments)))
        Self.draw(from: last, to: next, pen: pen, into: &ink)
        last = next
      }
    }
    return ink
  }

  /// Draws a segment: full ink within the pen, falling to none over one pixel.
  private static func draw(
    from a: SIMD2<Double>, to b: SIMD2<Double>, pen: Double, into ink: inout [Double]
  ) {
    let size = Double(side)
    let (p, q, reach) = (a * size, b * size, pen * size + 0.5)
    let low = pointwiseMin(p, q) - (reach + 0.5)
    let high = pointwiseMax(p, q) + (reach + 0.5)
    func range(_ low: Double, _ high: Double) -> Range<Int> {
      let first = max(0, min(side, Int(low.rounded(.down))))
      return first..<max(first, min(side, Int(high.rounded(.up)) + 1))
    }
    let along = q - p
    let squared = max((along * along).sum(), 1e-12)
    for row in range(low.y, high.y) {
      for column in range(low.x, high.x) {
        let pixel = SIMD2(Double(column) + 0.5, Double(row) + 0.5)
        let t = max(0, min(1, ((pixel - p) * along).sum() / squared))
        let away = distance(pixel, p + along * t)
        let value = max(0, min(1, reach - away))
        let index = row * side + column
        if value > ink[index] { ink[index] = value }
      }
    }
  }
}

/// ‖a − b‖.
private func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
  ((a - b) * (a - b)).sum().squareRoot()
}
