import DenseMath
import Testing

@testable import MetaLearning

/// Breaking down never pays, and what it costs is the broken episode's own.
@Suite struct DivergenceCostTests {
  private let horizon = 10

  /// Episodes of given rewards, one list each; of the broken ones the last step is the broken one.
  private func batch(_ episodes: [[Double]], broken: Set<Int>) -> TrajectoryBatch {
    let rewards = episodes.flatMap(\.self)
    return TrajectoryBatch(
      lengths: episodes.map(\.count),
      observations: rewards.indices.map { Double($0 % 4) / 3 },
      actions: rewards.indices.map { Double($0 % 3) - 1 }, rewards: rewards,
      terminated: episodes.indices.map { broken.contains($0) },
      diverged: episodes.indices.map { broken.contains($0) })
  }

  private func charged(_ episodes: [[Double]], broken: Set<Int>) -> [Double] {
    var cost = DivergenceCost(horizon: horizon)
    return cost.charged(batch(episodes, broken: broken)).undiscountedReturns
  }

  /// Sound rewards of every sign, and what a broken episode earned before it broke.
  static let sound: [[[Double]]] = [
    [Array(repeating: -1, count: 10), Array(repeating: -0.2, count: 10)],
    [Array(repeating: 2, count: 10), [0.5, 0.5]],
    [[-3, 4, -3, 4], Array(repeating: -1, count: 10)],
    [[5], [-5]],
    [Array(repeating: 0, count: 10), Array(repeating: 0, count: 3)],
    [Array(repeating: -1, count: 10), Array(repeating: -1, count: 10)],
  ]

  @Test(arguments: sound, [[0], [1e6, 1e6, 0], [-1e6, 0], [0.5, 0.5, 0.5, 0]])
  func `a broken episode returns less than every sound one`(
    sound: [[Double]], earned: [Double]
  ) {
    let returns = charged(sound + [earned], broken: [2])
    #expect(returns[0] == sound[0].reduce(0, +) && returns[1] == sound[1].reduce(0, +))
    #expect(returns[2] < returns[0] && returns[2] < returns[1])
    #expect(returns[2] <= earned.reduce(0, +))
    // Not by more than the sound steps of a whole episode and one more could have lost.
    let largest = max(1, sound.flatMap(\.self).map(abs).max() ?? 0)
    #expect(returns[2] >= min(0, earned.reduce(0, +)) - 11 * largest)
  }

  @Test func `where all diverged in the first step, a unit a step is the cost`() {
    #expect(charged([[0], [0]], broken: [0, 1]) == [-11, -11])
  }

  @Test func `where all diverged, their own rewards before it say what a step costs`() {
    #expect(charged([[-2, -3, 0], [-1, 0]], broken: [0, 1]) == [-33, -33])
  }

  @Test func `what sound episodes earned before adaptation counts after it`() {
    var cost = DivergenceCost(horizon: horizon)
    let before = cost.charged(batch([[-4, -1], [-2, -2]], broken: []))
    let after = cost.charged(batch([[0], [0]], broken: [0, 1]))
    #expect(before.undiscountedReturns == [-5, -4])
    #expect(after.undiscountedReturns == [-44, -44])
    #expect(after.meanReturn < before.meanReturn)
  }

