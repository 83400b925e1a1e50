#if MuJoCo
  import CMuJoCo

  extension MuJoCoModel {
    /// What one number of a position or velocity is.
    struct Coordinate: Sendable, Hashable {
      let meaning: String
      let unit: String
    }

    /// What every number of `qpos` is, [nq].
    var positionCoordinates: [Coordinate] {
      joints.flatMap { joint -> [Coordinate] in
        switch joint.type {
        case mjJNT_FREE.rawValue:
          ["x", "y", "z"].map { Coordinate(meaning: "\($0) of \(joint.name)", unit: "m") }
            + quaternion(joint.name)
        case mjJNT_BALL.rawValue: quaternion(joint.name)
        case mjJNT_SLIDE.rawValue: [Coordinate(meaning: "position of \(joint.name)", unit: "m")]
        default: [Coordinate(meaning: "angle of \(joint.name)", unit: "rad")]
        }
      }
    }

    /// What every number of `qvel` is, [nv].
    var velocityCoordinates: [Coordinate] {
      joints.flatMap { joint -> [Coordinate] in
        switch joint.type {
        case mjJNT_FREE.rawValue:
          ["x", "y", "z"].map {
            Coordinate(meaning: "\($0) velocity of \(joint.name)", unit: "m/s")
          }
            + rotation(joint.name)
        case mjJNT_BALL.rawValue: rotation(joint.name)
        case mjJNT_SLIDE.rawValue: [Coordinate(meaning: "velocity of \(joint.name)", unit: "m/s")]
        default: [Coordinate(meaning: "angular velocity of \(joint.name)", unit: "rad/s")]
        }
      }
    }

    private var joints: [(name: String, type: UInt32)] {
      (0..<Int(pointer.pointee.njnt)).map { joint in
        let name = mj_id2name(pointer, Int32(mjOBJ_JOINT.rawValue), Int32(joint))
        let text = name.map { String(cString: $0) } ?? "joint \(joint)"
        return (text.isEmpty ? "joint \(joint)" : text, UInt32(pointer.pointee.jnt_type[joint]))
      }
    }

    private func quaternion(_ name: String) -> [Coordinate] {
      ["w", "x", "y", "z"].map { Coordinate(meaning: "orientation of \(name), \($0)", unit: "") }
    }

    private func rotation(_ name: String) -> [Coordinate] {
      ["x", "y", "z"].map {
        Coordinate(meaning: "angular velocity of \(name) about its \($0)", unit: "rad/s")
      }
    }
  }
#endif
