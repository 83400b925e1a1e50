import DenseMath
import MetaLearning

/// A family as small as the protocol allows: a point on a line, pushed and sliding.
///
/// x ← x + clip(a, ±1) + slope; reward −|x − target| − a²; ends where x > 10. The start is
/// random in [0, 1) so that streams matter.
struct SlopeFamily: TaskFamily {
  var name = "slope"
  var preset: String? { nil }
  var observationSize: Int { 1 }
  var actionSpace: ActionSpace { .continuous(size: 1) }
  var horizon = 5
  var rewardTermNames: [String] { ["distance", "effort"] }
  /// Pays the same for everything, and ends with its first step.
  var isFlat = false
  /// Added to every observation, as a fault of a simulator would.
  var fault = 0.0

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    var stream = RandomStream(
      key: RandomKey(seed: seed, purpose: split == .train ? .trainTasks : .heldOutTasks),
      task: index)
    return TaskParameters([
      .init(name: "target", values: [stream.uniform()]), .init(name: "slope", values: [0.5]),
    ])
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    guard let target = task["target"]?.first, let slope = task["slope"]?.first else {
      throw SlopeError(description: "the task needs target and slope")
    }
    return SlopeLanes(
      target: target, slope: slope, laneCount: laneCount, fault: fault, isFlat: isFlat)
  }
}

/// What `SlopeFamily` throws.
struct SlopeError: Error, CustomStringConvertible {
  let description: String
}

/// The simulator of `SlopeFamily`.
final class SlopeLanes: EnvironmentLanes {
  let laneCount: Int
  private let target: Double
  private let slope: Double
  private let fault: Double
  private let isFlat: Bool
  private var x: [Double]

  init(target: Double, slope: Double, laneCount: Int, fault: Double, isFlat: Bool) {
    (self.target, self.slope, self.laneCount, self.fault) = (target, slope, laneCount, fault)
    self.isFlat = isFlat
    x = Array(repeating: 0, count: laneCount)
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    for lane in 0..<laneCount where batch.active[lane] {
      x[lane] = streams[lane].uniform()
      batch.observations[lane] = x[lane] + fault
      batch.terminated[lane] = false
    }
  }

  func step(_ batch: inout LaneBatch) {
    for lane in 0..<laneCount where batch.active[lane] {
      let action = batch.actions[lane]
      x[lane] += min(max(action, -1), 1) + slope
      batch.observations[lane] = x[lane] + fault
      batch.rewardTerms[2 * lane] = -abs(x[lane] - target)
      batch.rewardTerms[2 * lane + 1] = -action * action
      if isFlat { (batch.rewardTerms[2 * lane], batch.rewardTerms[2 * lane + 1]) = (-0.3, 0) }
      batch.rewards[lane] = batch.rewardTerms[2 * lane] + batch.rewardTerms[2 * lane + 1]
      batch.terminated[lane] = isFlat || x[lane] > 10
    }
  }

  func state(ofLane lane: Int) -> LaneState {
    LaneState([.init(name: "position", values: [x[lane]])])
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
    for entry in state.entries {
      guard entry.name == "position", entry.values.count == 1 else {
        throw SlopeError(description: "'\(entry.name)' is no state; known: position (1)")
      }
      x[lane] = entry.values[0]
    }
    batch.observations[lane] = x[lane] + fault
  }
}
