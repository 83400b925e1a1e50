#if MuJoCo
  import MetaLearning
  import StrictYAML

  /// One term of a robot's reward, with v the velocity of the tracked point in m/s, p its place.
  ///
  /// In a definition: `velocity: {kind: velocity_error, target: velocity, weight: 1}`.
  struct RobotRewardTerm: Sendable {
    /// What is rewarded.
    enum Kind: Sendable, Hashable {
      /// −w·|vₓ − target|.
      case velocityError(RewardOperand)
      /// w·direction·vₓ.
      case velocityAlong(RewardOperand)
      /// w·(u·v), u a vector of the plane.
      case heading(RewardOperand)
      /// −w·‖p − goal‖₁.
      case goalDistanceL1(RewardOperand)
      /// −w·‖p − goal‖₂.
      case goalDistanceL2(RewardOperand)
      /// −w·‖from − to‖, in space.
      case distance(from: RewardPlace, to: RewardPlace, norm: Norm)
      /// w while ‖from − to‖₂ ≤ within, else 0.
      case reached(from: RewardPlace, to: RewardPlace, within: Double)
      /// w·Σ x over the numbers of a reading.
      case value(Reading)
      /// −w·Σ |x − target|.
      case valueError(Reading, target: RewardOperand)
      /// w while every number of a reading is in a range, else 0.
      case inside(Reading, EndBounds)
      /// −w·‖ctrl‖², the clipped control.
      case controlCost
      /// −w·‖ctrl − ctrl of the step before‖²; the control before the first step is 0.
      case smoothness
      /// −w·Σ clip(cfrc_ext, ±bound)².
      case contactCost(bound: Double)
      /// w, every step, or only while no range condition of the ends is broken.
      case aliveBonus(BonusTime)
    }

    /// The names of the terms in definitions.
    enum KindName: String, CaseIterable {
      case velocityError = "velocity_error"
      case velocityAlong = "velocity_along"
      case heading
      case goalDistance = "goal_distance"
      case distance
      case reached
      case value
      case valueError = "value_error"
      case inside
      case controlCost = "control_cost"
      case smoothness
      case contactCost = "contact_cost"
      case aliveBonus = "alive_bonus"
    }

    /// The norms of a distance.
    enum Norm: String, CaseIterable {
      case l1, l2
    }

    /// When an alive bonus is paid.
    enum BonusTime: String, CaseIterable {
      /// On every step, that on which the robot falls included.
      case always
      /// On every step after which all ranges of the ends hold: not on the one that falls.
      case whileHealthy = "while_healthy"
    }

    let name: String
    let kind: Kind
    /// w.
    let weight: Double

    /// The task parameter that the term uses.
    var parameter: TaskParameterRule? {
      switch kind {
      case .velocityError(.parameter(let name)):
        TaskParameterRule(name: name, size: 1, unit: "m/s", meaning: "velocity to run at")
      case .velocityAlong(.parameter(let name)):
        TaskParameterRule(name: name, size: 1, unit: "", meaning: "direction to run in, -1 or 1")
      case .heading(.parameter(let name)):
        TaskParameterRule(name: name, size: 2, unit: "", meaning: "unit vector to run along")
      case .goalDistanceL1(.parameter(let name)), .goalDistanceL2(.parameter(let name)):
        TaskParameterRule(name: name, size: 2, unit: "m", meaning: "place to reach, x and y")
      case .distance(_, .operand(.parameter(let name)), _),
        .reached(_, .operand(.parameter(let name)), _),
        .distance(.operand(.parameter(let name)), _, _),
        .reached(.operand(.parameter(let name)), _, _):
        TaskParameterRule(name: name, size: 3, unit: "m", meaning: "place to reach, x, y and z")
      case .valueError(let reading, .parameter(let name)):
        TaskParameterRule(
          name: name, size: reading.slice.count, unit: reading.coordinates[0].unit,
          meaning: "wanted \(reading.title)")
      default: nil
      }
    }

    /// The distance at which the task's place counts as reached, m; nil for other terms.
    var goalRadius: Double? {
      guard case .reached(_, _, let within) = kind, parameter?.name == "goal" else { return nil }
      return within
    }

    /// The readings that the term takes from the simulation.
    var slices: [ReadingSlice] {
      switch kind {
      case .distance(let from, let to, _), .reached(let from, let to, _):
        [from.slice, to.slice].compactMap { $0 }
      case .value(let reading), .valueError(let reading, _), .inside(let reading, _):
        [reading.slice]
      default: []
      }
    }

    /// The term's formula, for `show`.
    var formula: String {
      switch kind {
      case .velocityError(let target): "-\(weight)·|v - \(target.text)|"
      case .velocityAlong(let direction): "\(weight)·\(direction.text)·v"
      case .heading(let direction): "\(weight)·(\(direction.text)·v_xy)"
      case .goalDistanceL1(let goal): "-\(weight)·‖xy - \(goal.text)‖₁"
      case .goalDistanceL2(let goal): "-\(weight)·‖xy - \(goal.text)‖₂"
      case .distance(let from, let to, let norm):
        "-\(weight)·‖\(from.text) - \(to.text)‖\(norm == .l1 ? "₁" : "₂")"
      case .reached(let from, let to, let within):
        "\(weight) while ‖\(from.text) - \(to.text)‖₂ ≤ \(within), else 0"
      case .value(let reading):
        "\(weight)·\(reading.slice.count > 1 ? "Σ " : "")\(reading.title)\(range(reading))"
      case .valueError(let reading, let target):
        "-\(weight)·\(reading.slice.count > 1 ? "Σ " : "")|\(reading.title)\(range(reading)) - \(target.text)|"
      case .inside(let reading, let bounds):
        "\(weight) while \(reading.title)\(range(reading)) is in "
          + (bounds.isOpen ? "(\(bounds.low), \(bounds.high))" : "[\(bounds.low), \(bounds.high)]")
          + ", else 0"
      case .controlCost: "-\(weight)·‖ctrl‖²"
      case .smoothness: "-\(weight)·‖ctrl - ctrl of the step before‖²"
      case .contactCost(let bound): "-\(weight)·Σ clip(cfrc_ext, ±\(bound))²"
      case .aliveBonus(.always): "\(weight)"
      case .aliveBonus(.whileHealthy): "\(weight) while no range of the ends is left, else 0"
      }
    }

    private func range(_ reading: Reading) -> String {
      let slice = reading.slice
      return slice.isState ? "[\(slice.first) … \(slice.first + slice.count - 1)]" : ""
    }
  }
#endif
