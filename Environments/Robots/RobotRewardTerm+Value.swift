#if MuJoCo
  import MetaLearning

  /// A reward term on one task: its kind with numbers for the task's parameters.
  enum RewardMeasure: Sendable {
    case velocityError(Double)
    case velocityAlong(Double)
    case heading(SIMD2<Double>)
    case goalDistanceL1(SIMD2<Double>)
    case goalDistanceL2(SIMD2<Double>)
    case controlCost
    case contactCost(bound: Double)
    case aliveBonus

    /// The term without its weight.
    ///
    /// - Parameters:
    ///   - velocity: of the tracked point over the step, m/s.
    ///   - effort: ‖ctrl‖² of the clipped control.
    ///   - point: the tracked point.
    ///   - simulation: after the step.
    /// - Returns: the value, costs negative.
    func value(
      velocity: SIMD2<Double>, effort: Double, point: TrackedPoint, simulation: MuJoCoSimulation
    ) -> Double {
      switch self {
      case .velocityError(let target): return -abs(velocity.x - target)
      case .velocityAlong(let direction): return direction * velocity.x
      case .heading(let direction): return direction.x * velocity.x + direction.y * velocity.y
      case .goalDistanceL1(let goal):
        let offset = point.place(in: simulation) - goal
        return -(abs(offset.x) + abs(offset.y))
      case .goalDistanceL2(let goal):
        let offset = point.place(in: simulation) - goal
        return -(offset.x * offset.x + offset.y * offset.y).squareRoot()
      case .controlCost: return -effort
      case .contactCost(let bound): return -simulation.clippedContactForceSquares(bound: bound)
      case .aliveBonus: return 1
      }
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
      case .controlCost: .controlCost
      case .contactCost(let bound): .contactCost(bound: bound)
      case .aliveBonus: .aliveBonus
      }
    }
  }

  extension RewardOperand {
    fileprivate func number(_ task: TaskParameters) -> Double {
      let values = values(task)
      precondition(values.count == 1, "\(text) has \(values.count) numbers; 1 expected")
      return values[0]
    }

    fileprivate func pair(_ task: TaskParameters) -> SIMD2<Double> {
      let values = values(task)
      precondition(values.count == 2, "\(text) has \(values.count) numbers; 2 expected")
      return SIMD2(values[0], values[1])
    }
  }

  extension DynamicsScales {
    /// The factors of a task.
    ///
    /// - Parameters:
    ///   - dynamics: which task parameter multiplies what.
    ///   - task: holds each of them.
    init(
      _ dynamics: [(factor: RobotSettings.DynamicsFactor, parameter: String)], task: TaskParameters
    ) {
      self.init()
      for (factor, parameter) in dynamics {
        guard let value = task[parameter]?.first else {
          preconditionFailure("the task lacks \(parameter)")
        }
        switch factor {
        case .mass: mass = value
        case .damping: damping = value
        case .friction: friction = value
        case .gravity: gravity = value
        case .gear: gear = value
        }
      }
    }
  }
#endif
