import DenseMath

/// A family whose observations end with the task's parameters: for policies that need not find
/// out which task they are in.
///
/// The observation is (o, τ), τ the entries of `TaskParameters.vector`. Tasks, dynamics, rewards
/// and random numbers are those of the family within.
public struct OracleTaskFamily: TaskFamily {
  /// The family within.
  public let base: any TaskFamily
  /// Entries of τ.
  private let taskSize: Int

  /// Joins the task to the observations of a family.
  public init(_ base: any TaskFamily) {
    self.base = base
    taskSize = base.task(split: .train, index: 0, seed: 0).vector.count
  }

  /// The name of the family within.
  public var name: String { base.name }
  /// The preset of the family within.
  public var preset: String? { base.preset }
  /// O of the family within and the entries of τ.
  public var observationSize: Int { base.observationSize + taskSize }
  /// The policy's actions.
  public var actionSpace: ActionSpace { base.actionSpace }
  /// T.
  public var horizon: Int { base.horizon }
  /// Names of the reward's terms.
  public var rewardTermNames: [String] { base.rewardTermNames }
  /// Those of the family within.
  public var successTerms: [Int] { base.successTerms }

  /// Those of the family within, the task joined to their inputs.
  public var examples: (any ExampleSource)? { base.examples.map { OracleExamples(base: $0) } }

  /// The task of the family within.
  public func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    base.task(split: split, index: index, seed: seed)
  }

  /// Lanes of the family within that show the task.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    let lanes = try base.makeLanes(task: task, laneCount: laneCount)
    precondition(
      task.vector.count == taskSize, "task: \(task.vector.count) numbers, \(taskSize) expected")
    return OracleLanes(
      lanes, batch: LaneBatch(family: base, laneCount: laneCount), task: task.vector)
  }
}

/// Examples whose inputs end with the task's parameters.
private struct OracleExamples: ExampleSource {
  let base: any ExampleSource

  var target: ExampleTarget { base.target }

  func example(
    of task: TaskParameters, label: Int?, using random: inout RandomStream
  ) -> Example {
    var example = base.example(of: task, label: label, using: &random)
    example.input += task.vector
    return example
  }
}

/// Lanes that write the task behind every observation.
private final class OracleLanes: EnvironmentLanes {
  private let base: any EnvironmentLanes
  /// The batch that the lanes within see.
  private var inner: LaneBatch
  private let task: [Double]

  init(_ base: any EnvironmentLanes, batch: LaneBatch, task: [Double]) {
    self.base = base
    inner = batch
    self.task = task
  }

  var laneCount: Int { base.laneCount }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    check(batch)
    inner.active = batch.active
    base.reset(&inner, streams: &streams)
    copyResults(to: &batch)
  }

  func step(_ batch: inout LaneBatch) {
    check(batch)
    inner.active = batch.active
    inner.actions = batch.actions
    base.step(&inner)
    for lane in 0..<laneCount where batch.active[lane] {
      batch.rewards[lane] = inner.rewards[lane]
      for term in 0..<inner.rewardTermCount {
        let place = lane * inner.rewardTermCount + term
        batch.rewardTerms[place] = inner.rewardTerms[place]
      }
    }
    copyResults(to: &batch)
  }

  func state(ofLane lane: Int) -> LaneState { base.state(ofLane: lane) }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
    check(batch)
    try base.setState(state, ofLane: lane, batch: &inner)
    copyObservation(ofLane: lane, to: &batch)
  }

  private func check(_ batch: LaneBatch) {
    precondition(
      batch.observationSize == inner.observationSize + task.count,
      "observations of \(batch.observationSize), \(inner.observationSize + task.count) expected")
  }

  private func copyResults(to batch: inout LaneBatch) {
    for lane in 0..<laneCount where batch.active[lane] {
      batch.terminated[lane] = inner.terminated[lane]
      batch.diverged[lane] = inner.diverged[lane]
      copyObservation(ofLane: lane, to: &batch)
    }
  }

  private func copyObservation(ofLane lane: Int, to batch: inout LaneBatch) {
    let (from, to) = (lane * inner.observationSize, lane * batch.observationSize)
    for index in 0..<inner.observationSize {
      batch.observations[to + index] = inner.observations[from + index]
    }
    for (index, value) in task.enumerated() {
      batch.observations[to + inner.observationSize + index] = value
    }
  }
}
