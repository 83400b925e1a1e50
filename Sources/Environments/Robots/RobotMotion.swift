import MetaLearning

/// What a task asks of a robot's movement, and how it moves: the tracked point's place and
/// velocity, as the reward takes them.
public final class RobotMotion {
  /// What is commanded.
  public enum Command: Sendable, Hashable {
    /// To run at so many m/s along x.
    case velocity(Double)
    /// To run along a direction of the plane; as fast as possible.
    case along(SIMD2<Double>)
    /// To reach a place, m.
    case place(SIMD2<Double>)
    /// Nothing that moves it.
    case nothing
  }

  /// The first of the reward's terms that asks for a movement, with the task's numbers.
  public let command: Command
  /// Seconds of a control step.
  public let stepDuration: Double

  #if MuJoCo
    private let point: TrackedPoint
    private let simulation: MuJoCoSimulation

    /// The motion of a family's robot on a task, or nil when the family has none.
    ///
    /// - Throws: `MuJoCoError.outOfMemory`.
    /// - Precondition: the task has the family's parameters.
    public init?(_ family: DefinedTaskFamily, task: TaskParameters) throws(MuJoCoError) {
      guard let simulator = family.definition.simulator as? RobotSimulator else { return nil }
      let settings = simulator.settings
      command =
        settings.reward.lazy.compactMap { Command($0.kind.measure(task)) }.first ?? .nothing
      stepDuration = settings.stepDuration
      point = settings.point
      simulation = try MuJoCoSimulation(MuJoCoTaskModel(settings.model))
    }

    /// Where the tracked point is and how fast it moves.
    ///
    /// - Parameters:
    ///   - position: `qpos`.
    ///   - velocity: `qvel`.
    ///   - start: the point's place a control step before; nil for the first state.
    /// - Returns: place in m and velocity in m/s, nil without a start where the velocity is a
    ///   difference of places; nil altogether for a state that MuJoCo cannot take.
    public func measure(
      position: [Double], velocity: [Double], start: SIMD2<Double>?
    ) -> (place: SIMD2<Double>, velocity: SIMD2<Double>?)? {
      guard position.count == simulation.count(of: .position),
        velocity.count == simulation.count(of: .velocity),
        position.allSatisfy(\.isFinite), velocity.allSatisfy(\.isFinite)
      else { return nil }
      for (index, value) in position.enumerated() { simulation.set(.position, index, to: value) }
      for (index, value) in velocity.enumerated() { simulation.set(.velocity, index, to: value) }
      guard simulation.computeKinematics() else {
        simulation.reset()
        return nil
      }
      let place = point.place(in: simulation)
      let moved = start.map { point.velocity(from: $0, over: stepDuration, in: simulation) }
      return (place, moved)
    }
  #else
    /// No motion in a build without MuJoCo.
    public init?(_ family: DefinedTaskFamily, task: TaskParameters) throws(MuJoCoError) {
      return nil
    }

    /// Nothing.
    public func measure(
      position: [Double], velocity: [Double], start: SIMD2<Double>?
    ) -> (place: SIMD2<Double>, velocity: SIMD2<Double>?)? { nil }
  #endif
}

#if MuJoCo
  extension RobotMotion.Command {
    /// What a reward term asks for; nil for costs and bonuses.
    fileprivate init?(_ measure: RewardMeasure) {
      switch measure {
      case .velocityError(let target): self = .velocity(target)
      case .velocityAlong(let direction): self = .along(SIMD2(direction, 0))
      case .heading(let direction): self = .along(direction)
      case .goalDistanceL1(let goal), .goalDistanceL2(let goal): self = .place(goal)
      case .distance, .reached, .value, .valueError, .inside, .controlCost, .smoothness,
        .contactCost, .aliveBonus:
        return nil
      }
    }
  }
#endif
