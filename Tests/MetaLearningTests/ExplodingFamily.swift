import DenseMath
import MetaLearning

/// A point that moves by its actions, in a world where one task diverges.
struct ExplodingFamily: TaskFamily {
  /// What goes wrong in the broken task.
  enum Divergence: Sendable, CaseIterable {
    case nothing
    case rewardNotANumber
    case rewardInfinite
    case rewardHuge
    case observationNotANumber
  }

  let name = "exploding"
  let preset: String? = nil
  let observationSize = 1
  var actionSpace = ActionSpace.continuous(size: 1)
  let horizon = 4
  let rewardTermNames = ["position"]
  let divergence: Divergence
  /// Index of the broken task in the split `train`.
  let brokenTask: Int

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    TaskParameters([TaskParameters.Entry(name: "index", values: [Double(index)])])
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    let isBroken = task["index"] == [Double(brokenTask)]
    return ExplodingLanes(divergence: isBroken ? divergence : .nothing, laneCount: laneCount)
  }
}

private final class ExplodingLanes: EnvironmentLanes {
  let laneCount: Int
  private let divergence: ExplodingFamily.Divergence
  private var positions: [Double]

  init(divergence: ExplodingFamily.Divergence, laneCount: Int) {
    self.divergence = divergence
    self.laneCount = laneCount
    positions = Array(repeating: 0, count: laneCount)
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    for lane in 0..<laneCount where batch.active[lane] {
      positions[lane] = streams[lane].uniform(in: -0.1...0.1)
      batch.observations[lane] = positions[lane]
      batch.terminated[lane] = false
      batch.diverged[lane] = false
    }
  }

  func step(_ batch: inout LaneBatch) {
    for lane in 0..<laneCount where batch.active[lane] {
      positions[lane] += batch.actions[lane]
      batch.observations[lane] = divergence == .observationNotANumber ? .nan : positions[lane]
      switch divergence {
      case .rewardNotANumber: batch.rewards[lane] = .nan
      case .rewardInfinite: batch.rewards[lane] = -.infinity
      case .rewardHuge: batch.rewards[lane] = 1e13
      case .observationNotANumber: batch.rewards[lane] = -1
      case .nothing: batch.rewards[lane] = -abs(positions[lane])
      }
      batch.rewardTerms[lane] = batch.rewards[lane]
    }
  }

  func state(ofLane lane: Int) -> LaneState {
    LaneState([LaneState.Entry(name: "position", values: [positions[lane]])])
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {}
}
