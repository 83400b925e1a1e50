#if MuJoCo
  import CMuJoCo
  import CMuJoCoGuard

  /// The vectors of a simulation that definitions and restores refer to.
  public enum MuJoCoVector: Sendable, Hashable {
    /// Generalized positions, [nq].
    case position
    /// Generalized velocities, [nv].
    case velocity
    /// The solver's warm start, accelerations, [nv].
    case warmStart
    /// Controls of the actuators, [nu].
    case control
    /// The actuators' own state, [na].
    case activation
    /// Seconds since the reset, [1].
    case time
    /// Positions of the bodies' frames in the world, [nbody, 3].
    case bodyPosition
    /// Rotation matrices of the bodies' frames, row by row, [nbody, 9].
    case bodyRotation
    /// Centres of mass of the subtrees that start at the bodies, [nbody, 3].
    case subtreeCentre
    /// Velocities of those centres of mass, [nbody, 3].
    case subtreeVelocity
    /// Contact forces on the bodies, torque then force, [nbody, 6].
    case contactForces
    /// Positions of the sites in the world, [nsite, 3].
    case sitePosition
    /// Positions of the geoms' frames in the world, [ngeom, 3].
    case geomPosition
    /// Rotation matrices of the geoms' frames, row by row, [ngeom, 9].
    case geomRotation
  }

  extension MuJoCoSimulation {
    /// How many numbers a vector has.
    public func count(of vector: MuJoCoVector) -> Int {
      let model = model.pointer
      return switch vector {
      case .position: Int(model.pointee.nq)
      case .velocity, .warmStart: Int(model.pointee.nv)
      case .control: Int(model.pointee.nu)
      case .activation: Int(model.pointee.na)
      case .time: 1
      case .bodyPosition, .subtreeCentre, .subtreeVelocity: 3 * Int(model.pointee.nbody)
      case .contactForces: 6 * Int(model.pointee.nbody)
      case .bodyRotation: 9 * Int(model.pointee.nbody)
      case .sitePosition: 3 * Int(model.pointee.nsite)
      case .geomPosition: 3 * Int(model.pointee.ngeom)
      case .geomRotation: 9 * Int(model.pointee.ngeom)
      }
    }

    /// Entry `index` of a vector.
    public func value(_ vector: MuJoCoVector, _ index: Int) -> Double {
      vector == .time ? data.pointee.time : pointer(to: vector)[index]
    }

    /// Overwrites entry `index` of a vector of the state (position to time).
    public func set(_ vector: MuJoCoVector, _ index: Int, to value: Double) {
      if vector == .time { data.pointee.time = value } else { pointer(to: vector)[index] = value }
    }

    /// Copies a part of a vector, each number clipped to ±`bound`.
    ///
    /// - Parameters:
    ///   - vector: what is copied.
    ///   - first: the first entry copied.
    ///   - count: how many entries.
    ///   - bound: the greatest magnitude; infinite for none.
    ///   - output: where they go.
    ///   - start: the first entry written.
    public func copy(
      _ vector: MuJoCoVector, from first: Int, count: Int, clippedTo bound: Double = .infinity,
      into output: inout [Double], at start: Int
    ) {
      precondition(
        first >= 0 && first + count <= self.count(of: vector),
        "entries \(first) ..< \(first + count) of \(self.count(of: vector))")
      precondition(
        start >= 0 && start + count <= output.count,
        "output entries \(start) ..< \(start + count) of \(output.count)")
      let values = pointer(to: vector)
      for index in 0..<count {
        output[start + index] = min(max(values[first + index], -bound), bound)
      }
    }

    /// All numbers of a vector; allocates.
    public func values(_ vector: MuJoCoVector) -> [Double] {
      (0..<count(of: vector)).map { value(vector, $0) }
    }

    /// Whether two bodies or geoms touched in the last physics step, or one touched anything.
    ///
    /// MuJoCo looks for contacts at the start of a physics step.
    func touches(_ pair: ContactPair) -> Bool {
      guard_touches(
        model.pointer, data, pair.isOfBodies ? 1 : 0, Int32(pair.first),
        Int32(pair.second ?? -1)) != 0
    }

    /// Σ clip(cfrc_ext, ±bound)² over all bodies.
    public func clippedContactForceSquares(bound: Double) -> Double {
      let (forces, count) = (pointer(to: .contactForces), count(of: .contactForces))
      var sum = 0.0
      for index in 0..<count {
        let clipped = min(max(forces[index], -bound), bound)
        sum += clipped * clipped
      }
      return sum
    }

    /// Whether every number of position and velocity is finite.
    public var hasFiniteState: Bool {
      // A sum of zeros, or not a number as soon as one entry is infinite or not a number.
      var sum = 0.0
      let (position, velocity) = (pointer(to: .position), pointer(to: .velocity))
      for index in 0..<count(of: .position) { sum += position[index] * 0 }
      for index in 0..<count(of: .velocity) { sum += velocity[index] * 0 }
      return sum == 0
    }

    private func pointer(to vector: MuJoCoVector) -> UnsafeMutablePointer<mjtNum> {
      // Field by field: `data.pointee` alone would copy tens of kilobytes.
      let pointer =
        switch vector {
        case .position: data.pointee.qpos
        case .velocity: data.pointee.qvel
        case .warmStart: data.pointee.qacc_warmstart
        case .control: data.pointee.ctrl
        case .activation: data.pointee.act
        case .bodyPosition: data.pointee.xpos
        case .bodyRotation: data.pointee.xmat
        case .subtreeCentre: data.pointee.subtree_com
        case .subtreeVelocity: data.pointee.subtree_linvel
        case .contactForces: data.pointee.cfrc_ext
        case .sitePosition: data.pointee.site_xpos
        case .geomPosition: data.pointee.geom_xpos
        case .geomRotation: data.pointee.geom_xmat
        case .time: preconditionFailure("time is not an array")
        }
      guard let pointer else { preconditionFailure("the simulation has no vector \(vector)") }
      return pointer
    }
  }
#endif
