import DenseMath
import MetaLearning

/// One episode of one task, written without a thought for lanes: a value with a state.
///
/// `SingleEnvironmentLanes` makes the lanes of it that the rest of the program steps. It
/// allocates in every step; a simulator that must be fast conforms to `EnvironmentLanes`.
public protocol SingleEnvironment {
  /// Everything that changes while the episode runs, by name.
  ///
  /// Setting what was read goes on to the same bits. The setter gets every vector, each of
  /// the size that it has in the getter, with finite numbers.
  var state: LaneState { get set }

  /// What the policy sees now, [O].
  var observation: [Double] { get }

  /// Starts an episode; every random number comes from the stream.
  mutating func reset(using stream: inout RandomStream)

  /// One control step, without randomness.
  ///
  /// - Parameter action: [A], finite, in the policy's units; the environment scales and clips it.
  /// - Returns: the reward's terms, [R], and whether the task has ended the episode.
  mutating func step(action: [Double]) -> (rewardTerms: [Double], terminated: Bool)
}

/// Lanes of independent copies of one single environment.
///
/// A step whose action is not finite, or whose outcome would not be, moves nothing, earns 0, and
/// ends the episode as terminated and diverged.
public final class SingleEnvironmentLanes<Single: SingleEnvironment>: EnvironmentLanes {
  private var lanes: [Single]

  /// `laneCount` copies of an environment that is set to a task.
  public init(_ environment: Single, laneCount: Int) {
    precondition(laneCount > 0, "laneCount: \(laneCount), at least 1 expected")
    lanes = Array(repeating: environment, count: laneCount)
  }

  /// L.
  public var laneCount: Int { lanes.count }

  /// Resets every active lane from its stream.
  public func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    precondition(streams.count == laneCount, "streams: \(streams.count), \(laneCount) expected")
    for lane in lanes.indices where batch.active[lane] {
      lanes[lane].reset(using: &streams[lane])
      observe(lane, &batch)
      batch.terminated[lane] = false
      batch.diverged[lane] = false
    }
  }

  /// Steps every active lane.
  public func step(_ batch: inout LaneBatch) {
    let (width, termCount) = (batch.actionWidth, batch.rewardTermCount)
    for lane in lanes.indices where batch.active[lane] {
      let action = Array(batch.actions[lane * width..<(lane + 1) * width])
      var next = lanes[lane]
      var terms = Array(repeating: 0.0, count: termCount)
      var isFinite = action.allSatisfy(\.isFinite)
      batch.terminated[lane] = true
      if isFinite {
        let outcome = next.step(action: action)
        precondition(
          outcome.rewardTerms.count == termCount,
          "rewardTerms: \(outcome.rewardTerms.count), \(termCount) expected")
        let state = next.state.entries.flatMap(\.values)
        isFinite = (outcome.rewardTerms + next.observation + state).allSatisfy(\.isFinite)
        if isFinite {
          lanes[lane] = next
          terms = outcome.rewardTerms
          batch.terminated[lane] = outcome.terminated
        }
      }
      batch.diverged[lane] = !isFinite
      for index in 0..<termCount { batch.rewardTerms[lane * termCount + index] = terms[index] }
      batch.rewards[lane] = terms.reduce(0, +)
      observe(lane, &batch)
    }
  }

  /// The environment's state.
  public func state(ofLane lane: Int) -> LaneState { lanes[lane].state }

  /// Overwrites the named vectors of the environment's state.
  ///
  /// - Throws: `EnvironmentError.state` for an unknown vector, a wrong size or a number that is
  ///   not finite.
  public func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
    var whole = lanes[lane].state
    try checkState(state, vectors: whole.entries.map { ($0.name, $0.values.count) })
    for index in whole.entries.indices {
      guard let values = state[whole.entries[index].name] else { continue }
      whole.entries[index].values = values
    }
    lanes[lane].state = whole
    observe(lane, &batch)
  }

  private func observe(_ lane: Int, _ batch: inout LaneBatch) {
    let (observation, size) = (lanes[lane].observation, batch.observationSize)
    precondition(observation.count == size, "observation: \(observation.count), \(size) expected")
    for index in 0..<size { batch.observations[lane * size + index] = observation[index] }
  }
}
