#if MuJoCo
  import StrictYAML

  /// One part of a robot's observation: consecutive numbers of one of MuJoCo's vectors.
  ///
  /// In a definition: `- {read: qpos, from: 1}`, `- {read: qvel, clip: 10}`,
  /// `- {read: centre_of_mass, body: torso}`.
  struct ObservationPart: Sendable {
    /// What may be read.
    enum Quantity: String, CaseIterable {
      /// Generalized positions.
      case qpos
      /// Generalized velocities.
      case qvel
      /// The centre of mass of the subtree that starts at a body, in the world.
      case centreOfMass = "centre_of_mass"
      /// The velocity of that centre of mass.
      case centreOfMassVelocity = "centre_of_mass_velocity"
      /// The position of a body's frame in the world.
      case bodyPosition = "body_position"
      /// The rotation matrix of a body's frame, row by row.
      case rotationMatrix = "rotation_matrix"
      /// The contact forces on every body (`cfrc_ext`), torque then force.
      case contactForces = "contact_forces"
    }

    /// The quantity and body, as `show` prints them.
    let title: String
    /// Where the numbers are.
    let slice: ObservationSlice
    /// What each number is.
    let entries: [SpaceEntry]

    /// Reads one item of the list `observation`.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ node: YAMLNode, model: MuJoCoModel) throws(YAMLError) {
      let keys = try node.mapping()
      let quantity = try keys.required("read").choice(of: Quantity.self)
      try keys.checkKeys(["read"] + quantity.keys + ["clip"])
      let clip = try keys["clip"].map { node throws(YAMLError) in try positive(node) }
      let all = quantity.coordinates(of: model)
      var (start, end, subject) = (0, all.count - 1, quantity.rawValue)
      let first: Int
      if quantity.keys.contains("body") {
        let (body, name) = try model.body(keys.required("body"))
        first = body * all.count
        subject += " of \(name)"
      } else {
        if let from = keys["from"] { start = try from.integer(in: 0...end) }
        if let to = keys["to"] { end = try to.integer(in: start...end) }
        first = start
      }
      let isIndexed = quantity.keys.contains("from")
      title = subject
      slice = ObservationSlice(
        vector: quantity.vector, first: first, count: end - start + 1, bound: clip ?? .infinity)
      entries = (start...end).map { index in
        SpaceEntry(
          meaning: subject + (isIndexed ? "[\(index)], " : ", ") + all[index].meaning,
          unit: all[index].unit, range: clip.map { -$0...$0 })
      }
    }

    /// The part in one line, for `show`.
    var description: String {
      let range = slice.isState ? "[\(slice.first) … \(slice.first + slice.count - 1)]" : ""
      return title + range + (slice.bound.isFinite ? " clipped to ±\(slice.bound)" : "")
    }
  }

  /// Consecutive numbers of one of MuJoCo's vectors.
  struct ObservationSlice: Sendable {
    let vector: MuJoCoVector
    /// The first number read.
    let first: Int
    /// How many numbers are read.
    let count: Int
    /// The greatest magnitude passed on; infinite for any.
    let bound: Double

    /// Whether the numbers are position or velocity, which the state holds by itself.
    var isState: Bool { vector == .position || vector == .velocity }
  }

  extension ObservationPart.Quantity {
    /// The keys that choose among its numbers.
    fileprivate var keys: [String] {
      switch self {
      case .qpos, .qvel: ["from", "to"]
      case .contactForces: []
      default: ["body"]
      }
    }

    /// MuJoCo's vector of it.
    fileprivate var vector: MuJoCoVector {
      switch self {
      case .qpos: .position
      case .qvel: .velocity
      case .centreOfMass: .subtreeCentre
      case .centreOfMassVelocity: .subtreeVelocity
      case .bodyPosition: .bodyPosition
      case .rotationMatrix: .bodyRotation
      case .contactForces: .contactForces
      }
    }

    /// What its numbers are: of the whole model, or of one body.
    fileprivate func coordinates(of model: MuJoCoModel) -> [MuJoCoModel.Coordinate] {
      let axes = ["x", "y", "z"]
      return switch self {
      case .qpos: model.positionCoordinates
      case .qvel: model.velocityCoordinates
      case .centreOfMass, .bodyPosition: axes.map { .init(meaning: $0, unit: "m") }
      case .centreOfMassVelocity: axes.map { .init(meaning: $0, unit: "m/s") }
      case .rotationMatrix:
        axes.flatMap { row in axes.map { .init(meaning: "row \(row), column \($0)", unit: "") } }
      case .contactForces:
        model.bodyNames.flatMap { name in
          axes.map { .init(meaning: "torque \($0) on \(name)", unit: "N m") }
            + axes.map { .init(meaning: "force \($0) on \(name)", unit: "N") }
        }
      }
    }
  }

  /// A number above 0.
  func positive(_ node: YAMLNode) throws(YAMLError) -> Double {
    let value = try node.number(in: 0...(.infinity))
    guard value > 0 else { throw node.error("must be above 0") }
    return value
  }

  extension MuJoCoModel {
    /// The body that a definition names.
    ///
    /// - Throws: `YAMLError` with the nearest and all bodies.
    func body(_ node: YAMLNode) throws(YAMLError) -> (index: Int, name: String) {
      let name = try node.choice(of: names(of: .body))
      guard let index = index(of: .body, named: name) else {
        throw node.error("is not a body of the model")
      }
      return (index, name)
    }
  }
#endif
