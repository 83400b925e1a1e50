import Environments
import Foundation
import MetaLearning

/// The poses of a robot in one episode.
struct RobotPoses {
  /// How it looks.
  let drawing: RobotDrawing
  /// The ends of parts in tenths of a millimetre, [poses, parts, 6].
  private let places: [Double]

  /// Poses; nil when there is none.
  init?(_ episode: RecordedEpisode, drawing: RobotDrawing) {
    let width = 6 * drawing.parts.count
    guard width > 0, episode.places.count >= width else { return nil }
    self.drawing = drawing
    places = episode.places
  }

  /// How many poses there are, ≥ 1.
  var count: Int { places.count / (6 * drawing.parts.count) }

  /// The two ends of a part, m.
  func ends(_ part: Int, at pose: Int) -> (SIMD3<Double>, SIMD3<Double>) {
    let start = 6 * (drawing.parts.count * pose + part)
    func point(_ offset: Int) -> SIMD3<Double> {
      SIMD3(places[start + offset], places[start + offset + 1], places[start + offset + 2]) / 1e4
    }
    return (point(0), point(3))
  }

  /// The middle of the first part, m.
  func root(_ pose: Int) -> SIMD3<Double> {
    let (a, b) = ends(0, at: pose)
    return (a + b) / 2
  }
}

/// What a robot's task commands, as far as it is drawn.
struct RobotFilmTask {
  /// m/s along x.
  let velocity: Double?
  /// A direction of the plane.
  let direction: SIMD2<Double>?
  /// A place in space, m; one of the plane lies on the floor.
  let goal: SIMD3<Double>?

  init(_ task: TaskParameters) {
    func finite(_ name: String) -> [Double]? {
      task[name].flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }
    }
    velocity = finite("velocity").flatMap { $0.count == 1 ? $0[0] : nil }
    direction = finite("direction").flatMap {
      $0.count == 1 ? SIMD2($0[0], 0) : $0.count == 2 ? SIMD2($0[0], $0[1]) : nil
    }
    goal = finite("goal").flatMap {
      $0.count == 2 ? SIMD3($0[0], $0[1], 0) : $0.count == 3 ? SIMD3($0[0], $0[1], $0[2]) : nil
    }
  }
}

/// A line with a radius, seen flat.
enum Capsule {
  /// Its outline, counter-clockwise: half a circle about each end.
  ///
  /// - Parameters:
  ///   - a: one end.
  ///   - b: the other; equal to `a` for a ball.
  ///   - radius: about `a`.
  ///   - endRadius: about `b`.
  /// - Returns: 16 points.
  static func outline(
    _ a: SIMD2<Double>, _ b: SIMD2<Double>, radius: Double, endRadius: Double
  ) -> [SIMD2<Double>] {
    let angle = atan2(b.y - a.y, b.x - a.x)
    func half(_ centre: SIMD2<Double>, _ radius: Double, from start: Double) -> [SIMD2<Double>] {
      (0..<8).map { index in
        let turn = angle + start + .pi * Double(index) / 7
        return centre + radius * SIMD2(cos(turn), sin(turn))
      }
    }
    return half(b, endRadius, from: -.pi / 2) + half(a, radius, from: .pi / 2)
  }
}
