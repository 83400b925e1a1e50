#if MuJoCo
  import MetaLearning

  extension MuJoCoLanes {
    /// The name of the observed numbers that the other vectors do not determine.
    private static let sensedName = "sensed"

    func state(ofLane lane: Int) -> LaneState {
      var state = simulations[lane].state
      if sensedCount > 0 {
        let values = Array(sensed[lane * sensedCount..<(lane + 1) * sensedCount])
        state.entries.append(LaneState.Entry(name: Self.sensedName, values: values))
      }
      return state
    }

    func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
      let given = state[Self.sensedName]
      if let given, sensedCount > 0 {
        guard given.count == sensedCount else {
          throw MuJoCoError.wrongSize(
            name: Self.sensedName, count: given.count, expected: sensedCount)
        }
        if let index = given.firstIndex(where: { !$0.isFinite }) {
          throw MuJoCoError.notFinite(name: Self.sensedName, index: index)
        }
      }
      let simulation = simulations[lane]
      let physics = LaneState(
        state.entries.filter { sensedCount == 0 || $0.name != Self.sensedName })
      try simulation.setState(physics)
      sense(simulation)
      observe(lane, into: &batch)
      guard let given else { return }
      var (output, kept) = (lane * observationSize, 0)
      for part in slices {
        let count = part.slice.count
        if !part.slice.isState {
          for index in 0..<count {
            batch.observations[output + index] = given[kept + index]
            sensed[lane * sensedCount + kept + index] = given[kept + index]
          }
          kept += count
        }
        output += count
      }
    }
  }
#endif
