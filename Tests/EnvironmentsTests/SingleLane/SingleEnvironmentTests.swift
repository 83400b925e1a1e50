import DenseMath
import Environments
import Foundation
import MetaLearning
import StrictYAML
import Testing

@Suite struct SingleEnvironmentTests {
  @Test func `a single environment in its wrapper keeps the contract`() throws {
    for outcome in EnvironmentContract(PendulumFamily(), splits: [.train, .shifted]).run() {
      #expect(outcome.passed, "\(outcome.name): \(outcome.failure ?? "")")
    }
  }

  @Test func `the wrapper steps every lane as the environment by itself`() throws {
    let family = PendulumFamily()
    let lanes = try family.makeLanes(task: PendulumFamily.task(length: 0.7), laneCount: 2)
    var batch = LaneBatch(family: family, laneCount: 2)
    let key = RandomKey(seed: 4, purpose: .reset)
    var streams = (0..<2).map { RandomStream(key: key, episode: $0) }
    var single = Pendulum(length: 0.7, torqueLimit: 2, timestep: 0.05, actionScale: 1)
    var stream = RandomStream(key: key, episode: 1)
    single.reset(using: &stream)
    lanes.reset(&batch, streams: &streams)
    for step in 0..<20 {
      batch.actions = [0.3, 5 * sin(Double(step))]
      let (terms, _) = single.step(action: [batch.actions[1]])
      lanes.step(&batch)
      #expect(Array(batch.observations[3...]) == single.observation)
      #expect(Array(batch.rewardTerms[2...]) == terms)
      #expect(batch.rewards[1] == terms[0] + terms[1])
    }
  }

  @Test func `an outcome that is not finite moves nothing`() throws {
    let family = PendulumFamily()
    let lanes = try family.makeLanes(task: PendulumFamily.task(length: 0.7), laneCount: 1)
    var batch = LaneBatch(family: family, laneCount: 1)
    let huge = LaneState([.init(name: "velocity", values: [1.7e308])])
    try lanes.setState(huge, ofLane: 0, batch: &batch)
    let before = lanes.state(ofLane: 0)
    batch.actions = [.nan]
    lanes.step(&batch)
    #expect(batch.diverged == [true] && batch.terminated == [true] && batch.rewards == [0])
    #expect(lanes.state(ofLane: 0) == before)
  }
}

/// Pendulums whose length is the task.
private struct PendulumFamily: TaskFamily {
  let name = "pendulum"
  let preset: String? = nil
  let observationSize = 3
  let actionSpace = ActionSpace.continuous(size: 1)
  let horizon = 50
  let rewardTermNames = ["upright", "control"]

  static func task(length: Double) -> TaskParameters {
    TaskParameters([.init(name: "length", values: [length])])
  }

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    let purpose: RandomPurpose = split == .shifted ? .shiftedTasks : .trainTasks
    var stream = RandomStream(key: RandomKey(seed: seed, purpose: purpose), task: index)
    return Self.task(length: stream.uniform(in: 0.5...1))
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    guard task.entries.count == 1, let length = task["length"], length.count == 1,
      length[0].isFinite, length[0] > 0
    else { throw EnvironmentError.task(family: name, reason: "one length above 0 expected") }
    return SingleEnvironmentLanes(
      Pendulum(length: length[0], torqueLimit: 2, timestep: 0.05, actionScale: 1),
      laneCount: laneCount)
  }
}
