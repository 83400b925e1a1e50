#if MuJoCo
  import MetaLearning

  extension RobotRewardTerm.Kind {
    /// Whether the value needs MuJoCo's post-constraint pass.
    var usesContactForces: Bool {
      if case .contactCost = self { true } else { false }
    }

    /// The operand's numbers for a task; the second is 0 for a scalar.
    func target(_ task: TaskParameters) -> SIMD2<Double> {
      let operand: RewardOperand
      switch self {
      case .velocityError(let target): operand = target
      case .velocityAlong(let direction), .heading(let direction): operand = direction
      case .goalDistanceL1(let goal), .goalDistanceL2(let goal): operand = goal
      case .controlCost, .contactCost, .aliveBonus: return .zero
      }
      let values = operand.values(task)
      precondition(!values.isEmpty, "the task lacks \(operand.text)")
      return SIMD2(values[0], values.count > 1 ? values[1] : 0)
    }

    /// The term without its weight.
    ///
    /// - Parameters:
    ///   - target: from `target(_:)`.
    ///   - velocity: of the tracked point over the step, m/s.
    ///   - effort: ‖ctrl‖² of the clipped control.
    ///   - point: the tracked point.
    ///   - simulation: after the step.
    /// - Returns: the value, costs negative.
    func value(
      target: SIMD2<Double>, velocity: SIMD2<Double>, effort: Double, point: TrackedPoint,
      simulation: MuJoCoSimulation
    ) -> Double {
      switch self {
      case .velocityError: return -abs(velocity.x - target.x)
      case .velocityAlong: return target.x * velocity.x
      case .heading: return target.x * velocity.x + target.y * velocity.y
      case .goalDistanceL1:
        let offset = point.place(in: simulation) - target
        return -(abs(offset.x) + abs(offset.y))
      case .goalDistanceL2:
        let offset = point.place(in: simulation) - target
        return -(offset * offset).sum().squareRoot()
      case .controlCost: return -effort
      case .contactCost(let bound): return -simulation.clippedContactForceSquares(bound: bound)
      case .aliveBonus: return 1
      }
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
