/// Factors by which a task multiplies a model's dynamics; 1 leaves them.
public struct DynamicsScales: Sendable, Hashable {
  /// On every body's mass and rotational inertia.
  public var mass = 1.0
  /// On every joint's damping.
  public var damping = 1.0
  /// On the sliding, torsional and rolling friction of every geom and contact pair.
  ///
  /// The friction of a contact is the greater of its two geoms', so that scaling the floor alone
  /// would often change nothing; scaling all scales that of every contact by this factor.
  public var friction = 1.0
  /// On gravity.
  public var gravity = 1.0
  /// On every actuator's gear.
  public var gear = 1.0
  /// On single bodies, joints, geoms and actuators.
  public var parts: [DynamicsPart] = []

  /// All factors 1.
  public init() {}

  /// Whether nothing changes.
  public var isIdentity: Bool { self == DynamicsScales() }
}

#if MuJoCo
  import CMuJoCo
  import CMuJoCoGuard

  /// A model as the simulations of one task see it: the shared one, or a changed copy.
  ///
  /// The copy belongs to this value; the shared model is never written.
  public final class MuJoCoTaskModel {
    /// The model as loaded.
    public let shared: MuJoCoModel
    private let copy: UnsafeMutablePointer<mjModel>?

    /// The shared model itself, when nothing is scaled, or a scaled copy of it.
    ///
    /// - Parameters:
    ///   - model: the shared model.
    ///   - scales: the task's factors.
    ///   - converges: whether MuJoCo's solver goes on to a tolerance of 10⁻¹², however many
    ///     iterations that takes.
    /// - Throws: `MuJoCoError.outOfMemory`, or `.model` when MuJoCo cannot scale it.
    public init(
      _ model: MuJoCoModel, scales: DynamicsScales = DynamicsScales(), converges: Bool = false
    ) throws(MuJoCoError) {
      shared = model
      guard !scales.isIdentity || converges else {
        copy = nil
        return
      }
      let copy = try model.takeCopy()
      self.copy = copy
      if converges {
        copy.pointee.opt.tolerance = 1e-12
        copy.pointee.opt.iterations = 1000
      }
      guard !scales.isIdentity else { return }
      let contents = copy.pointee
      multiply(contents.body_mass, count: Int(contents.nbody), by: scales.mass)
      multiply(contents.body_inertia, count: 3 * Int(contents.nbody), by: scales.mass)
      multiply(contents.dof_damping, count: Int(contents.nv), by: scales.damping)
      multiply(contents.geom_friction, count: 3 * Int(contents.ngeom), by: scales.friction)
      multiply(contents.pair_friction, count: 5 * Int(contents.npair), by: scales.friction)
      multiply(contents.actuator_gear, count: 6 * Int(contents.nu), by: scales.gear)
      copy.pointee.opt.gravity.0 *= scales.gravity
      copy.pointee.opt.gravity.1 *= scales.gravity
      copy.pointee.opt.gravity.2 *= scales.gravity
      for part in scales.parts { part.apply(to: copy, of: model) }
      // What MuJoCo derives from masses and inertias once (subtree masses, inverse weights).
      let data = try model.takeData()
      defer { model.giveBack(data: data) }
      guard guard_run(copy, data, GUARD_RESET, 0) != 0, guard_set_constants(copy, data) != 0 else {
        throw .model(path: model.path, reason: MuJoCoSimulation.lastErrorMessage)
      }
    }

    deinit {
      if let copy { shared.giveBack(copy: copy) }
    }

    /// The model that the simulations of this task step.
    var pointer: UnsafePointer<mjModel> { copy.map { UnsafePointer($0) } ?? shared.pointer }
  }

  private func multiply(_ values: UnsafeMutablePointer<mjtNum>?, count: Int, by factor: Double) {
    guard let values else { return }
    for index in 0..<count { values[index] *= factor }
  }
#endif
