import DenseMath
import MetaLearning

/// One control step of one lane as recorded; step 0 is the reset.
struct ContractStep: Equatable {
  var observation: [Double]
  var reward: Double
  var terms: [Double]
  var terminated: Bool
  var diverged: Bool

  /// Equality of bits, so that NaN equals itself and 0 differs from −0.
  static func == (first: ContractStep, second: ContractStep) -> Bool {
    first.terminated == second.terminated && first.diverged == second.diverged
      && (first.observation + first.terms + [first.reward]).map(\.bitPattern)
        == (second.observation + second.terms + [second.reward]).map(\.bitPattern)
  }
}

/// A task of the contract with its place, for failure texts.
struct ContractTask {
  let place: String
  let parameters: TaskParameters
}

extension EnvironmentContract {
  /// Three tasks of every split.
  func tasks() -> [ContractTask] {
    splits.flatMap { split in
      (0..<tasksPerSplit).map { index in
        ContractTask(
          place: "\(split.rawValue) task \(index)",
          parameters: family.task(split: split, index: index, seed: seed))
      }
    }
  }

  /// The first task of every split.
  func firstTasks() -> [ContractTask] {
    splits.map { split in
      ContractTask(
        place: "\(split.rawValue) task 0",
        parameters: family.task(split: split, index: 0, seed: seed))
    }
  }

  /// Lanes with their batch; the sizes must be those that the family says.
  func makeRun(_ task: ContractTask, laneCount: Int) throws -> ContractRun {
    let lanes = try family.makeLanes(task: task.parameters, laneCount: laneCount)
    guard lanes.laneCount == laneCount else {
      throw ContractFailure(
        "\(task.place): \(laneCount) lanes were asked for, \(lanes.laneCount) were made")
    }
    return ContractRun(
      lanes: lanes, batch: LaneBatch(family: family, laneCount: laneCount),
      actionSpace: family.actionSpace, seed: seed)
  }

  /// Reset and `steps` steps of the given episodes, one a lane, in new lanes.
  func rollOut(_ task: ContractTask, episodes: [Int]) throws -> [[ContractStep]] {
    var run = try makeRun(task, laneCount: episodes.count)
    return run.rollOut(episodes: episodes, steps: steps)
  }

  /// Fails at the first difference of two recordings.
  func expectEqual(
    _ first: [[ContractStep]], _ second: [[ContractStep]], _ place: String, _ what: String
  ) throws {
    for (lane, (one, other)) in zip(first, second).enumerated() {
      guard one.count == other.count else {
        throw ContractFailure(
          "\(place), lane \(lane): \(what) changes the episode's length"
            + " from \(one.count - 1) to \(other.count - 1)")
      }
      for (step, pair) in zip(one, other).enumerated() where pair.0 != pair.1 {
        throw ContractFailure(
          "\(place), lane \(lane), step \(step): \(what) changes the numbers"
            + " (observation \(pair.0.observation) and \(pair.1.observation),"
            + " reward \(pair.0.reward) and \(pair.1.reward))")
      }
    }
  }
}

/// Lanes being driven by addressed random actions.
struct ContractRun {
  let lanes: any EnvironmentLanes
  var batch: LaneBatch
  let actionSpace: ActionSpace
  let seed: UInt64

  /// Starts the given episodes, one a lane, and steps until each ended or `steps` are done.
  mutating func rollOut(episodes: [Int], steps: Int) -> [[ContractStep]] {
    reset(episodes: episodes)
    var records = batch.active.indices.map { [start($0)] }
    drive(episodes: episodes, steps: 0..<steps, into: &records)
    return records
  }

  /// Resets every lane to the start of its episode.
  mutating func reset(episodes: [Int]) {
    var streams = episodes.map { episode in
      RandomStream(key: RandomKey(seed: seed, purpose: .reset), episode: episode)
    }
    for lane in batch.active.indices { batch.active[lane] = true }
    lanes.reset(&batch, streams: &streams)
  }

  /// Steps the active lanes, appends their records, and rests lanes that ended.
  mutating func drive(
    episodes: [Int], steps: Range<Int>, into records: inout [[ContractStep]]
  ) {
    for step in steps where batch.active.contains(true) {
      for (lane, episode) in episodes.enumerated() where batch.active[lane] {
        writeAction(lane: lane, episode: episode, step: step)
      }
      lanes.step(&batch)
      for lane in episodes.indices where batch.active[lane] {
        records[lane].append(record(lane))
        if batch.terminated[lane] || batch.diverged[lane] { batch.active[lane] = false }
      }
    }
  }

  /// An action that depends on episode and step alone; every seventh is ±10⁶.
  mutating func writeAction(lane: Int, episode: Int, step: Int) {
    let key = RandomKey(seed: seed, purpose: .check)
    var random = RandomStream(key: key, episode: episode, step: step)
    switch actionSpace {
    case .discrete(let count):
      batch.actions[lane] = Double(Int(random.uniform() * Double(count)))
    case .continuous(let size):
      for index in 0..<size {
        let noise = random.normal()
        batch.actions[lane * size + index] = step % 7 == 6 ? (noise < 0 ? -1e6 : 1e6) : noise
      }
    }
  }

  /// What the batch holds of a lane after a reset, which writes no reward.
  func start(_ lane: Int) -> ContractStep {
    var start = record(lane)
    start.reward = 0
    start.terms = start.terms.map { _ in 0 }
    return start
  }

  /// What the batch holds of a lane.
  func record(_ lane: Int) -> ContractStep {
    let (size, count) = (batch.observationSize, batch.rewardTermCount)
    return ContractStep(
      observation: Array(batch.observations[lane * size..<(lane + 1) * size]),
      reward: batch.rewards[lane],
      terms: Array(batch.rewardTerms[lane * count..<(lane + 1) * count]),
      terminated: batch.terminated[lane], diverged: batch.diverged[lane])
  }
}
