#if OSMesa
  import CMuJoCo
  import CMuJoCoGuard
#endif

/// Pictures of a robot drawn by MuJoCo off screen, with light and shadow.
///
/// It takes the package trait `OSMesa`, which is off by default.
public final class RobotRenderer {
  /// Something that stands in a picture beside the robot, in the world.
  public enum Mark: Sendable, Equatable {
    /// A line across the robot's way at x, m: where a commanded velocity would be.
    case pace(x: Double)
    /// An arrow on the floor from the robot along a direction of the plane.
    case direction(SIMD2<Double>)
    /// A disc on the floor, m.
    case goal(SIMD2<Double>)
  }

  /// Whether this build draws.
  public static var isAvailable: Bool {
    #if OSMesa
      true
    #else
      false
    #endif
  }

  #if OSMesa
    private let renderer: OpaquePointer
    private let model: MuJoCoModel
    private let viewpoint: RobotDrawing.Viewpoint
    /// The height of the floor, m.
    private let floor: Double
    /// Drawn pixels a pixel of the picture in each direction, which are averaged.
    private static let fineness = 2
    /// Pixels.
    public let width: Int
    /// Pixels.
    public let height: Int

    /// A renderer of a family's robot, or nil when the family has none.
    ///
    /// - Throws: `MuJoCoError.renderer` with what MuJoCo or OSMesa said.
    public init?(_ family: DefinedTaskFamily, width: Int, height: Int) throws(MuJoCoError) {
      guard let simulator = family.definition.simulator as? RobotSimulator,
        let drawing = try RobotDrawing(family)
      else { return nil }
      (self.width, self.height) = (width, height)
      let model = simulator.settings.model
      self.model = model
      viewpoint = drawing.viewpoint
      floor = model.floorHeight ?? 0
      // The colours of the figures: blue and light blue on a light floor.
      let colours: [(Float, Float, Float, Float)] = [
        (0.93, 0.94, 0.95, 1), (0, 0.447, 0.698, 1), (0.337, 0.706, 0.914, 1),
      ]
      let made = colours.withUnsafeBufferPointer { colours in
        guard let start = colours.baseAddress else { return nil as OpaquePointer? }
        return start.withMemoryRebound(to: (Float, Float, Float, Float).self, capacity: 3) {
          guard_renderer_make(
            model.pointer, Int32(Self.fineness * width), Int32(Self.fineness * height), $0)
        }
      }
      guard let made else {
        throw .renderer(reason: MuJoCoSimulation.lastErrorMessage)
      }
      renderer = made
    }

    deinit { guard_renderer_free(renderer) }

    /// A picture of a pose, the robot's first body in its middle.
    ///
    /// - Parameters:
    ///   - position: `qpos`.
    ///   - marks: what else stands there.
    /// - Returns: red, green and blue of every pixel, [height, width, 3], the highest row first.
    /// - Throws: `MuJoCoError.wrongSize`, `notFinite`, or `renderer` when it could not be drawn.
    public func picture(position: [Double], marks: [Mark]) throws(MuJoCoError) -> [UInt8] {
      guard position.count == model.positionCount else {
        throw .wrongSize(name: "qpos", count: position.count, expected: model.positionCount)
      }
      if let index = position.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(name: "qpos", index: index)
      }
      let root = SIMD2(position[0], position[1])
      let centre = viewpoint == .side ? SIMD2(root.x, 0) : root
      var camera = camera(centre)
      let things = floorLines(centre) + wall(centre) + marks.map { thing($0, from: centre) }
      var rows = [UInt8](repeating: 0, count: 3 * width * height * Self.fineness * Self.fineness)
      guard
        guard_renderer_draw(renderer, position, &camera, things, Int32(things.count), &rows) != 0
      else { throw .renderer(reason: MuJoCoSimulation.lastErrorMessage) }
      return averaged(rows)
    }

    /// The picture of means over squares of pixels, turned upright.
    private func averaged(_ rows: [UInt8]) -> [UInt8] {
      let (fineness, stride) = (Self.fineness, 3 * width * Self.fineness)
      var picture = [UInt8](repeating: 0, count: 3 * width * height)
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<3 {
            var sum = 0
            for i in 0..<fineness {
              for j in 0..<fineness {
                let row = (height - 1 - y) * fineness + i
                sum += Int(rows[row * stride + 3 * (x * fineness + j) + channel])
              }
            }
            picture[3 * (y * width + x) + channel] = UInt8(sum / (fineness * fineness))
          }
        }
      }
      return picture
    }

    private func camera(_ centre: SIMD2<Double>) -> guard_camera {
      let (height, distance, azimuth, elevation) =
        switch viewpoint {
        case .side: (0.6, 3.4, 90.0, -14.0)
        case .above: (0.0, 5.0, 90.0, -68.0)
        case .turnable: (0.35, 4.8, 128.0, -27.0)
        }
      return guard_camera(
        lookat: (centre.x, centre.y, height), distance: distance, azimuth: azimuth,
        elevation: elevation)
    }

    /// Lines on the floor, a metre apart, those through the origin darker.
    private func floorLines(_ centre: SIMD2<Double>) -> [guard_mark] {
      (-12...12).flatMap { offset -> [guard_mark] in
        let (x, y) = (centre.x.rounded() + Double(offset), centre.y.rounded() + Double(offset))
        return [
          box(at: [x, centre.y, floor], half: [0.008, 14, 0.001], grey: x == 0 ? 0.4 : 0.72),
          box(at: [centre.x, y, floor], half: [14, 0.008, 0.001], grey: y == 0 ? 0.4 : 0.72),
        ]
      }
    }

    /// A light wall behind what is seen from the side, instead of the black beyond the floor.
    private func wall(_ centre: SIMD2<Double>) -> [guard_mark] {
      guard viewpoint == .side else { return [] }
      return [box(at: [centre.x, 9, 0], half: [60, 0.05, 30], grey: 0.9)]
    }

    private func thing(_ mark: Mark, from centre: SIMD2<Double>) -> guard_mark {
      switch mark {
      case .pace(let x):
        return box(at: [x, centre.y, floor + 0.002], half: [0.02, 1.2, 0.001], grey: nil)
      case .goal(let place):
        return guard_mark(
          shape: GUARD_MARK_DISC, size: (0.25, 0.25, 0.004),
          place: (place.x, place.y, floor + 0.004),
          rotation: Self.unturned, color: Self.orange)
      case .direction(let direction):
        let length = (direction * direction).sum().squareRoot()
        let u = length > 0 ? direction / length : [1, 0]
        // The arrow's own z along the direction.
        return guard_mark(
          shape: GUARD_MARK_ARROW, size: (0.03, 0.03, 2), place: (centre.x, centre.y, floor + 0.03),
          rotation: (0, -u.y, u.x, 0, u.x, u.y, -1, 0, 0), color: Self.orange)
      }
    }

    private func box(
      at place: SIMD3<Double>, half: SIMD3<Double>, grey: Float?
    ) -> guard_mark {
      guard_mark(
        shape: GUARD_MARK_BOX, size: (half.x, half.y, half.z), place: (place.x, place.y, place.z),
        rotation: Self.unturned, color: grey.map { ($0, $0, $0, 1) } ?? Self.orange)
    }

    private static let orange: (Float, Float, Float, Float) = (0.835, 0.369, 0, 1)
    private static let unturned = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
  #endif
}
