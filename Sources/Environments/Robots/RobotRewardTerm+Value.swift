#if MuJoCo
  import MetaLearning

  /// What the terms of one step's reward are made of, beside the simulation after it.
  struct RewardFacts {
    /// Velocity of the tracked point over the step, m/s.
    let velocity: SIMD2<Double>
    /// ‖ctrl‖² of the clipped control.
    let effort: Double
    /// ‖ctrl − ctrl of the step before‖².
    let change: Double
    /// Whether all ranges of the ends hold.
    let isHealthy: Bool
    /// The tracked point.
    let point: TrackedPoint
  }

  /// A place on one task.
  enum MeasuredPlace: Sendable {
    case thing(ReadingSlice)
    case fixed(SIMD3<Double>)

    func value(in simulation: MuJoCoSimulation) -> SIMD3<Double> {
      switch self {
      case .thing(let slice):
        SIMD3(
          slice.value(0, in: simulation), slice.value(1, in: simulation),
          slice.value(2, in: simulation))
      case .fixed(let place): place
      }
    }
  }

  /// A reward term on one task: its kind with numbers for the task's parameters.
  enum RewardMeasure: Sendable {
    case velocityError(Double)
    case velocityAlong(Double)
    case heading(SIMD2<Double>)
    case goalDistanceL1(SIMD2<Double>)
    case goalDistanceL2(SIMD2<Double>)
    case distance(from: MeasuredPlace, to: MeasuredPlace, RobotRewardTerm.Norm)
    case reached(from: MeasuredPlace, to: MeasuredPlace, within: Double)
    case value(ReadingSlice)
    case valueError(ReadingSlice, target: [Double])
    case inside(EndBounds)
    case controlCost
    case smoothness
    case contactCost(bound: Double)
    case aliveBonus(RobotRewardTerm.BonusTime)

    /// The term without its weight.
    ///
    /// - Parameters:
    ///   - facts: of the step.
    ///   - simulation: after the step.
    /// - Returns: the value, costs negative.
    func value(_ facts: RewardFacts, _ simulation: MuJoCoSimulation) -> Double {
      let velocity = facts.velocity
      switch self {
      case .velocityError(let target): return -abs(velocity.x - target)
      case .velocityAlong(let direction): return direction * velocity.x
      case .heading(let direction): return direction.x * velocity.x + direction.y * velocity.y
      case .goalDistanceL1(let goal):
        let offset = facts.point.place(in: simulation) - goal
        return -(abs(offset.x) + abs(offset.y))
      case .goalDistanceL2(let goal):
        let offset = facts.point.place(in: simulation) - goal
        return -(offset.x * offset.x + offset.y * offset.y).squareRoot()
      case .distance(let from, let to, let norm):
        let offset = from.value(in: simulation) - to.value(in: simulation)
        return norm == .l1
          ? -(abs(offset.x) + abs(offset.y) + abs(offset.z)) : -Self.length(offset)
      case .reached(let from, let to, let within):
        return Self.length(from.value(in: simulation) - to.value(in: simulation)) <= within ? 1 : 0
      case .value(let slice):
        var sum = 0.0
        for index in 0..<slice.count { sum += slice.value(index, in: simulation) }
        return sum
      case .valueError(let slice, let target):
        var sum = 0.0
        for index in 0..<slice.count {
          sum -= abs(slice.value(index, in: simulation) - target[index])
        }
        return sum
      case .inside(let bounds): return bounds.ends(in: simulation) ? 0 : 1
      case .controlCost: return -facts.effort
      case .smoothness: return -facts.change
      case .contactCost(let bound): return -simulation.clippedContactForceSquares(bound: bound)
      case .aliveBonus(let time): return time == .always || facts.isHealthy ? 1 : 0
      }
    }

    private static func length(_ v: SIMD3<Double>) -> Double {
      (v.x * v.x + v.y * v.y + v.z * v.z).squareRoot()
    }
  }

  extension RobotRewardTerm.Kind {
    /// Whether the value needs MuJoCo's post-constraint pass.
    var usesContactForces: Bool {
      if case .contactCost = self { true } else { false }
    }

    /// The kind with numbers for the task's parameters.
    ///
    /// - Precondition: the task has the parameters that the kind names.
    func measure(_ task: TaskParameters) -> RewardMeasure {
      switch self {
      case .velocityError(let target): .velocityError(target.number(task))
      case .velocityAlong(let direction): .velocityAlong(direction.number(task))
      case .heading(let direction): .heading(direction.pair(task))
      case .goalDistanceL1(let goal): .goalDistanceL1(goal.pair(task))
      case .goalDistanceL2(let goal): .goalDistanceL2(goal.pair(task))
      case .distance(let from, let to, let norm):
        .distance(from: from.measured(task), to: to.measured(task), norm)
      case .reached(let from, let to, let within):
        .reached(from: from.measured(task), to: to.measured(task), within: within)
      case .value(let reading): .value(reading.slice)
      case .valueError(let reading, let target):
        .valueError(reading.slice, target: target.values(task))
      case .inside(_, let bounds): .inside(bounds)
      case .controlCost: .controlCost
      case .smoothness: .smoothness
      case .contactCost(let bound): .contactCost(bound: bound)
      case .aliveBonus(let time): .aliveBonus(time)
      }
    }
  }

  extension RewardPlace {
    /// The place on a task.
    ///
    /// - Precondition: the task has the parameter that the place names, of three numbers.
    fileprivate func measured(_ task: TaskParameters) -> MeasuredPlace {
      switch self {
      case .thing(let slice, _): return .thing(slice)
      case .operand(let operand):
        let values = operand.values(task)
        precondition(values.count == 3, "\(operand.text) has \(values.count) numbers; 3 expected")
        return .fixed(SIMD3(values[0], values[1], values[2]))
      }
    }
  }
#endif
