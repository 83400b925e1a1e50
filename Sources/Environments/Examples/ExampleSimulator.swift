import DenseMath
import MetaLearning
import StrictYAML

/// A simulator whose tasks are of examples: supervised learning.
///
/// An example is an episode of one step, so that everything that acts in environments meets it
/// too: the observation is the input, the action the prediction, the reward the prediction's score.
public protocol ExampleSimulator: Simulator, ExampleSource {}

extension ExampleSimulator {
  /// The prediction.
  public var action: [SpaceEntry] {
    guard case .numbers(let size) = target else { return [] }
    return (0..<size).map {
      SpaceEntry(meaning: size == 1 ? "prediction" : "prediction of number \($0)", unit: "")
    }
  }

  /// As the target asks.
  public var actionSpace: ActionSpace {
    switch target {
    case .numbers(let size): .continuous(size: size)
    case .label(let classes): .discrete(count: classes)
    }
  }

  /// The score.
  public var rewardTerms: [RewardTerm] {
    switch target {
    case .numbers: [RewardTerm(name: "score", formula: "−(prediction − target)², summed")]
    case .label: [RewardTerm(name: "score", formula: "1 for the label, else 0")]
    }
  }

  /// Never: an example is one step.
  public var ends: String { "never: an example is one step" }

  /// The target, which the task decides, is part of the state.
  public var taskShowsAtReset: Bool { true }

  /// One example a lane.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    ExampleLanes(self, task: task, laneCount: laneCount)
  }
}

/// L examples of one task as episodes of one step.
final class ExampleLanes: EnvironmentLanes {
  let laneCount: Int
  private let simulator: any ExampleSimulator
  private let task: TaskParameters
  private var examples: [Example]

  init(_ simulator: some ExampleSimulator, task: TaskParameters, laneCount: Int) {
    precondition(laneCount > 0, "laneCount: \(laneCount), at least 1 expected")
    self.simulator = simulator
    self.task = task
    self.laneCount = laneCount
    let none = Example(
      input: Array(repeating: 0, count: simulator.observation.count),
      target: Array(repeating: 0, count: simulator.target.width))
    examples = Array(repeating: none, count: laneCount)
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    precondition(streams.count == laneCount, "\(streams.count) streams, \(laneCount) expected")
    for lane in 0..<laneCount where batch.active[lane] {
      examples[lane] = simulator.example(of: task, label: nil, using: &streams[lane])
      batch.terminated[lane] = false
      batch.diverged[lane] = false
      observe(lane, &batch)
    }
  }

  func step(_ batch: inout LaneBatch) {
    let width = simulator.target.width
    precondition(batch.actionWidth == width, "actions of \(batch.actionWidth), \(width) expected")
    for lane in 0..<laneCount where batch.active[lane] {
      let score = simulator.target.score(
        batch.actions, at: lane * width, examples[lane].target)
      batch.rewards[lane] = score.isFinite ? score : 0
      batch.rewardTerms[lane] = batch.rewards[lane]
      batch.terminated[lane] = !score.isFinite
      batch.diverged[lane] = !score.isFinite
      observe(lane, &batch)
    }
  }

  private func observe(_ lane: Int, _ batch: inout LaneBatch) {
    let size = batch.observationSize
    precondition(
      size == examples[lane].input.count,
      "observations of \(size), \(examples[lane].input.count) expected")
    for (index, value) in examples[lane].input.enumerated() {
      batch.observations[lane * size + index] = value
    }
  }

  func state(ofLane lane: Int) -> LaneState {
    precondition(0 <= lane && lane < laneCount, "lane \(lane) of \(laneCount)")
    return LaneState([
      LaneState.Entry(name: "input", values: examples[lane].input),
      LaneState.Entry(name: "target", values: examples[lane].target),
    ])
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
    precondition(0 <= lane && lane < laneCount, "lane \(lane) of \(laneCount)")
    var example = examples[lane]
    try checkState(
      state, vectors: [("input", example.input.count), ("target", example.target.count)])
    if case .label(let classes) = simulator.target, let label = state["target"]?.first,
      label < 0 || label >= Double(classes) || label != label.rounded(.towardZero)
    {
      throw EnvironmentError.state(
        reason: "'target' has \(label); a label from 0 to \(classes - 1) is expected")
    }
    if let input = state["input"] { example.input = input }
    if let target = state["target"] { example.target = target }
    examples[lane] = example
    observe(lane, &batch)
  }
}
