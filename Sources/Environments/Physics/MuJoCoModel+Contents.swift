#if MuJoCo
  import CMuJoCo
  import CMuJoCoGuard

  extension MuJoCoModel {
    /// The types of named things a definition refers to.
    public enum Kind: String, Sendable {
      /// A rigid body.
      case body
      /// A joint.
      case joint
      /// A collision and inertia shape.
      case geom
      /// A marked place of a body.
      case site
      /// A motor or other actuator.
      case actuator

      fileprivate var objectType: Int32 {
        switch self {
        case .body: Int32(mjOBJ_BODY.rawValue)
        case .joint: Int32(mjOBJ_JOINT.rawValue)
        case .geom: Int32(mjOBJ_GEOM.rawValue)
        case .site: Int32(mjOBJ_SITE.rawValue)
        case .actuator: Int32(mjOBJ_ACTUATOR.rawValue)
        }
      }
    }

    /// nq, the numbers of a position.
    public var positionCount: Int { Int(pointer.pointee.nq) }
    /// nv, the numbers of a velocity.
    public var velocityCount: Int { Int(pointer.pointee.nv) }
    /// nu, the number of actuators.
    public var actuatorCount: Int { Int(pointer.pointee.nu) }
    /// na, the numbers of the actuators' own state.
    public var activationCount: Int { Int(pointer.pointee.na) }
    /// nbody, the world included.
    public var bodyCount: Int { Int(pointer.pointee.nbody) }
    /// Seconds of one physics step.
    public var timestep: Double { pointer.pointee.opt.timestep }

    /// The position of the model's reference pose, [nq].
    public var referencePosition: [Double] {
      Array(UnsafeBufferPointer(start: pointer.pointee.qpos0, count: positionCount))
    }

    /// The least and greatest control of every actuator; unlimited ones have infinite bounds.
    public var controlRanges: [ClosedRange<Double>] {
      (0..<actuatorCount).map { actuator in
        guard guard_is_control_limited(pointer, Int32(actuator)) != 0 else {
          return -.infinity ... .infinity
        }
        let low = pointer.pointee.actuator_ctrlrange[2 * actuator]
        let high = pointer.pointee.actuator_ctrlrange[2 * actuator + 1]
        return low <= high ? low...high : -.infinity ... .infinity
      }
    }

    /// The name of the first actuator whose control is limited to no finite range, or nil.
    public var actuatorWithoutRange: String? {
      (0..<actuatorCount).first { actuator in
        let range = [2 * actuator, 2 * actuator + 1].map { pointer.pointee.actuator_ctrlrange[$0] }
        return guard_is_control_limited(pointer, Int32(actuator)) != 0
          && !(range[0] < range[1] && range.allSatisfy(\.isFinite))
      }.map { actuatorNames[$0] }
    }

    /// The index of a named thing, or nil.
    public func index(of kind: Kind, named name: String) -> Int? {
      let index = mj_name2id(pointer, kind.objectType, name)
      return index < 0 ? nil : Int(index)
    }

    /// The names of all things of a kind, in the model's order; unnamed ones are left out.
    public func names(of kind: Kind) -> [String] {
      let count =
        switch kind {
        case .body: bodyCount
        case .joint: Int(pointer.pointee.njnt)
        case .geom: Int(pointer.pointee.ngeom)
        case .site: Int(pointer.pointee.nsite)
        case .actuator: actuatorCount
        }
      return (0..<count).compactMap { index in
        let name = mj_id2name(pointer, kind.objectType, Int32(index)).map { String(cString: $0) }
        return name.flatMap { $0.isEmpty ? nil : $0 }
      }
    }

    /// The numbers of `qpos`, or of `qvel`, that are a joint's.
    func entries(ofJoint joint: Int, inVelocity: Bool) -> Range<Int> {
      let sizes: (position: Int, velocity: Int) =
        switch UInt32(pointer.pointee.jnt_type[joint]) {
        case mjJNT_FREE.rawValue: (7, 6)
        case mjJNT_BALL.rawValue: (4, 3)
        default: (1, 1)
        }
      let first = Int(
        inVelocity ? pointer.pointee.jnt_dofadr[joint] : pointer.pointee.jnt_qposadr[joint])
      return first..<first + (inVelocity ? sizes.velocity : sizes.position)
    }

    /// The names of all bodies, [nbody]; one without a name has its index.
    public var bodyNames: [String] { allNames(of: .body, count: bodyCount) }

    /// The names of all actuators, [nu]; one without a name has its index.
    public var actuatorNames: [String] { allNames(of: .actuator, count: actuatorCount) }

    private func allNames(of kind: Kind, count: Int) -> [String] {
      (0..<count).map { index in
        let name = mj_id2name(pointer, kind.objectType, Int32(index)).map { String(cString: $0) }
        return name.flatMap { $0.isEmpty ? nil : $0 } ?? "\(kind.rawValue) \(index)"
      }
    }
  }
#endif
