#if MuJoCo
  import MetaLearning
  import StrictYAML

  /// A number or vector of a reward: written in the definition, or a parameter of the task.
  enum RewardOperand: Sendable, Hashable {
    /// Numbers of the definition.
    case numbers([Double])
    /// The task parameter of that name.
    case parameter(String)

    /// The numbers, for a task.
    func values(_ task: TaskParameters) -> [Double] {
      switch self {
      case .numbers(let values): values
      case .parameter(let name): task[name] ?? []
      }
    }

    /// As a formula shows it.
    var text: String {
      switch self {
      case .numbers(let values) where values.count == 1: "\(values[0])"
      case .numbers(let values): "[\(values.map(\.description).joined(separator: ", "))]"
      case .parameter(let name): name
      }
    }
  }

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
      /// −w·‖ctrl‖², the clipped control.
      case controlCost
      /// −w·Σ clip(cfrc_ext, ±bound)².
      case contactCost(bound: Double)
      /// w, every step.
      case aliveBonus
    }

    /// The names of the kinds in definitions.
    enum KindName: String, CaseIterable {
      case velocityError = "velocity_error"
      case velocityAlong = "velocity_along"
      case heading
      case goalDistance = "goal_distance"
      case controlCost = "control_cost"
      case contactCost = "contact_cost"
      case aliveBonus = "alive_bonus"
    }

    /// The norms of a distance.
    enum Norm: String, CaseIterable {
      case l1, l2
    }

    let name: String
    let kind: Kind
    /// w.
    let weight: Double

    /// Reads one term.
    ///
    /// - Parameters:
    ///   - name: its key.
    ///   - node: its settings.
    ///   - point: the tracked point.
    ///   - parameters: the names of the task's parameters.
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(name: String, _ node: YAMLNode, point: TrackedPoint, parameters: [String])
      throws(YAMLError)
    {
      self.name = name
      let keys = try node.mapping()
      let kindNode = try keys.required("kind")
      let kindName = try kindNode.choice(of: KindName.self)
      weight = try keys["weight"].map { node throws(YAMLError) in try node.number() } ?? 1
      func operand(_ key: String, _ size: Int, others: [String] = []) throws(YAMLError)
        -> RewardOperand
      {
        try keys.checkKeys(["kind", "weight", key] + others)
        return try RewardOperand(keys.required(key), size: size, parameters: parameters)
      }
      switch kindName {
      case .velocityError: kind = .velocityError(try operand("target", 1))
      case .velocityAlong: kind = .velocityAlong(try operand("direction", 1))
      case .heading: kind = .heading(try operand("direction", 2))
      case .goalDistance:
        let goal = try operand("goal", 2, others: ["norm"])
        let norm = try keys["norm"].map { node throws(YAMLError) in try node.choice(of: Norm.self) }
        kind = norm == .l1 ? .goalDistanceL1(goal) : .goalDistanceL2(goal)
      case .controlCost:
        try keys.checkKeys(["kind", "weight"])
        kind = .controlCost
      case .contactCost:
        try keys.checkKeys(["kind", "weight", "clip"])
        let bound = try keys["clip"].map { node throws(YAMLError) in try positive(node) }
        kind = .contactCost(bound: bound ?? 1)
      case .aliveBonus:
        try keys.checkKeys(["kind", "weight"])
        kind = .aliveBonus
      }
      if kindName == .heading || kindName == .goalDistance, !point.isPlanar {
        throw kindNode.error("needs a point of the plane: give 'point' an x and a y")
      }
    }

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
      default: nil
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
      case .controlCost: "-\(weight)·‖ctrl‖²"
      case .contactCost(let bound): "-\(weight)·Σ clip(cfrc_ext, ±\(bound))²"
      case .aliveBonus: "\(weight)"
      }
    }
  }

  extension RewardOperand {
    /// Reads a number, a list of numbers, or the name of a task parameter.
    fileprivate init(_ node: YAMLNode, size: Int, parameters: [String]) throws(YAMLError) {
      if node.isString {
        self = .parameter(try node.choice(of: parameters))
      } else if size == 1 {
        self = .numbers([try node.number()])
      } else {
        self = .numbers(try node.numbers(count: size))
      }
    }
  }
#endif
