#if MuJoCo
  import StrictYAML

  extension RobotRewardTerm {
    /// Reads one term.
    ///
    /// - Parameters:
    ///   - name: its key.
    ///   - node: its settings.
    ///   - model: the robot's.
    ///   - point: the tracked point.
    ///   - parameters: the names of the task's parameters.
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(
      name: String, _ node: YAMLNode, model: MuJoCoModel, point: TrackedPoint,
      parameters: [String]
    ) throws(YAMLError) {
      let keys = try node.mapping()
      let kindNode = try keys.required("kind")
      let kindName = try kindNode.choice(of: KindName.self)
      if kindName == .heading || kindName == .goalDistance, !point.isPlanar {
        throw kindNode.error("needs a point of the plane: give 'point' an x and a y")
      }
      let weight = try keys["weight"].map { node throws(YAMLError) in try node.number() } ?? 1
      let kind = try Kind(kindName, keys, model: model, parameters: parameters)
      self.init(name: name, kind: kind, weight: weight)
    }
  }

  extension RobotRewardTerm.Kind {
    fileprivate init(
      _ name: RobotRewardTerm.KindName, _ keys: YAMLMapping, model: MuJoCoModel,
      parameters: [String]
    ) throws(YAMLError) {
      let common = ["kind", "weight"]
      func operand(_ key: String, _ size: Int, others: [String] = []) throws(YAMLError)
        -> RewardOperand
      {
        try keys.checkKeys(common + [key] + others)
        return try RewardOperand(keys.required(key), size: size, parameters: parameters)
      }
      func place(_ key: String) throws(YAMLError) -> RewardPlace {
        try RewardPlace(keys.required(key), model: model, parameters: parameters)
      }
      func norm() throws(YAMLError) -> RobotRewardTerm.Norm {
        try keys["norm"].map { node throws(YAMLError) in
          try node.choice(of: RobotRewardTerm.Norm.self)
        } ?? .l2
      }
      switch name {
      case .velocityError: self = .velocityError(try operand("target", 1))
      case .velocityAlong: self = .velocityAlong(try operand("direction", 1))
      case .heading: self = .heading(try operand("direction", 2))
      case .goalDistance:
        let goal = try operand("goal", 2, others: ["norm"])
        self = try norm() == .l1 ? .goalDistanceL1(goal) : .goalDistanceL2(goal)
      case .distance:
        try keys.checkKeys(common + ["from", "to", "norm"])
        self = .distance(from: try place("from"), to: try place("to"), norm: try norm())
      case .reached:
        try keys.checkKeys(common + ["from", "to", "within"])
        self = .reached(
          from: try place("from"), to: try place("to"),
          within: try positive(keys.required("within")))
      case .value: self = .value(try Reading(keys, model: model, others: common))
      case .valueError:
        let reading = try Reading(keys, model: model, others: common + ["target"])
        let target = try RewardOperand(
          keys.required("target"), size: reading.slice.count, parameters: parameters)
        self = .valueError(reading, target: target)
      case .inside:
        let reading = try Reading(keys, model: model, others: common + EndBounds.keys)
        let given = EndBounds.keys.filter { keys[$0] != nil }
        guard given.count == 1, let bound = given.first else {
          throw keys.node.error(
            "must have exactly one of: \(EndBounds.keys.joined(separator: ", "))")
        }
        self = .inside(
          reading, try EndBounds(reading.slice, key: bound, keys.required(bound)))
      case .controlCost, .smoothness:
        try keys.checkKeys(common)
        self = name == .controlCost ? .controlCost : .smoothness
      case .contactCost:
        try keys.checkKeys(common + ["clip"])
        let bound = try keys["clip"].map { node throws(YAMLError) in try positive(node) }
        self = .contactCost(bound: bound ?? 1)
      case .aliveBonus:
        try keys.checkKeys(common + ["paid"])
        self = .aliveBonus(
          try keys["paid"].map { node throws(YAMLError) in
            try node.choice(of: RobotRewardTerm.BonusTime.self)
          } ?? .always)
      }
    }
  }
#endif
