#if MuJoCo
  import MetaLearning

  extension MuJoCoLanes {
    /// The names of the state's vectors that are not MuJoCo's own, with their sizes: observed
    /// numbers that the other vectors do not determine, kept readings, past commands, and the
    /// address of the noise to come.
    private var ownVectors: [(name: String, size: Int)] {
      [
        ("sensed", sensedCount), ("readings", memory.readingCount),
        ("commands", memory.commandCount), ("noise", memory.isNoisy ? 2 : 0),
      ].filter { $0.1 > 0 }
    }

    private func own(_ name: String, _ lane: Int) -> [Double] {
      switch name {
      case "sensed": Array(sensed[lane * sensedCount..<(lane + 1) * sensedCount])
      case "readings":
        Array(memory.readings[lane * memory.readingCount..<(lane + 1) * memory.readingCount])
      case "commands":
        Array(memory.commands[lane * memory.commandCount..<(lane + 1) * memory.commandCount])
      default: [Double(memory.numbers[lane]), Double(memory.steps[lane])]
      }
    }

    func state(ofLane lane: Int) -> LaneState {
      var state = simulations[lane].state
      for (name, _) in ownVectors {
        state.entries.append(LaneState.Entry(name: name, values: own(name, lane)))
      }
      return state
    }

    /// Overwrites the named vectors.
    ///
    /// Without `readings` the sensors remember nothing but the state itself, and without
    /// `commands`, where `qpos` or `qvel` is given, past commands are 0: as after a reset.
    func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
      let vectors = ownVectors
      for (name, size) in vectors {
        guard let values = state[name] else { continue }
        guard values.count == size else {
          throw MuJoCoError.wrongSize(name: name, count: values.count, expected: size)
        }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
          throw MuJoCoError.notFinite(name: name, index: index)
        }
      }
      if memory.isNoisy, let values = state["noise"] {
        for (value, limit) in zip(values, [0x1p53, 0x1p32])
        where value < 0 || value >= limit || value != value.rounded(.towardZero) {
          throw EnvironmentError.state(
            reason: "'noise' has \(value); whole numbers from 0 to below \(limit) are expected")
        }
      }
      let simulation = simulations[lane]
      try simulation.setState(
        LaneState(state.entries.filter { entry in !vectors.contains { $0.name == entry.name } }))
      if memory.isNoisy, let values = state["noise"] {
        memory.numbers[lane] = UInt64(values[0])
        memory.steps[lane] = Int(values[1])
      }
      if let values = state["commands"], memory.commandCount > 0 {
        memory.commands.replaceSubrange(
          lane * memory.commandCount..<(lane + 1) * memory.commandCount, with: values)
      } else if (state["qpos"] ?? state["qvel"]) != nil {
        memory.forgetCommands(lane)
      }
      sense(simulation)
      var stream = memory.stream(lane)
      observe(lane, into: &batch, fills: true, using: &stream)
      if let values = state["readings"], memory.readingCount > 0 {
        memory.readings.replaceSubrange(
          lane * memory.readingCount..<(lane + 1) * memory.readingCount, with: values)
      }
      if let values = state["sensed"], sensedCount > 0 {
        sensed.replaceSubrange(lane * sensedCount..<(lane + 1) * sensedCount, with: values)
      }
      showKept(lane, in: &batch)
    }

    /// Writes the parts of the observation that are kept, over what was read afresh.
    private func showKept(_ lane: Int, in batch: inout LaneBatch) {
      var (output, kept) = (lane * observationSize, lane * sensedCount)
      for (part, slot) in zip(parts, memory.slots) {
        if let slot {
          show(part, slot, lane, at: output, in: &batch)
        } else if !part.slice.isState {
          for index in 0..<part.size { batch.observations[output + index] = sensed[kept + index] }
          kept += part.size
        }
        output += part.size
      }
    }
  }
#endif
