import MetaLearning

extension EnvironmentContract {
  func stateRestores() throws {
    let episodes = Array(0..<laneCount)
    let middle = steps / 2
    for task in firstTasks() {
      var original = try makeRun(task, laneCount: laneCount)
      var records = Array(repeating: [ContractStep](), count: laneCount)
      original.reset(episodes: episodes)
      original.drive(episodes: episodes, steps: 0..<middle, into: &records)
      let states = episodes.map(original.lanes.state)
      let batch = original.batch
      let observed = episodes.map { original.record($0).observation.map(\.bitPattern) }
      var expected = Array(repeating: [ContractStep](), count: laneCount)
      original.drive(episodes: episodes, steps: middle..<steps, into: &expected)

      // Into lanes that have lived through something else, and into the same lanes.
      var other = try makeRun(task, laneCount: laneCount)
      _ = other.rollOut(episodes: episodes.map { $0 + 50 }, steps: steps)
      for (name, run) in [("other lanes", other), ("the same lanes", original)] {
        var run = run
        run.batch = batch
        for lane in episodes where !batch.diverged[lane] {
          for index in 0..<batch.observationSize {
            run.batch.observations[lane * batch.observationSize + index] = 12345.5
          }
          try run.lanes.setState(states[lane], ofLane: lane, batch: &run.batch)
          let seen = run.record(lane).observation.map(\.bitPattern)
          guard seen == observed[lane] else {
            throw ContractFailure(
              "\(task.place), lane \(lane): the observation after restoring in \(name) differs")
          }
          guard run.lanes.state(ofLane: lane) == states[lane] else {
            throw ContractFailure(
              "\(task.place), lane \(lane): the state read after restoring in \(name) differs")
          }
        }
        var again = Array(repeating: [ContractStep](), count: laneCount)
        run.drive(episodes: episodes, steps: middle..<steps, into: &again)
        try expectEqual(expected, again, task.place, "restoring the state in \(name)")
      }
    }
  }

  func wrongStatesAreRefused() throws {
    guard let task = firstTasks().first else { return }
    var run = try makeRun(task, laneCount: 1)
    run.reset(episodes: [0])
    let good = run.lanes.state(ofLane: 0)
    func refuse(_ name: String, _ values: [Double], _ what: String) throws {
      do {
        let state = LaneState([LaneState.Entry(name: name, values: values)])
        try run.lanes.setState(state, ofLane: 0, batch: &run.batch)
      } catch {
        guard run.lanes.state(ofLane: 0) == good else {
          throw ContractFailure("a refused state (\(what)) has changed the lane")
        }
        return
      }
      throw ContractFailure("a state with \(what) is accepted")
    }
    try refuse("no-such-vector", [0], "an unknown vector")
    for entry in good.entries where !entry.values.isEmpty {
      try refuse(entry.name, entry.values + [0], "one number too many in '\(entry.name)'")
      try refuse(entry.name, [.nan] + entry.values.dropFirst(), "NaN in '\(entry.name)'")
    }
  }
}
