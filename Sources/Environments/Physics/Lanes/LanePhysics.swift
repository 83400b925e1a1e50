#if MuJoCo
  import CLanePhysics
  import CMuJoCo

  /// The lane engine for the simulations of one task: what steps them eight at a time.
  ///
  /// It reads and writes the simulations' mjData, so that everything else goes on reading them
  /// there. Nothing allocates after the initializer. An instance belongs to one worker at a
  /// time; the bits of a simulation do not depend on which others are stepped with it.
  final class LanePhysics {
    private let constants: OpaquePointer
    private let room: OpaquePointer
    /// The simulations of the group that is being put together.
    private var group: [UnsafeMutablePointer<mjData>] = []

    /// What a control step leaves in the simulations beside the state.
    struct Results: OptionSet {
      let rawValue: Int32
      /// The contact forces of the last physics step.
      static let contactForces = Results(rawValue: Int32(LANE_CONTACT_FORCES.rawValue))
      /// Places of bodies, geoms, sites and centres of mass of the last physics step.
      static let poses = Results(rawValue: Int32(LANE_POSES.rawValue))
      /// The same of the state after the step, and the subtrees' velocities.
      static let currentPoses = Results(rawValue: Int32(LANE_CURRENT_POSES.rawValue))
    }

    /// The engine for a task's model.
    ///
    /// - Throws: `MuJoCoError.notInLanes` with the reason, or `.outOfMemory`.
    init(_ model: MuJoCoTaskModel) throws(MuJoCoError) {
      switch Self.constants(of: model.pointer) {
      case .success(let constants): self.constants = constants
      case .failure(let refusal): throw .notInLanes(reason: refusal.reason)
      }
      guard let room = lane_work_make(constants) else {
        lane_model_free(constants)
        throw .outOfMemory(path: model.shared.path)
      }
      self.room = room
      group.reserveCapacity(Int(LANE_WIDTH))
    }

    deinit {
      lane_work_free(room)
      lane_model_free(constants)
    }

    /// Why lanes do not cover a model; nil when they do.
    static func refusal(of model: MuJoCoModel) -> String? {
      switch constants(of: model.pointer) {
      case .success(let constants):
        lane_model_free(constants)
        return nil
      case .failure(let refusal): return refusal.reason
      }
    }

    /// Advances the chosen simulations by physics steps.
    ///
    /// - Parameters:
    ///   - simulations: of the model that the engine was made for.
    ///   - isChosen: which are stepped.
    ///   - count: physics steps.
    ///   - results: what is computed beside the state.
    ///   - hasDiverged: set for each simulation that could not be stepped (a number that is
    ///     not finite or beyond 10¹⁰, a singular inertia); it is as it was.
    func step(
      _ simulations: [MuJoCoSimulation], where isChosen: [Bool], count: Int, results: Results,
      hasDiverged: inout [Bool]
    ) {
      var (first, next) = (0, 0)
      while next < simulations.count {
        group.removeAll(keepingCapacity: true)
        first = next
        while next < simulations.count, group.count < Int(LANE_WIDTH) {
          if isChosen[next] { group.append(simulations[next].data) }
          next += 1
        }
        guard !group.isEmpty else { return }
        var broken = group.withUnsafeBufferPointer { group in
          guard let start = group.baseAddress else { return UInt32(0) }
          return lane_step(
            constants, room, start, Int32(group.count), Int32(count), results.rawValue)
        }
        for index in first..<next where isChosen[index] {
          if broken & 1 != 0 { hasDiverged[index] = true }
          broken >>= 1
        }
      }
    }

    private struct Refusal: Error {
      let reason: String
    }

    private static func constants(of model: UnsafePointer<mjModel>) -> Result<
      OpaquePointer, Refusal
    > {
      var text = [CChar](repeating: 0, count: 512)
      if let constants = lane_model_make(model, &text, Int32(text.count)) {
        return .success(constants)
      }
      let end = text.firstIndex(of: 0) ?? text.endIndex
      let reason = String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return .failure(Refusal(reason: MuJoCoError.oneLine(reason)))
    }
  }
#endif
