import DenseMath
import MetaLearning
import Testing

@Suite struct OracleTaskFamilyTests {
  private let base = SlopeFamily()
  private var oracle: OracleTaskFamily { OracleTaskFamily(base) }

  /// Observations, rewards and ends of a few steps of three lanes, one of them inactive.
  private func play(_ family: any TaskFamily) throws -> (shown: [[Double]], paid: [Double]) {
    let task = family.task(split: .heldOut, index: 3, seed: 5)
    let lanes = try family.makeLanes(task: task, laneCount: 3)
    var batch = LaneBatch(family: family, laneCount: 3)
    var streams = (0..<3).map {
      RandomStream(key: RandomKey(seed: 5, purpose: .reset), task: 0, episode: $0)
    }
    lanes.reset(&batch, streams: &streams)
    var (shown, paid) = ([batch.observations], batch.rewards)
    batch.active[1] = false
    for step in 0..<3 {
      batch.actions = [0.5, 9, Double(step) - 1]
      lanes.step(&batch)
      shown.append(batch.observations)
      paid += batch.rewards + batch.rewardTerms
    }
    return (shown, paid)
  }

  @Test func `the task stands behind every observation, and nothing else changes`() throws {
    let (plain, told) = (try play(base), try play(oracle))
    let task = base.task(split: .heldOut, index: 3, seed: 5).vector
    #expect(oracle.observationSize == 3)
    #expect(plain.paid == told.paid)
    for (before, after) in zip(plain.shown, told.shown) {
      #expect(after == before.flatMap { [$0] + task })
    }
  }

  @Test func `tasks and states are those of the family within`() throws {
    for split in [TaskSplit.train, .heldOut] {
      let tasks = (
        base.task(split: split, index: 7, seed: 2), oracle.task(split: split, index: 7, seed: 2)
      )
      #expect(tasks.0 == tasks.1)
    }
    let task = base.task(split: .train, index: 0, seed: 1)
    let lanes = try oracle.makeLanes(task: task, laneCount: 2)
    var batch = LaneBatch(family: oracle, laneCount: 2)
    var streams = [RandomStream(key: RandomKey(seed: 1, purpose: .reset), task: 0)]
    streams.append(streams[0])
    lanes.reset(&batch, streams: &streams)
    try lanes.setState(
      LaneState([.init(name: "position", values: [4])]), ofLane: 1, batch: &batch)
    #expect(lanes.state(ofLane: 1)["position"] == [4])
    #expect(Array(batch.observations[3...]) == [4] + task.vector)
  }

  @Test func `baselines sample as many episodes an iteration as the adaptation would`() {
    var configuration = LearnerConfiguration()
    configuration.adaptation.steps = 2
    configuration.sampling.rolloutsPerTask = 7
    #expect(configuration.inTraining == configuration)
    for algorithm in [Algorithm.multiTask, .oracle] {
      configuration.algorithm = algorithm
      let training = configuration.inTraining
      #expect(training.adaptation.steps == 0)
      #expect(training.sampling.rolloutsPerTask == 21)
      #expect(training.inTraining == training)
    }
  }
}
