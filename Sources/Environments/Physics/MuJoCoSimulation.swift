#if MuJoCo
  import CMuJoCo
  import CMuJoCoGuard

  /// One simulation: the state of one lane, and what MuJoCo computed from it.
  ///
  /// It owns an mjData taken from the model's pool and returns it at its end. Nothing here
  /// allocates after the initializer, except where said. An instance belongs to one worker at
  /// a time.
  public final class MuJoCoSimulation {
    /// The model that is stepped.
    public let model: MuJoCoTaskModel
    let data: UnsafeMutablePointer<mjData>
    /// Room for a position, [nq].
    private var kept: [Double]

    /// A simulation in the model's reference pose.
    ///
    /// - Throws: `MuJoCoError.outOfMemory`.
    public init(_ model: MuJoCoTaskModel) throws(MuJoCoError) {
      self.model = model
      data = try model.shared.takeData()
      kept = Array(repeating: 0, count: Int(model.pointer.pointee.nq))
      mj_resetData(model.pointer, data)
    }

    deinit {
      model.shared.giveBack(data: data)
    }

    /// Back to the reference pose at rest, time 0, no warnings, a cold solver.
    public func reset() {
      mj_resetData(model.pointer, data)
    }

    /// Computes all that follows from position, velocity and control, without moving time.
    ///
    /// - Returns: false when MuJoCo raised an error (`lastErrorMessage`); `reset` before going on.
    public func forward() -> Bool { run(GUARD_FORWARD) }

    /// Advances by `count` physics steps.
    ///
    /// - Returns: false when MuJoCo raised an error (`lastErrorMessage`); `reset` before going on.
    public func step(count: Int) -> Bool { run(GUARD_STEP, count: count) }

    /// Computes the contact forces on every body (`cfrc_ext`) of the last physics step.
    ///
    /// - Returns: false when MuJoCo raised an error; `reset` before going on.
    public func computeContactForces() -> Bool { run(GUARD_CONTACT_FORCES) }

    /// Computes body positions and the subtrees' centres of mass and their velocities.
    ///
    /// They then belong to the present state; after a step alone they are those of the state
    /// from which its last physics step started.
    ///
    /// - Returns: false when MuJoCo raised an error; `reset` before going on.
    public func computeKinematics() -> Bool {
      // MuJoCo normalizes quaternions here, which rounds; the state stays as it was.
      copy(.position, from: 0, count: kept.count, into: &kept, at: 0)
      let succeeded = run(GUARD_KINEMATICS)
      for index in kept.indices { set(.position, index, to: kept[index]) }
      return succeeded
    }

    /// The message of this thread's last MuJoCo error, on one line; allocates.
    public static var lastErrorMessage: String {
      MuJoCoError.oneLine(String(cString: guard_message()))
    }

    /// Whether MuJoCo has warned since the last reset that the simulation diverged: a bad
    /// number in the state, acceleration or control, a singular inertia, or contacts or
    /// constraints beyond the model's limits, which it leaves out.
    public var hasDiverged: Bool { guard_has_broken_down(data) != 0 }

    private func run(_ operation: guard_operation, count: Int = 1) -> Bool {
      guard_run(model.pointer, data, operation, Int32(count)) != 0
    }
  }
#endif
