#if MuJoCo
  import StrictYAML

  /// The point of a robot whose velocity and place are rewarded.
  ///
  /// In a definition: `point: {qpos: [0, 1]}`, the numbers of `qpos` that are the root's x and,
  /// if it moves in the plane, y; or `point: {centre_of_mass: torso}`.
  enum TrackedPoint: Sendable {
    /// Numbers of the position. Velocity is their difference over a control step divided by its
    /// duration.
    case position(x: Int, y: Int?)
    /// The centre of mass of the subtree that starts at a body, and its velocity after the step.
    case centreOfMass(body: Int)

    /// Reads the mapping `point`.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ node: YAMLNode, model: MuJoCoModel) throws(YAMLError) {
      let keys = try node.mapping()
      try keys.checkKeys(["qpos", "centre_of_mass"])
      guard keys.keys.count == 1 else {
        throw node.error("must have exactly one key: qpos or centre_of_mass")
      }
      if let body = keys["centre_of_mass"] {
        self = .centreOfMass(body: try model.named(.body, body).index)
        return
      }
      let list = try keys.required("qpos")
      let items = try list.list()
      guard items.count == 1 || items.count == 2 else {
        throw list.error("must list the index of x, or of x and y, not \(items.count) indices")
      }
      let x = try items[0].integer(in: 0...(model.positionCount - 1))
      let y = items.count == 2 ? try items[1].integer(in: 0...(model.positionCount - 1)) : nil
      self = .position(x: x, y: y)
    }

    /// Whether the point moves in the plane and not only along x.
    var isPlanar: Bool {
      if case .position(_, nil) = self { false } else { true }
    }

    /// Where the point is, (x, y); y is 0 when it has none.
    func place(in simulation: MuJoCoSimulation) -> SIMD2<Double> {
      switch self {
      case .position(let x, let y):
        SIMD2(simulation.value(.position, x), y.map { simulation.value(.position, $0) } ?? 0)
      case .centreOfMass(let body):
        SIMD2(
          simulation.value(.subtreeCentre, 3 * body),
          simulation.value(.subtreeCentre, 3 * body + 1))
      }
    }

    /// The point's velocity over a control step, m/s.
    ///
    /// - Parameters:
    ///   - start: the place before the step.
    ///   - duration: of the control step, s.
    ///   - simulation: after the step.
    /// - Returns: (x, y); y is 0 when the point has none.
    func velocity(from start: SIMD2<Double>, over duration: Double, in simulation: MuJoCoSimulation)
      -> SIMD2<Double>
    {
      switch self {
      case .position:
        (place(in: simulation) - start) / duration
      case .centreOfMass(let body):
        SIMD2(
          simulation.value(.subtreeVelocity, 3 * body),
          simulation.value(.subtreeVelocity, 3 * body + 1))
      }
    }

    /// The point in one line, for `show`.
    func description(of model: MuJoCoModel) -> String {
      switch self {
      case .position(let x, nil): "x = qpos[\(x)]; velocity is its difference over the step's time"
      case .position(let x, .some(let y)):
        "(x, y) = (qpos[\(x)], qpos[\(y)]); velocity is their difference over the step's time"
      case .centreOfMass(let body):
        "centre of mass of the subtree of \(model.bodyNames[body]), and its velocity after the step"
      }
    }
  }
#endif
