#if MuJoCo
  import StrictYAML

  /// A robot family's settings: what the section `robot` of a definition says.
  struct RobotSettings: Sendable {
    /// Every key of the section.
    static let keys = [
      "model", "frame_skip", "timestep", "contact", "start", "reset_noise", "kinematics", "point",
      "observation", "action", "reward", "ends", "dynamics", "physics",
    ]

    /// To which state what MuJoCo derives from positions belongs, in observations and rewards.
    enum Kinematics: String, CaseIterable {
      /// To the state from which the step's last physics step started: what MuJoCo has at hand.
      case lastPhysicsStep = "last_physics_step"
      /// To the state after the step: computed again.
      case current
    }

    /// The model's file as the definition names it.
    let modelName: String
    let model: MuJoCoModel
    /// The files of the model, itself first; a digest of the definition covers them all.
    let files: [FamilyFile]
    let overrides: PhysicsOverrides
    /// Physics steps of a control step.
    var frameSkip: Int
    /// Position and velocity to which the noise is added.
    let startPosition: [Double]
    let startVelocity: [Double]
    let positionNoise: ResetNoise
    let velocityNoise: ResetNoise
    let kinematics: Kinematics
    let point: TrackedPoint
    let observation: [ObservationPart]
    let action: ActionPath
    let reward: [RobotRewardTerm]
    let ends: [EndCondition]
    /// Which task parameter multiplies what.
    let dynamics: [DynamicsChoice]
    /// What steps the model.
    var physics: PhysicsEngine
    /// How that was chosen, for `show`.
    private(set) var physicsReason: String

    /// Seconds of a control step.
    var stepDuration: Double { Double(frameSkip) * model.timestep }

    /// Reads the section.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed; a model that cannot be
    ///   loaded is reported at its key.
    init(
      _ section: YAMLMapping, folder: String?, parameters: [String],
      physics wanted: PhysicsChoice = .definition
    ) throws(YAMLError) {
      try section.checkKeys(Self.keys)
      let modelNode = try section.required("model")
      modelName = try modelNode.string()
      let overrides = try PhysicsOverrides(section)
      self.overrides = overrides
      guard let path = ModelFiles.path(of: modelName, folder: folder) else {
        throw modelNode.error(
          "cannot be \(quotedForMessage(modelName)): give an MJCF file in the definition's folder, "
            + "or in a folder Models in it or beside it")
      }
      do {
        model = try MuJoCoModel(path: path, overrides: overrides)
      } catch {
        throw modelNode.error("cannot be used: \(error)")
      }
      files = ModelFiles.files(of: model, named: modelName)
      guard model.positionCount > 0, model.actuatorCount > 0 else {
        throw modelNode.error("has no \(model.positionCount > 0 ? "actuator" : "joint")")
      }
      if let name = model.actuatorWithoutRange {
        throw modelNode.error("limits the control of '\(name)' to no finite range")
      }
      frameSkip = try section.required("frame_skip").integer(in: 1...1000)
      let start = try section["start"].map { node throws(YAMLError) in try node.mapping() }
      try start?.checkKeys(["qpos", "qvel"])
      let (positions, velocities) = (model.positionCount, model.velocityCount)
      startPosition =
        try start?["qpos"].map { node throws(YAMLError) in try node.numbers(count: positions) }
        ?? model.referencePosition
      startVelocity =
        try start?["qvel"].map { node throws(YAMLError) in try node.numbers(count: velocities) }
        ?? Array(repeating: 0, count: velocities)
      let noise = try section["reset_noise"].map { node throws(YAMLError) in try node.mapping() }
      try noise?.checkKeys(["qpos", "qvel"])
      positionNoise = try ResetNoise(noise?["qpos"])
      velocityNoise = try ResetNoise(noise?["qvel"])
      kinematics =
        try section["kinematics"].map { node throws(YAMLError) in
          try node.choice(of: Kinematics.self)
        } ?? .lastPhysicsStep
      point = try TrackedPoint(section.required("point"), model: model)
      observation = try Self.parts(section.required("observation"), model: model)
      reward = try Self.terms(
        section.required("reward"), model: model, point: point, parameters: parameters)
      ends = try Self.conditions(section["ends"], model: model, reward: reward)
      action = try ActionPath(section["action"])
      dynamics = try DynamicsChoice.read(
        section["dynamics"], model: model, parameters: parameters)
      (physics, physicsReason) = (.mujoco, Self.muJoCoReason)
      try checkParameters(section)
      let own = try section["physics"].map { node throws(YAMLError) in
        try node.choice(of: PhysicsChoice.inDefinitions.map(\.rawValue))
      }
      let choice =
        wanted == .definition ? own.flatMap(PhysicsChoice.init(rawValue:)) ?? .mujoco : wanted
      do throws(PhysicsRefusal) {
        try choose(choice)
      } catch {
        throw modelNode.error(error.reason)
      }
    }

    private static let muJoCoReason = "MuJoCo steps the model"

    /// Takes an engine.
    ///
    /// - Throws: `PhysicsRefusal` for `lanes` where they do not cover the family.
    mutating func choose(_ choice: PhysicsChoice) throws(PhysicsRefusal) {
      guard choice != .definition else { return }
      (physics, physicsReason) = (.mujoco, Self.muJoCoReason)
      guard choice != .mujoco else { return }
      let readings =
        observation.map(\.slice) + reward.flatMap(\.slices) + ends.compactMap { $0.bounds?.slice }
      let isTouching = readings.contains { $0.touch != nil }
      let refusal =
        isTouching ? "it reads 'touch', which lanes do not tell" : LanePhysics.refusal(of: model)
      guard let refusal else {
        (physics, physicsReason) = (.lanes, "the lane engine steps the model")
        return
      }
      guard choice == .auto else {
        throw PhysicsRefusal(reason: "cannot be stepped by physics 'lanes': \(refusal)")
      }
      physicsReason += "; lanes do not cover it: \(refusal)"
    }

    private static func parts(_ node: YAMLNode, model: MuJoCoModel) throws(YAMLError)
      -> [ObservationPart]
    {
      var parts: [ObservationPart] = []
      for item in try node.list() { parts.append(try ObservationPart(item, model: model)) }
      guard !parts.isEmpty else { throw node.error("must have at least one item") }
      return parts
    }

    /// Terms by name; a preset takes one away by giving it no value.
    private static func terms(
      _ node: YAMLNode, model: MuJoCoModel, point: TrackedPoint, parameters: [String]
    ) throws(YAMLError) -> [RobotRewardTerm] {
      var terms: [RobotRewardTerm] = []
      for (name, value) in try node.mapping().entries where !value.isNull {
        terms.append(
          try RobotRewardTerm(
            name: name, value, model: model, point: point, parameters: parameters))
      }
      guard !terms.isEmpty else { throw node.error("must have at least one term") }
      return terms
    }

    private static func conditions(
      _ node: YAMLNode?, model: MuJoCoModel, reward: [RobotRewardTerm]
    ) throws(YAMLError) -> [EndCondition] {
      let reached = reward.filter { if case .reached = $0.kind { true } else { false } }.map(\.name)
      var conditions: [EndCondition] = []
      for (name, value) in try node?.mapping().entries ?? [] where !value.isNull {
        conditions.append(try EndCondition(name: name, value, model: model, reached: reached))
      }
      return conditions
    }

    /// Makes sure that a task parameter that several places name is the same kind of number.
    private func checkParameters(_ section: YAMLMapping) throws(YAMLError) {
      var sizes: [String: Int] = [:]
      for rule in reward.compactMap(\.parameter) + dynamics.map(\.rule) {
        if let size = sizes[rule.name], size != rule.size {
          throw section.node.error(
            "uses the task parameter '\(rule.name)' for \(size) and for \(rule.size) numbers")
        }
        sizes[rule.name] = rule.size
      }
    }
  }

  extension PhysicsOverrides {
    /// Reads the keys `timestep` and `contact: {solref: […], solimp: […]}`.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    fileprivate init(_ section: YAMLMapping) throws(YAMLError) {
      let contact = try section["contact"].map { node throws(YAMLError) in try node.mapping() }
      try contact?.checkKeys(["solref", "solimp"])
      self.init(
        timestep: try section["timestep"].map { node throws(YAMLError) in try positive(node) },
        contactSolref: try contact?["solref"].map { node throws(YAMLError) in
          try node.numbers(count: 2)
        },
        contactSolimp: try contact?["solimp"].map { node throws(YAMLError) in
          try node.numbers(count: 3)
        })
    }
  }
#endif
