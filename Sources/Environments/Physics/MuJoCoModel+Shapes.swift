#if MuJoCo
  import CMuJoCo

  /// A geom as a line between two ends with a radius: what a drawing needs of it.
  struct MuJoCoShape: Sendable, Hashable {
    /// The model's index of the geom.
    let geom: Int
    /// Its name; `geom` and its index when it has none.
    let name: String
    /// Metres from the line to the surface.
    let radius: Double
    /// Half the length of the line along the geom's own z, m; 0 for what is drawn as a ball.
    let halfLength: Double
  }

  extension MuJoCoModel {
    /// Every geom that can be drawn as a capsule or a ball, in the model's order.
    ///
    /// Capsules and cylinders are lines; a sphere, and anything else of a size, is the ball
    /// around it. Planes, height fields and meshes are left out.
    var shapes: [MuJoCoShape] {
      (0..<Int(pointer.pointee.ngeom)).compactMap { geom in
        let text = mj_id2name(pointer, Int32(mjOBJ_GEOM.rawValue), Int32(geom))
        let name = text.map { String(cString: $0) } ?? ""
        let size = pointer.pointee.geom_size.advanced(by: 3 * geom)
        let (radius, halfLength): (Double, Double)
        switch UInt32(pointer.pointee.geom_type[geom]) {
        case mjGEOM_CAPSULE.rawValue, mjGEOM_CYLINDER.rawValue:
          (radius, halfLength) = (size[0], size[1])
        case mjGEOM_SPHERE.rawValue, mjGEOM_ELLIPSOID.rawValue, mjGEOM_BOX.rawValue:
          (radius, halfLength) = (pointer.pointee.geom_rbound[geom], 0)
        default: return nil
        }
        return MuJoCoShape(
          geom: geom, name: name.isEmpty ? "geom \(geom)" : name, radius: radius,
          halfLength: halfLength)
      }
    }

    /// The axes of the joints that slide, each along one axis of the world's.
    ///
    /// - Returns: some of 0 (x), 1 (y) and 2 (z), or nil when a joint turns or moves freely in
    ///   space, so that no plane holds the model.
    var slidingAxes: Set<Int>? {
      var axes: Set<Int> = []
      for joint in 0..<Int(pointer.pointee.njnt) {
        switch UInt32(pointer.pointee.jnt_type[joint]) {
        case mjJNT_FREE.rawValue, mjJNT_BALL.rawValue: return nil
        case mjJNT_SLIDE.rawValue:
          let axis = pointer.pointee.jnt_axis.advanced(by: 3 * joint)
          for index in 0..<3 where abs(axis[index]) > 0.9 { axes.insert(index) }
        default: break
        }
      }
      return axes
    }

    /// The height of the highest plane of the world, m; nil without one.
    var floorHeight: Double? {
      (0..<Int(pointer.pointee.ngeom)).compactMap { geom in
        pointer.pointee.geom_type[geom] == Int32(mjGEOM_PLANE.rawValue)
          && pointer.pointee.geom_bodyid[geom] == 0
          ? pointer.pointee.geom_pos[3 * geom + 2] : nil
      }.max()
    }

    /// The number of `qpos` that is the height of the root, or nil.
    var heightIndex: Int? {
      for joint in 0..<Int(pointer.pointee.njnt) {
        let start = Int(pointer.pointee.jnt_qposadr[joint])
        switch UInt32(pointer.pointee.jnt_type[joint]) {
        case mjJNT_FREE.rawValue: return start + 2
        case mjJNT_SLIDE.rawValue
        where abs(pointer.pointee.jnt_axis[3 * joint + 2]) > 0.9:
          return start
        default: continue
        }
      }
      return nil
    }
  }
#endif
