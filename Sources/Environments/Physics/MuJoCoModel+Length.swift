#if MuJoCo
  import CMuJoCo
  import CMuJoCoGuard

  extension MuJoCoModel {
    /// The line along which a body can be made longer, in its own frame.
    ///
    /// - Parameter body: its index.
    /// - Returns: the unit vector of its capsules and cylinders, and the number of the principal
    ///   inertia about it; or why there is none, continuing "cannot be made longer: ".
    func linkAxis(ofBody body: Int) -> Result<(axis: SIMD3<Double>, inertia: Int), LinkFault> {
      let model = pointer.pointee
      var axis: SIMD3<Double>?
      for geom in geoms(ofBody: body) {
        let type = UInt32(model.geom_type[geom])
        if type == mjGEOM_SPHERE.rawValue { continue }
        guard type == mjGEOM_CAPSULE.rawValue || type == mjGEOM_CYLINDER.rawValue else {
          return .failure(.init("it has a geom that is no capsule, cylinder or sphere"))
        }
        let own = Self.rotated(2, model.geom_quat + 4 * geom)
        if let axis, abs((axis * own).sum()) < 1 - 1e-6 {
          return .failure(.init("its capsules and cylinders are not parallel"))
        }
        axis = axis ?? own
      }
      guard let axis else { return .failure(.init("it has no capsule or cylinder")) }
      guard model.body_simple[body] == 0 else {
        return .failure(.init("MuJoCo treats its inertia as that of a point"))
      }
      for index in 0..<3 {
        let principal = Self.rotated(index, model.body_iquat + 4 * body)
        if abs((axis * principal).sum()) > 1 - 1e-6 { return .success((axis, index)) }
      }
      return .failure(.init("its inertia has no axis along its capsules and cylinders"))
    }

    /// Stretches a body along its axis, its mass kept, as if its matter were.
    ///
    /// A point p of the body goes to p + (factor − 1)·(u·(p − a))·u, with u the axis and a the
    /// anchor of its first joint: centres of its geoms, sites, its centre of mass, and the frames
    /// of the bodies that it carries. Capsules and cylinders get `factor` times their length and
    /// keep their radius; spheres stay. With M the second moments ∫ r rᵀ dm, of which the inertia
    /// is tr(M)·1 − M, the moment along u is multiplied by factor².
    ///
    /// - Precondition: `linkAxis` succeeds.
    func stretch(body: Int, by factor: Double, in copy: UnsafeMutablePointer<mjModel>) {
      guard case .success((let u, let along)) = linkAxis(ofBody: body) else {
        preconditionFailure("body \(body) has no axis")
      }
      let model = copy.pointee
      let joint = Int(model.body_jntadr[body])
      let anchor = joint < 0 ? .zero : Self.vector(model.jnt_pos + 3 * joint)
      func move(_ place: UnsafeMutablePointer<mjtNum>) {
        let p = Self.vector(place)
        let moved = p + (factor - 1) * ((p - anchor) * u).sum() * u
        for axis in 0..<3 { place[axis] = moved[axis] }
      }
      for geom in geoms(ofBody: body) {
        move(model.geom_pos + 3 * geom)
        // The frames may no longer coincide with the body's.
        model.geom_sameframe[geom] = 0
        let (type, size) = (UInt32(model.geom_type[geom]), model.geom_size + 3 * geom)
        guard type != mjGEOM_SPHERE.rawValue else { continue }
        size[1] *= factor
        model.geom_rbound[geom] =
          type == mjGEOM_CAPSULE.rawValue
          ? size[0] + size[1] : (size[0] * size[0] + size[1] * size[1]).squareRoot()
      }
      for site in 0..<Int(model.nsite) where Int(model.site_bodyid[site]) == body {
        move(model.site_pos + 3 * site)
        model.site_sameframe[site] = 0
      }
      for child in 0..<Int(model.nbody) where child > 0 && Int(model.body_parentid[child]) == body {
        move(model.body_pos + 3 * child)
      }
      move(model.body_ipos + 3 * body)
      model.body_sameframe[body] = 0
      let inertia = model.body_inertia + 3 * body
      let half = (inertia[0] + inertia[1] + inertia[2]) / 2
      let grown = (factor * factor - 1) * (half - inertia[along])
      for index in 0..<3 where index != along { inertia[index] += grown }
      guard_forget_bounding_volumes(copy)
    }

    private func geoms(ofBody body: Int) -> Range<Int> {
      let first = Int(pointer.pointee.body_geomadr[body])
      return first < 0 ? 0..<0 : first..<first + Int(pointer.pointee.body_geomnum[body])
    }

    private static func vector(_ place: UnsafeMutablePointer<mjtNum>) -> SIMD3<Double> {
      SIMD3(place[0], place[1], place[2])
    }

    /// A unit vector of the axes turned by a quaternion (w, x, y, z).
    private static func rotated(_ axis: Int, _ q: UnsafeMutablePointer<mjtNum>) -> SIMD3<Double> {
      let (w, v) = (q[0], SIMD3(q[1], q[2], q[3]))
      var unit = SIMD3<Double>.zero
      unit[axis] = 1
      func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
      }
      let turned = cross(v, unit)
      return unit + 2 * (w * turned + cross(v, turned))
    }
  }

  /// Why a body has no length that can be multiplied.
  struct LinkFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }
#endif
