import DenseMath
import MetaLearning
import Synchronization

/// Move a point on the plane towards a goal: the smallest family that can be learned.
///
/// Observations are the position; the reward is minus the distance to the goal after the move.
/// Continuous actions are moves clipped to ±0.2; discrete ones are four moves of 0.2.
final class TargetFamily: TaskFamily {
  let name = "target"
  let preset: String? = nil
  let observationSize = 2
  let actionSpace: ActionSpace
  let horizon: Int
  let rewardTermNames = ["distance"]
  /// Every task that was asked for.
  let requests = Mutex<[Request]>([])
  /// Fails to make lanes of this task, when given.
  let brokenGoal: Double?

  /// One call of `task`.
  struct Request: Hashable {
    let split: TaskSplit
    let index: Int
    let seed: UInt64
  }

  struct Broken: Error {}

  init(isDiscrete: Bool = false, horizon: Int = 8, brokenGoal: Double? = nil) {
    actionSpace = isDiscrete ? .discrete(count: 4) : .continuous(size: 2)
    self.horizon = horizon
    self.brokenGoal = brokenGoal
  }

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    requests.withLock { $0.append(Request(split: split, index: index, seed: seed)) }
    let purpose: RandomPurpose = split == .train ? .trainTasks : .heldOutTasks
    var stream = RandomStream(key: RandomKey(seed: seed, purpose: purpose), task: index)
    return TaskParameters([
      TaskParameters.Entry(
        name: "goal", values: (0..<2).map { _ in stream.uniform(in: -0.5...0.5) })
    ])
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    let goal = task["goal"] ?? []
    guard goal.count == 2, goal[0] != brokenGoal else { throw Broken() }
    return TargetLanes(
      goal: goal, laneCount: laneCount, isDiscrete: actionSpace == .discrete(count: 4))
  }
}

private final class TargetLanes: EnvironmentLanes {
  let laneCount: Int
  private let goal: [Double]
  private let isDiscrete: Bool
  private var positions: [Double]

  init(goal: [Double], laneCount: Int, isDiscrete: Bool) {
    self.goal = goal
    self.laneCount = laneCount
    self.isDiscrete = isDiscrete
    positions = Array(repeating: 0, count: 2 * laneCount)
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    for lane in 0..<laneCount where batch.active[lane] {
      for axis in 0..<2 {
        positions[2 * lane + axis] = streams[lane].uniform(in: -0.1...0.1)
        batch.observations[2 * lane + axis] = positions[2 * lane + axis]
      }
      batch.terminated[lane] = false
      batch.diverged[lane] = false
    }
  }

  func step(_ batch: inout LaneBatch) {
    for lane in 0..<laneCount where batch.active[lane] {
      var square = 0.0
      for axis in 0..<2 {
        let i = 2 * lane + axis
        if isDiscrete {
          let action = Int(batch.actions[lane])
          positions[i] += action / 2 == axis ? (action % 2 == 0 ? 0.2 : -0.2) : 0
        } else {
          positions[i] += min(max(batch.actions[i], -0.2), 0.2)
        }
        batch.observations[i] = positions[i]
        square += (positions[i] - goal[axis]) * (positions[i] - goal[axis])
      }
      batch.rewards[lane] = -square.squareRoot()
      batch.rewardTerms[lane] = batch.rewards[lane]
    }
  }

  func state(ofLane lane: Int) -> LaneState {
    LaneState([
      LaneState.Entry(name: "position", values: Array(positions[(2 * lane)..<(2 * lane + 2)]))
    ])
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {}
}

/// Episodes that end when the task says, with every number telling where it came from: the
/// observation before step t of lane l is [l, t], the reward of that step 100 l + t.
struct LedgerFamily: TaskFamily {
  let name = "ledger"
  let preset: String? = nil
  let observationSize = 2
  let actionSpace = ActionSpace.continuous(size: 1)
  let horizon: Int
  let rewardTermNames = ["ledger"]

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    TaskParameters([TaskParameters.Entry(name: "ends", values: [])])
  }

  /// The task that ends lane l after `ends[l]` steps; 0 for never.
  static func task(ends: [Int]) -> TaskParameters {
    TaskParameters([TaskParameters.Entry(name: "ends", values: ends.map(Double.init))])
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    LedgerLanes(ends: (task["ends"] ?? []).map { Int($0) }, laneCount: laneCount)
  }
}

private final class LedgerLanes: EnvironmentLanes {
  let laneCount: Int
  private let ends: [Int]
  private var times: [Int]

  init(ends: [Int], laneCount: Int) {
    self.ends = ends
    self.laneCount = laneCount
    times = Array(repeating: 0, count: laneCount)
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    for lane in 0..<laneCount where batch.active[lane] {
      times[lane] = 0
      observe(lane, &batch)
      batch.terminated[lane] = false
      batch.diverged[lane] = false
    }
  }

  private func observe(_ lane: Int, _ batch: inout LaneBatch) {
    batch.observations[2 * lane] = Double(lane)
    batch.observations[2 * lane + 1] = Double(times[lane])
  }

  func step(_ batch: inout LaneBatch) {
    for lane in 0..<laneCount where batch.active[lane] {
      batch.rewards[lane] = Double(100 * lane + times[lane])
      batch.rewardTerms[lane] = batch.rewards[lane]
      times[lane] += 1
      observe(lane, &batch)
      batch.terminated[lane] = times[lane] == ends[lane]
      batch.diverged[lane] = batch.terminated[lane] && lane == 1
    }
  }

  func state(ofLane lane: Int) -> LaneState {
    LaneState([LaneState.Entry(name: "time", values: [Double(times[lane])])])
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {}
}
