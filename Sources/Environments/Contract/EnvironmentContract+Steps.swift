import DenseMath
import MetaLearning

extension EnvironmentContract {
  private var episodes: [Int] { Array(0..<laneCount) }

  func sameSeedSameBits() throws {
    for task in tasks() {
      try expectEqual(
        rollOut(task, episodes: episodes), rollOut(task, episodes: episodes), task.place,
        "doing it again")
    }
  }

  func resetForgets() throws {
    for task in firstTasks() {
      let fresh = try rollOut(task, episodes: episodes)
      var used = try makeRun(task, laneCount: laneCount)
      _ = used.rollOut(episodes: episodes.map { $0 + 100 }, steps: steps)
      let again = used.rollOut(episodes: episodes, steps: steps)
      try expectEqual(fresh, again, task.place, "an earlier episode in the same lane")
    }
  }

  func lanesAreIndependent() throws {
    for task in firstTasks() {
      let together = try rollOut(task, episodes: episodes)
      for episode in episodes {
        let alone = try rollOut(task, episodes: [episode])
        try expectEqual(
          alone, [together[episode]], "\(task.place), episode \(episode)", "company of other lanes")
      }
    }
  }

  func inactiveLanesRest() throws {
    for task in firstTasks() {
      let whole = try rollOut(task, episodes: episodes)
      var run = try makeRun(task, laneCount: laneCount)
      run.reset(episodes: episodes)
      var records = episodes.map { [run.start($0)] }
      // Lanes 1 and 3 rest for the others' whole episode, then run theirs.
      for lane in [1, 3] { run.batch.active[lane] = false }
      let resting = [1, 3].map { lane in mark(&run, lane) }
      run.drive(episodes: episodes, steps: 0..<steps, into: &records)
      for (lane, (record, state)) in zip([1, 3], resting) {
        guard run.record(lane) == record else {
          throw ContractFailure("\(task.place): a step wrote to the inactive lane \(lane)")
        }
        guard run.lanes.state(ofLane: lane) == state else {
          throw ContractFailure("\(task.place): a step moved the inactive lane \(lane)")
        }
      }
      for lane in episodes { run.batch.active[lane] = lane == 1 || lane == 3 }
      run.drive(episodes: episodes, steps: 0..<steps, into: &records)
      try expectEqual(whole, records, task.place, "resting")
      try resetLeavesInactiveLanes(&run, task.place)
    }
  }

  private func resetLeavesInactiveLanes(_ run: inout ContractRun, _ place: String) throws {
    let (record, state) = mark(&run, 2)
    for lane in episodes { run.batch.active[lane] = lane != 2 }
    var streams = episodes.map { episode in
      RandomStream(key: RandomKey(seed: seed, purpose: .reset), episode: episode)
    }
    run.lanes.reset(&run.batch, streams: &streams)
    guard run.record(2) == record, run.lanes.state(ofLane: 2) == state else {
      throw ContractFailure("\(place): a reset touched the inactive lane 2")
    }
  }

  /// Puts numbers into a lane's entries that no step would write, and gives what is there.
  private func mark(_ run: inout ContractRun, _ lane: Int) -> (ContractStep, LaneState) {
    let batch = run.batch
    for index in 0..<batch.observationSize {
      run.batch.observations[lane * batch.observationSize + index] = 12345.5
    }
    for index in 0..<batch.rewardTermCount {
      run.batch.rewardTerms[lane * batch.rewardTermCount + index] = 12345.5
    }
    run.batch.rewards[lane] = 12345.5
    run.batch.terminated[lane] = true
    run.batch.diverged[lane] = true
    return (run.record(lane), run.lanes.state(ofLane: lane))
  }

  func valuesAreFinite() throws {
    try forEachStep { place, record in
      let values = record.observation + record.terms + [record.reward]
      guard values.allSatisfy(\.isFinite) else {
        throw ContractFailure(
          "\(place): observation \(record.observation), reward \(record.reward),"
            + " terms \(record.terms)")
      }
    }
  }

  func rewardIsSumOfTerms() throws {
    try forEachStep { place, record in
      let sum = record.terms.dropFirst().reduce(record.terms.first ?? 0, +)
      guard record.reward == sum else {
        throw ContractFailure(
          "\(place): the reward is \(record.reward), its terms \(record.terms) sum to \(sum)")
      }
    }
  }

  func flagsAreConsistent() throws {
    try forEachStep { place, record in
      guard record.terminated || !record.diverged else {
        throw ContractFailure("\(place): diverged, but not terminated")
      }
    }
    for task in firstTasks() {
      var run = try makeRun(task, laneCount: laneCount)
      for lane in episodes {
        run.batch.terminated[lane] = true
        run.batch.diverged[lane] = true
      }
      run.reset(episodes: episodes)
      for lane in episodes where run.batch.terminated[lane] || run.batch.diverged[lane] {
        throw ContractFailure("\(task.place), lane \(lane): a reset leaves the flags raised")
      }
    }
  }

  /// Runs whole episodes, since what builds up breaks late.
  ///
  /// Every action of the contract is finite, so that what diverges is the simulation's fault.
  func episodesDoNotDiverge() throws {
    var (broken, count): (Int, Int) = (0, 0)
    var first: String?
    for task in tasks() {
      var run = try makeRun(task, laneCount: laneCount)
      let rollouts = run.rollOut(episodes: episodes, steps: min(family.horizon, 1000))
      for (lane, records) in rollouts.enumerated() {
        count += 1
        guard let step = records.firstIndex(where: \.diverged) else { continue }
        broken += 1
        first = first ?? "\(task.place), lane \(lane), step \(step)"
      }
    }
    guard let first else { return }
    throw ContractFailure(
      "\(broken) of \(count) episodes diverged, the first at \(first): bound the actions, or "
        + "simulate with a shorter timestep or weaker motors")
  }

  /// Looks at every step, not at resets, of all tasks.
  private func forEachStep(_ check: (String, ContractStep) throws -> Void) throws {
    for task in tasks() {
      for (lane, records) in try rollOut(task, episodes: episodes).enumerated() {
        for (step, record) in records.enumerated().dropFirst() {
          try check("\(task.place), lane \(lane), step \(step)", record)
        }
      }
    }
  }
}