  @Test func `a batch in which nothing diverges is left as it was, to the bit`() {
    var cost = DivergenceCost(horizon: horizon)
    let plain = batch([[-0.1, 0.3], [0.7, -0.2, 0.1]], broken: [])
    let same = cost.charged(plain)
    #expect(same.divergenceCosts.isEmpty)
    #expect(
      same.chargedRewards.map(\.bitPattern) == plain.rewards.map(\.bitPattern))
    #expect(same.undiscountedReturns == plain.undiscountedReturns)
  }

  @Test func `the cost stands in the broken step alone`() {
    var cost = DivergenceCost(horizon: horizon)
    let batch = cost.charged(batch([[-1, -2], [-0.5, -0.5, 0]], broken: [1]))
    #expect(batch.chargedRewards == [-1, -2, -0.5, -0.5, -21])
    #expect(batch.rewards == [-1, -2, -0.5, -0.5, 0])
    #expect(batch.divergenceCosts == [0, -21])
  }

  @Test func `the baseline is the one of the sound episodes alone`() throws {
    let sound = [[-1.0, -2, -1, -0.5], [-0.4, -0.9, -1.1, -0.2], [-0.6, -0.1, -0.8, -1.2]]
    var configuration = AdvantageConfiguration()
    configuration.gaeLambda = 1
    configuration.discount = 1
    let alone = try AdvantageEstimate(
      batch: batch(sound, broken: []), observationSize: 1, configuration: configuration)
    var cost = DivergenceCost(horizon: horizon)
    let mixed = try AdvantageEstimate(
      batch: cost.charged(batch(sound + [[-0.3, 0]], broken: [3])), observationSize: 1,
      configuration: configuration)
    #expect(mixed.explainedVariance.bitPattern == alone.explainedVariance.bitPattern)
    // Advantages of sound steps differ by shift and scale alone, those of the normalization.
    let (a, b) = (alone.advantages, Array(mixed.advantages.prefix(12)))
    let scale = (b[1] - b[0]) / (a[1] - a[0])
    for i in a.indices { #expect(abs(b[i] - b[0] - scale * (a[i] - a[0])) < 1e-9) }
    #expect(try #require(b.min()) > (try #require(mixed.advantages.suffix(2).max())))
  }

  @Test(arguments: [-1.0, 1])
  func `a training in which tasks diverge is told so and does not gain`(
    reward: Double
  ) async throws {
    var configuration = LearnerConfiguration()
    configuration.policy.hidden = [4]
    configuration.sampling.metaBatchSize = 3
    configuration.sampling.rolloutsPerTask = 5
    let learner = MetaLearner<Float>(
      configuration: configuration,
      family: BreakingFamily(reward: reward, breaksInBatch: { $0 == 1 }), seed: 1,
      workers: Workers(count: 2))
    let report = try await learner.iterate()
    #expect(report.episodes == 30 && report.divergedEpisodes == 15)
    #expect(report.returnsBefore.allSatisfy { $0 == 6 * reward })
    #expect(report.returnsAfter.allSatisfy { $0 < min(0, 6 * reward) })
  }
}

/// Every step pays the same; the episodes of some batches diverge at their second step.
private struct BreakingFamily: TaskFamily {
  let name = "breaking"
  let preset: String? = nil
  let observationSize = 1
  let actionSpace = ActionSpace.continuous(size: 1)
  let horizon = 6
  let rewardTermNames = ["pay"]
  let reward: Double
  let breaksInBatch: @Sendable (Int) -> Bool

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    TaskParameters([TaskParameters.Entry(name: "index", values: [Double(index)])])
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    BreakingLanes(family: self, laneCount: laneCount)
  }
}

private final class BreakingLanes: EnvironmentLanes {
  let laneCount: Int
  private let family: BreakingFamily
  private var resets = -1
  private var step = 0

  init(family: BreakingFamily, laneCount: Int) {
    (self.family, self.laneCount) = (family, laneCount)
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    resets += 1
    step = 0
    for lane in 0..<laneCount {
      batch.observations[lane] = streams[lane].uniform()
      batch.active[lane] = true
      (batch.terminated[lane], batch.diverged[lane]) = (false, false)
    }
  }

  func step(_ batch: inout LaneBatch) {
    step += 1
    let breaks = family.breaksInBatch(resets) && step == 2
    for lane in 0..<laneCount where batch.active[lane] {
      batch.observations[lane] = Double(lane) / 10 + Double(step)
      batch.rewards[lane] = breaks ? 0 : family.reward
      batch.rewardTerms[lane] = batch.rewards[lane]
      (batch.terminated[lane], batch.diverged[lane]) = (breaks, breaks)
    }
  }

  func state(ofLane lane: Int) -> LaneState { LaneState([]) }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {}
}
