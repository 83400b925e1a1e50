#if MuJoCo
  import StrictYAML

  /// Numbers of a simulation that observations, rewards and ends refer to.
  ///
  /// In a definition, among other keys: `read: qpos, from: 1`, `read: joint_velocity, joint: elbow`,
  /// `read: site_position, site: tip`, `read: upright, body: torso`, `read: touch, bodies: [hand, ball]`.
  struct Reading: Sendable, Hashable {
    /// What may be read.
    enum Quantity: String, CaseIterable {
      /// Generalized positions.
      case qpos
      /// Generalized velocities.
      case qvel
      /// The numbers of `qpos` that are one joint's.
      case jointPosition = "joint_position"
      /// The numbers of `qvel` that are one joint's.
      case jointVelocity = "joint_velocity"
      /// The centre of mass of the subtree that starts at a body, in the world.
      case centreOfMass = "centre_of_mass"
      /// The velocity of that centre of mass.
      case centreOfMassVelocity = "centre_of_mass_velocity"
      /// The position of a body's frame in the world.
      case bodyPosition = "body_position"
      /// The position of a site in the world.
      case sitePosition = "site_position"
      /// The rotation matrix of a body's frame, row by row.
      case rotationMatrix = "rotation_matrix"
      /// The z component of a body's own z axis in the world: 1 upright, −1 upside down.
      case upright
      /// The contact forces on every body, or on one (`cfrc_ext`), torque then force.
      case contactForces = "contact_forces"
      /// 1 while two bodies or geoms touch, or one touches anything, else 0.
      case touch
    }

    /// The quantity and what it is of, as `show` prints them.
    let title: String
    /// Where the numbers are.
    let slice: ReadingSlice
    /// What each number is.
    let coordinates: [MuJoCoModel.Coordinate]

    /// Reads the keys `read` and those that belong to it.
    ///
    /// - Parameters:
    ///   - keys: the mapping in which they stand.
    ///   - model: the robot's.
    ///   - others: what else may stand in it.
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ keys: YAMLMapping, model: MuJoCoModel, others: [String]) throws(YAMLError) {
      let quantity = try keys.required("read").choice(of: Quantity.self)
      try keys.checkKeys(["read"] + quantity.keys + others)
      let name = quantity.rawValue
      switch quantity {
      case .qpos, .qvel:
        let all = quantity == .qpos ? model.positionCoordinates : model.velocityCoordinates
        let first = try keys["from"]?.integer(in: 0...(all.count - 1)) ?? 0
        let last = try keys["to"]?.integer(in: first...(all.count - 1)) ?? all.count - 1
        self.init(
          title: name, vector: quantity.vector, first: first,
          coordinates: (first...last).map {
            .init(meaning: "\(name)[\($0)], \(all[$0].meaning)", unit: all[$0].unit)
          })
      case .jointPosition, .jointVelocity:
        let joint = try model.named(.joint, keys.required("joint"))
        let all =
          quantity == .jointPosition ? model.positionCoordinates : model.velocityCoordinates
        let range = model.entries(ofJoint: joint.index, inVelocity: quantity == .jointVelocity)
        self.init(
          title: "\(name) of \(joint.name)", vector: quantity.vector, first: range.lowerBound,
          coordinates: range.map {
            .init(meaning: "\(name), \(all[$0].meaning)", unit: all[$0].unit)
          })
      case .touch: try self.init(touch: keys, model: model)
      case .contactForces where keys["body"] == nil:
        let bodies = model.bodyNames.flatMap { body in Self.forces.map { $0.of(" on \(body)") } }
        self.init(
          title: name, vector: quantity.vector, first: 0,
          coordinates: bodies.map {
            .init(meaning: "\(name), \($0.meaning)", unit: $0.unit)
          })
      default:
        let kind = quantity == .sitePosition ? MuJoCoModel.Kind.site : .body
        let thing = try model.named(kind, keys.required(kind.rawValue))
        let own = quantity.coordinates
        let title = "\(name) of \(thing.name)"
        // The z of the body's z axis is the last of the nine numbers of its rotation.
        let first =
          quantity == .upright ? 9 * thing.index + 8 : thing.index * own.count
        self.init(
          title: title, vector: quantity.vector, first: first,
          coordinates: own.map { coordinate in
            let meaning = coordinate.meaning.isEmpty ? title : "\(title), \(coordinate.meaning)"
            return .init(meaning: meaning, unit: coordinate.unit)
          })
      }
    }

    private init(
      title: String, vector: MuJoCoVector, first: Int, coordinates: [MuJoCoModel.Coordinate]
    ) {
      self.title = title
      self.coordinates = coordinates
      slice = ReadingSlice(vector: vector, first: first, count: coordinates.count)
    }

    private init(touch keys: YAMLMapping, model: MuJoCoModel) throws(YAMLError) {
      guard let key = ["bodies", "geoms"].first(where: { keys[$0] != nil }),
        keys["bodies"] == nil || keys["geoms"] == nil
      else { throw keys.node.error("must have exactly one of: bodies, geoms") }
      let kind = key == "bodies" ? MuJoCoModel.Kind.body : .geom
      let list = try keys.required(key)
      let items = try list.list()
      guard items.count == 1 || items.count == 2 else {
        throw list.error("must list one name (touching anything) or two, not \(items.count)")
      }
      let first = try model.named(kind, items[0])
      let second = items.count == 2 ? try model.named(kind, items[1]) : nil
      title = "touch of \(first.name) and \(second?.name ?? "anything")"
      coordinates = [.init(meaning: title, unit: "")]
      slice = ReadingSlice(
        vector: .contactForces, first: 0, count: 1,
        touch: ContactPair(isOfBodies: kind == .body, first: first.index, second: second?.index))
    }

    private static let axes = ["x", "y", "z"]
    private static let forces: [MuJoCoModel.Coordinate] =
      axes.map { .init(meaning: "torque \($0)", unit: "N m") }
      + axes.map { .init(meaning: "force \($0)", unit: "N") }
  }

  extension Reading.Quantity {
    /// The keys that choose among its numbers.
    fileprivate var keys: [String] {
      switch self {
      case .qpos, .qvel: ["from", "to"]
      case .jointPosition, .jointVelocity: ["joint"]
      case .sitePosition: ["site"]
      case .touch: ["bodies", "geoms"]
      default: ["body"]
      }
    }

    /// MuJoCo's vector of it.
    fileprivate var vector: MuJoCoVector {
      switch self {
      case .qpos, .jointPosition: .position
      case .qvel, .jointVelocity: .velocity
      case .centreOfMass: .subtreeCentre
      case .centreOfMassVelocity: .subtreeVelocity
      case .bodyPosition: .bodyPosition
      case .sitePosition: .sitePosition
      case .rotationMatrix, .upright: .bodyRotation
      case .contactForces, .touch: .contactForces
      }
    }

    /// What its numbers are, where they belong to one body or site.
    fileprivate var coordinates: [MuJoCoModel.Coordinate] {
      let axes = ["x", "y", "z"]
      return switch self {
      case .centreOfMassVelocity: axes.map { .init(meaning: $0, unit: "m/s") }
      case .rotationMatrix:
        axes.flatMap { row in axes.map { .init(meaning: "row \(row), column \($0)", unit: "") } }
      case .upright: [.init(meaning: "", unit: "")]
      case .contactForces:
        axes.map { .init(meaning: "torque \($0)", unit: "N m") }
          + axes.map { .init(meaning: "force \($0)", unit: "N") }
      default: axes.map { .init(meaning: $0, unit: "m") }
      }
    }
  }

  extension MuJoCoModel.Coordinate {
    fileprivate func of(_ subject: String) -> Self { .init(meaning: meaning + subject, unit: unit) }
  }
#endif
