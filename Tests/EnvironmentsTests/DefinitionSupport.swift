import DenseMath
import Environments
import MetaLearning

/// A small valid definition, into which tests put one mistake.
let validDefinition = """
  name: test-family
  version: 1
  summary: A family for tests.
  source: Nobody.
  simulator: navigation-2d
  horizon: 10
  action_scale: 1
  settings:
    step_limit: 0.1
    tolerance: 0.01
    start_range: 0
  task:
    goal:
      train: {uniform: {low: [-1, -1], high: [1, 1]}}
  presets:
    fast:
      settings:
        step_limit: 0.2
    round:
      task:
        goal:
          train: {disc: {radius: 2}}

  """

/// The family of a text.
func family(
  _ text: String = validDefinition, preset: String? = nil
) throws(EnvironmentError) -> DefinedTaskFamily {
  DefinedTaskFamily(try FamilyDefinition(text: text, origin: "f.yaml", preset: preset))
}

/// A built-in family.
func builtIn(_ name: String) throws -> DefinedTaskFamily {
  try FamilyCatalog(withBuiltIn: []).family(named: name)
}

/// One lane that is driven by hand.
struct SingleLane {
  let lanes: any EnvironmentLanes
  var batch: LaneBatch

  /// A lane of a task, reset.
  init(_ family: DefinedTaskFamily, _ task: [(String, [Double])], seed: UInt64 = 1) throws {
    let entries = task.map { TaskParameters.Entry(name: $0.0, values: $0.1) }
    lanes = try family.makeLanes(task: TaskParameters(entries), laneCount: 1)
    batch = LaneBatch(family: family, laneCount: 1)
    var streams = [RandomStream(key: RandomKey(seed: seed, purpose: .reset))]
    lanes.reset(&batch, streams: &streams)
  }

  /// Places the lane.
  mutating func place(_ vectors: [(String, [Double])]) throws {
    let entries = vectors.map { LaneState.Entry(name: $0.0, values: $0.1) }
    try lanes.setState(LaneState(entries), ofLane: 0, batch: &batch)
  }

  /// One step; gives the reward.
  @discardableResult mutating func step(_ action: [Double]) -> Double {
    batch.actions = action
    lanes.step(&batch)
    return batch.rewards[0]
  }
}

/// Whether two numbers agree to 10⁻¹².
func isClose(_ first: Double, _ second: Double) -> Bool { abs(first - second) < 1e-12 }

/// Whether two vectors agree to 10⁻¹².
func isClose(_ first: [Double], _ second: [Double]) -> Bool {
  first.count == second.count && zip(first, second).allSatisfy { isClose($0, $1) }
}
