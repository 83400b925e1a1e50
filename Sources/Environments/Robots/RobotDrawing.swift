/// How a robot looks: its parts, and where they are at a position of its joints.
public final class RobotDrawing {
  /// From where a robot is best seen.
  public enum Viewpoint: String, Sendable {
    /// From the side, x to the right and z up: it moves in that plane.
    case side
    /// From above, x to the right and y up: it moves in that plane.
    case above
    /// From anywhere: it moves in space.
    case turnable
  }

  /// A capsule, or a ball when its ends are the same point.
  public struct Part: Sendable, Hashable {
    /// The geom's name.
    public let name: String
    /// Metres.
    public let radius: Double
  }

  /// The parts, in the model's order.
  public let parts: [Part]
  /// From where to look.
  public let viewpoint: Viewpoint
  /// The heights of the root between which an episode goes on, m; nil where none end it.
  public let heightLimits: ClosedRange<Double>?
  /// The distance at which the goal of the task counts as reached, m; nil where no reward says so.
  public let goalRadius: Double?
  /// Seconds of a control step.
  public let stepDuration: Double

  #if MuJoCo
    private let shapes: [MuJoCoShape]
    private let simulation: MuJoCoSimulation

    /// The drawing of a family's robot, or nil when the family has none.
    ///
    /// - Throws: `MuJoCoError.outOfMemory`.
    public init?(_ family: DefinedTaskFamily) throws(MuJoCoError) {
      guard let simulator = family.definition.simulator as? RobotSimulator else { return nil }
      let (settings, model) = (simulator.settings, simulator.settings.model)
      shapes = model.shapes
      parts = shapes.map { Part(name: $0.name, radius: $0.radius) }
      viewpoint =
        switch model.slidingAxes {
        case [0, 2]: .side
        case [0, 1]: .above
        default: .turnable
        }
      let bounds = settings.ends.compactMap(\.bounds).filter { $0.index == model.heightIndex }
      heightLimits = bounds.first.map { $0.low...$0.high }
      goalRadius = settings.reward.lazy.compactMap(\.goalRadius).first
      stepDuration = settings.stepDuration
      simulation = try MuJoCoSimulation(MuJoCoTaskModel(model))
    }

    /// Where the parts' ends are.
    ///
    /// - Parameter position: `qpos`.
    /// - Returns: [parts, 6], the two ends' x, y, z in metres; nil when the position has another
    ///   size, holds a number that is not finite, or MuJoCo cannot compute it.
    public func endPoints(position: [Double]) -> [Double]? {
      guard position.count == simulation.count(of: .position), position.allSatisfy(\.isFinite)
      else { return nil }
      for (index, value) in position.enumerated() { simulation.set(.position, index, to: value) }
      guard simulation.computeKinematics() else {
        simulation.reset()
        return nil
      }
      var ends: [Double] = []
      ends.reserveCapacity(6 * shapes.count)
      for shape in shapes {
        for sign in [-1.0, 1] {
          for axis in 0..<3 {
            // The geom's own z is the third column of its rotation.
            let along = simulation.value(.geomRotation, 9 * shape.geom + 3 * axis + 2)
            let centre = simulation.value(.geomPosition, 3 * shape.geom + axis)
            ends.append(centre + sign * shape.halfLength * along)
          }
        }
      }
      return ends
    }
  #else
    /// No drawing in a build without MuJoCo.
    public init?(_ family: DefinedTaskFamily) throws(MuJoCoError) { return nil }

    /// Nothing.
    public func endPoints(position: [Double]) -> [Double]? { nil }
  #endif
}
