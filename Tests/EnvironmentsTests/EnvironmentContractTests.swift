import DenseMath
import Environments
import MetaLearning
import Testing

@Suite struct EnvironmentContractTests {
  @Test(
    arguments: [
      "navigation-2d", "navigation-2d@finn2017", "navigation-2d@pytorch-maml-rl",
      "navigation-2d-sparse", "navigation-2d-wind",
      "point-mass", "point-mass-momentum", "bernoulli-bandit", "gaussian-bandit", "tabular-mdp",
      "sinusoid", "sinusoid@nichol2018", "linear-regression", "linear-regression@10-d",
      "curve-mixture", "glyphs",
    ])
  func `every family of our own simulators keeps the contract`(name: String) throws {
    let family = try FamilyCatalog(withBuiltIn: []).family(named: name)
    for outcome in EnvironmentContract(family).run() {
      #expect(outcome.passed, "\(outcome.name): \(outcome.failure ?? "")")
    }
  }

  @Test(arguments: Fault.allCases)
  func `a broken environment fails the check that is about it`(fault: Fault) throws {
    let base = try FamilyCatalog(withBuiltIn: []).family(named: "point-mass")
    let outcomes = EnvironmentContract(BrokenFamily(base: base, fault: fault)).run()
    let failed = outcomes.filter { !$0.passed }.map(\.name)
    #expect(failed.contains(fault.rawValue), "\(failed)")
  }
}

/// What is broken, named by the check that must notice it.
enum Fault: String, CaseIterable, Sendable {
  case emptyHorizon = "spaces and horizon have sizes"
  case tasksWithMemory = "a task is a function of split, index and seed"
  case leakingSplits = "splits draw different tasks"
  case acceptsAnyTask = "wrong task parameters are refused"
  case hiddenRandomness = "the same seed gives the same bits"
  case rememberedEpisodes = "an episode does not depend on the ones before it"
  case crosstalk = "lanes do not influence each other"
  case movesInactiveLanes = "inactive lanes are left alone"
  case notANumber = "all values are finite"
  case rewardWithoutTerm = "the reward is the sum of its terms"
  case divergedOnly = "termination flags are consistent"
  case diverges = "no episode diverges"
  case forgetfulState = "a restored state goes on with the same bits"
  case acceptsAnyState = "a wrong state is refused"
  case startShowsTask = "a task changes only what it says"
}

/// A point mass with one fault.
private struct BrokenFamily: TaskFamily {
  let base: DefinedTaskFamily
  let fault: Fault
  let memory = Memory()

  var name: String { "broken" }
  var preset: String? { nil }
  var observationSize: Int { base.observationSize }
  var actionSpace: ActionSpace { base.actionSpace }
  var horizon: Int { fault == .emptyHorizon ? 0 : base.horizon }
  var rewardTermNames: [String] { base.rewardTermNames }

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    switch fault {
    case .tasksWithMemory: base.task(split: split, index: memory.next(), seed: seed)
    case .leakingSplits: base.task(split: .train, index: index, seed: seed)
    default: base.task(split: split, index: index, seed: seed)
    }
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    var accepted = task
    if fault == .acceptsAnyTask {
      accepted = base.task(split: .train, index: 0, seed: 0)
    }
    return BrokenLanes(
      base: try base.makeLanes(task: accepted, laneCount: laneCount), fault: fault, task: task,
      memory: memory)
  }
}

/// What outlives episodes and lanes, as global state would.
private final class Memory: Sendable {
  private let start = ContinuousClock.now

  /// A number that is never the same twice.
  func next() -> Int {
    Int((ContinuousClock.now - start).components.attoseconds / 1_000_000_000 % 4_000_000_000)
  }
}

private final class BrokenLanes: EnvironmentLanes {
  let base: any EnvironmentLanes
  let fault: Fault
  let task: TaskParameters
  let memory: Memory
  var episodes = 0
  var laneCount: Int { base.laneCount }

  init(base: any EnvironmentLanes, fault: Fault, task: TaskParameters, memory: Memory) {
    self.base = base
    self.fault = fault
    self.task = task
    self.memory = memory
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    base.reset(&batch, streams: &streams)
    episodes += 1
    if fault == .startShowsTask { batch.observations[0] += task.vector[0] }
  }

  func step(_ batch: inout LaneBatch) {
    let active = batch.active
    if fault == .movesInactiveLanes {
      for lane in active.indices { batch.active[lane] = true }
    }
    base.step(&batch)
    batch.active = active
    for lane in active.indices where active[lane] { damage(&batch, lane) }
  }

  private func damage(_ batch: inout LaneBatch, _ lane: Int) {
    let first = lane * batch.observationSize
    switch fault {
    case .hiddenRandomness: batch.observations[first] += Double(memory.next())
    case .rememberedEpisodes: batch.observations[first] += Double(episodes)
    case .crosstalk: batch.observations[first] += Double(laneCount)
    case .notANumber: batch.observations[first] = .nan
    case .rewardWithoutTerm: batch.rewards[lane] += 0.5
    case .divergedOnly: batch.diverged[lane] = true
    case .diverges where lane == 2:
      (batch.terminated[lane], batch.diverged[lane]) = (true, true)
    default: break
    }
  }

  func state(ofLane lane: Int) -> LaneState {
    fault == .forgetfulState
      ? LaneState([base.state(ofLane: lane).entries[0]]) : base.state(ofLane: lane)
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
    guard fault == .acceptsAnyState else {
      return try base.setState(state, ofLane: lane, batch: &batch)
    }
    try? base.setState(state, ofLane: lane, batch: &batch)
  }
}
