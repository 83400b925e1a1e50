import DenseMath
import Foundation
import MetaLearning
import TestSupport
import Testing

@Suite struct TrialFamilyTests {
  /// Observations, rewards and ends of a trial's lane, step by step; observation 0 is the reset's.
  private struct Record {
    var observations: [[Double]] = []
    var rewards: [Double] = []
    var end: (step: Int, diverged: Bool)?
  }

  /// Plays lanes with action 10 + t until each has ended or the horizon is reached.
  private func play(
    _ family: TrialFamily, task: TaskParameters, lanes count: Int, only: Int? = nil
  ) throws -> [Record] {
    let lanes = try family.makeLanes(task: task, laneCount: count)
    var batch = LaneBatch(family: family, laneCount: count)
    var streams = (0..<count).map {
      RandomStream(key: RandomKey(seed: 3, purpose: .reset), episode: $0)
    }
    if let only { for lane in 0..<count { batch.active[lane] = lane == only } }
    lanes.reset(&batch, streams: &streams)
    var records = Array(repeating: Record(), count: count)
    func note(_ lane: Int) {
      let size = family.observationSize
      records[lane].observations.append(
        Array(batch.observations[(lane * size)..<((lane + 1) * size)]))
    }
    for lane in 0..<count { note(lane) }
    for step in 0..<family.horizon {
      for lane in 0..<count { batch.actions[lane] = 10 + Double(step) }
      lanes.step(&batch)
      for lane in 0..<count where batch.active[lane] {
        note(lane)
        records[lane].rewards.append(batch.rewards[lane])
        guard batch.terminated[lane] else { continue }
        records[lane].end = (step, batch.diverged[lane])
        batch.active[lane] = false
      }
    }
    return records
  }

  @Test func `every episode's last reward and end are seen at the next one's start`() throws {
    let family = TrialFamily(LedgerFamily(horizon: 3), episodeCount: 2)
    #expect(family.observationSize == 5 && family.horizon == 6)
    let records = try play(family, task: LedgerFamily.task(ends: [2, 2, 0]), lanes: 3)
    #expect(
      records[0].observations == [
        [0, 0, 0, 0, 0], [0, 1, 10, 0, 0], [0, 0, 11, 1, 1], [0, 1, 12, 0, 0], [0, 2, 13, 1, 1],
      ])
    #expect(records[0].rewards == [0, 1, 0, 1])
    #expect(records[0].end?.step == 3 && records[0].end?.diverged == false)
    // A simulation that diverged ends the trial.
    #expect(records[1].end?.step == 1 && records[1].end?.diverged == true)
    // The horizon ends episodes, too.
    #expect(records[2].observations[3] == [2, 0, 12, 202, 1])
    #expect(records[2].observations[4] == [2, 1, 13, 200, 0])
    #expect(records[2].end?.step == 5)
  }

  @Test func `a discrete action is shown as one entry of as many as there are`() throws {
    let family = TrialFamily(TargetFamily(isDiscrete: true, horizon: 2), episodeCount: 2)
    #expect(family.observationSize == 2 + 4 + 2)
    let task = family.task(split: .train, index: 0, seed: 1)
    let lanes = try family.makeLanes(task: task, laneCount: 1)
    var batch = LaneBatch(family: family, laneCount: 1)
    var streams = [RandomStream(key: RandomKey(seed: 3, purpose: .reset))]
    lanes.reset(&batch, streams: &streams)
    for (action, shown) in [(2.0, [0.0, 0, 1, 0]), (0, [1, 0, 0, 0])] {
      batch.actions = [action]
      lanes.step(&batch)
      #expect(Array(batch.observations[2..<6]) == shown)
      #expect(batch.observations[6] == batch.rewards[0])
    }
    #expect(batch.observations[7] == 1)
  }

  @Test func `episodes of a trial differ in luck, and lanes do not depend on each other`() throws {
    let family = TrialFamily(LuckFamily(), episodeCount: 3)
    let task = family.task(split: .train, index: 0, seed: 1)
    let records = try play(family, task: task, lanes: 2)
    #expect(Set(records.flatMap(\.rewards)).count == 12)
    let alone = try play(family, task: task, lanes: 2, only: 1)
    #expect(alone[1].rewards == records[1].rewards)
    #expect(try play(family, task: task, lanes: 2)[0].rewards == records[0].rewards)
  }

  @Test func `advantages run over the trial as in the golden file`() throws {
    let golden = try Golden()
    for (trial, length) in golden.lengths.enumerated() {
      func column(_ table: [[Double]]) -> [Double] { (0..<length).map { table[$0][trial] } }
      let advantages = generalizedAdvantages(
        rewards: column(golden.rewards), values: column(golden.values), lengths: [length],
        discount: golden.gamma, gaeLambda: golden.lambda)
      let returns = returnsToGo(
        rewards: column(golden.rewards), lengths: [length], discount: golden.gamma)
      for (found, table) in [(advantages, golden.advantages), (returns, golden.returns)] {
        let closeness = Closeness(found, column(table), absolute: 1e-12)
        #expect(closeness.isWithin, "trial \(trial): \(closeness)")
      }
    }
  }

  /// What is read of gae_trial.json, [time][trial].
  private struct Golden: Decodable {
    let gamma, lambda: Double
    let lengths: [Int]
    let rewards, values, advantages, returns: [[Double]]

    init() throws {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/gae_trial.json")
      self = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
  }
}

/// Episodes of two steps whose rewards are random inside the step, from a copy of the stream of
/// the reset, which itself draws nothing.
private struct LuckFamily: TaskFamily {
  let name = "luck"
  let preset: String? = nil
  let observationSize = 1
  let actionSpace = ActionSpace.continuous(size: 1)
  let horizon = 2
  let rewardTermNames = ["luck"]

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters { TaskParameters([]) }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    LuckLanes(laneCount: laneCount)
  }
}

private final class LuckLanes: EnvironmentLanes {
  let laneCount: Int
  private var streams: [RandomStream] = []

  init(laneCount: Int) { self.laneCount = laneCount }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    if self.streams.isEmpty { self.streams = streams }
    for lane in 0..<laneCount where batch.active[lane] {
      self.streams[lane] = streams[lane]
      (batch.terminated[lane], batch.diverged[lane]) = (false, false)
    }
  }

  func step(_ batch: inout LaneBatch) {
    for lane in 0..<laneCount where batch.active[lane] {
      batch.rewards[lane] = streams[lane].uniform()
      batch.rewardTerms[lane] = batch.rewards[lane]
    }
  }

  func state(ofLane lane: Int) -> LaneState { LaneState([]) }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {}
}
