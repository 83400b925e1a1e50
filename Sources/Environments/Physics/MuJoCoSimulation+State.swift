#if MuJoCo
  import MetaLearning

  extension MuJoCoSimulation {
    /// The names of the state's vectors, in order, and what they are in MuJoCo.
    ///
    /// The warm start is part of the state because the solver's result depends on it in its
    /// last digits.
    static let stateVectors: [(name: String, vector: MuJoCoVector)] = [
      ("qpos", .position), ("qvel", .velocity), ("qacc_warmstart", .warmStart),
      ("ctrl", .control), ("time", .time), ("act", .activation),
    ]

    /// All that an exact restore needs; going on from it gives the same bits.
    public var state: LaneState {
      LaneState(
        Self.stateVectors.map { LaneState.Entry(name: $0.name, values: values($0.vector)) })
    }

    /// Overwrites the named vectors and computes what follows from them.
    ///
    /// A state that gives `qpos` or `qvel` without `qacc_warmstart` starts the solver cold, as
    /// after a reset: the old warm start belongs to another state.
    ///
    /// - Parameter state: any subset of the vectors of `state`.
    /// - Throws: `MuJoCoError` for an unknown vector, a wrong size, a number that is not finite,
    ///   or a state from which MuJoCo cannot go on. Then nothing but the last case has changed
    ///   the simulation.
    public func setState(_ state: LaneState) throws(MuJoCoError) {
      for entry in state.entries {
        guard let vector = Self.stateVectors.first(where: { $0.name == entry.name })?.vector else {
          throw .unknownVector(name: entry.name, known: Self.stateVectors.map(\.name))
        }
        guard entry.values.count == count(of: vector) else {
          throw .wrongSize(
            name: entry.name, count: entry.values.count, expected: count(of: vector))
        }
        if let index = entry.values.firstIndex(where: { !$0.isFinite }) {
          throw .notFinite(name: entry.name, index: index)
        }
      }
      if (state["qpos"] ?? state["qvel"]) != nil, state["qacc_warmstart"] == nil {
        for index in 0..<count(of: .warmStart) { set(.warmStart, index, to: 0) }
      }
      write(state)
      // The forward pass leaves its own warm start and normalizes quaternions, which rounds; an
      // exact restore keeps the given numbers.
      let succeeded = forward()
      write(state)
      guard succeeded else { throw .badState(reason: Self.lastErrorMessage) }
      guard !hasDiverged else { throw .badState(reason: "the state is singular or too large") }
    }

    private func write(_ state: LaneState) {
      for (name, vector) in Self.stateVectors {
        for (index, value) in (state[name] ?? []).enumerated() { set(vector, index, to: value) }
      }
    }
  }
#endif
