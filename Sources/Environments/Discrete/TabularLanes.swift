import DenseMath
import MetaLearning
import StrictYAML

/// How the reward of a state and action is drawn around its mean.
enum TabularReward: Sendable {
  /// 1 with the mean as probability, else 0.
  case bernoulli
  /// Normal with this standard deviation.
  case normal(Double)
}

/// A finite Markov decision process with S states and A actions; a bandit has one state.
struct TabularProcess: Sendable {
  let stateCount: Int
  let actionCount: Int
  /// Sums of the transition probabilities over next states, [S, A, S].
  let cumulativeTransitions: [Double]
  /// Mean rewards, [S, A].
  let rewardMeans: [Double]
  let reward: TabularReward
  /// Whether the observation is the state one-hot, [S]; else it is a single 0.
  let observesState: Bool

  init(
    stateCount: Int, actionCount: Int, transitions: [Double], rewardMeans: [Double],
    reward: TabularReward, observesState: Bool
  ) {
    precondition(
      transitions.count == stateCount * actionCount * stateCount
        && rewardMeans.count == stateCount * actionCount,
      "\(transitions.count) transitions and \(rewardMeans.count) means for \(stateCount) states"
        + " and \(actionCount) actions")
    self.stateCount = stateCount
    self.actionCount = actionCount
    self.rewardMeans = rewardMeans
    self.reward = reward
    self.observesState = observesState
    var sum = 0.0
    cumulativeTransitions = transitions.enumerated().map { index, probability in
      sum = index % stateCount == 0 ? probability : sum + probability
      return sum
    }
  }

  var observationSize: Int { observesState ? stateCount : 1 }

  /// Draws the reward, then the next state.
  func step(
    state: Int, action: Int, using random: inout RandomStream
  ) -> (reward: Double, next: Int) {
    let row = state * actionCount + action
    let mean = rewardMeans[row]
    let reward: Double
    switch self.reward {
    case .bernoulli: reward = random.uniform() < mean ? 1 : 0
    case .normal(let deviation): reward = mean + deviation * random.normal()
    }
    guard stateCount > 1 else { return (reward, 0) }
    let draw = random.uniform()
    var next = 0
    while next < stateCount - 1, draw >= cumulativeTransitions[row * stateCount + next] {
      next += 1
    }
    return (reward, next)
  }
}

/// L episodes of one finite process.
///
/// What is random inside a step is drawn at the address (the episode's noise number, the
/// step), so that a restored state goes on with the same draws. An action that is not one of
/// the A indices changes nothing, earns 0, and ends the episode as diverged.
final class TabularLanes: EnvironmentLanes {
  let laneCount: Int
  private let process: TabularProcess
  private var states: [Int]
  private var noises: [UInt64]
  private var steps: [Int]

  init(_ process: TabularProcess, laneCount: Int) {
    precondition(laneCount > 0, "laneCount: \(laneCount), at least 1 expected")
    self.process = process
    self.laneCount = laneCount
    states = Array(repeating: 0, count: laneCount)
    noises = Array(repeating: 0, count: laneCount)
    steps = Array(repeating: 0, count: laneCount)
  }

  private func check(_ batch: LaneBatch) {
    precondition(
      batch.laneCount == laneCount && batch.observationSize == process.observationSize
        && batch.actionWidth == 1 && batch.rewardTermCount == 1,
      "batch of \(batch.laneCount) lanes and observations of \(batch.observationSize);"
        + " \(laneCount) and \(process.observationSize) expected")
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    check(batch)
    precondition(streams.count == laneCount, "\(streams.count) streams, \(laneCount) expected")
    for lane in 0..<laneCount where batch.active[lane] {
      states[lane] = 0
      // 53 bits, so that the number is exact in a recording.
      noises[lane] = streams[lane].next() >> 11
      steps[lane] = 0
      batch.terminated[lane] = false
      batch.diverged[lane] = false
      observe(lane, &batch)
    }
  }

  func step(_ batch: inout LaneBatch) {
    check(batch)
    for lane in 0..<laneCount where batch.active[lane] {
      var reward = 0.0
      let action = batch.actions[lane]
      let isFinite =
        action >= 0 && action < Double(process.actionCount)
        && action == action.rounded(.towardZero)
      if isFinite {
        let key = RandomKey(seed: noises[lane], purpose: .environmentNoise)
        var random = RandomStream(key: key, step: steps[lane])
        (reward, states[lane]) = process.step(
          state: states[lane], action: Int(action), using: &random)
        steps[lane] += 1
      }
      batch.rewards[lane] = reward
      batch.rewardTerms[lane] = reward
      batch.terminated[lane] = !isFinite
      batch.diverged[lane] = !isFinite
      observe(lane, &batch)
    }
  }

  private func observe(_ lane: Int, _ batch: inout LaneBatch) {
    let size = process.observationSize
    for index in 0..<size {
      batch.observations[lane * size + index] =
        process.observesState && index == states[lane] ? 1 : 0
    }
  }

  func state(ofLane lane: Int) -> LaneState {
    precondition(0 <= lane && lane < laneCount, "lane \(lane) of \(laneCount)")
    let noise = LaneState.Entry(
      name: "noise", values: [Double(noises[lane]), Double(steps[lane])])
    let state = LaneState.Entry(name: "state", values: [Double(states[lane])])
    return LaneState(process.observesState ? [state, noise] : [noise])
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
    check(batch)
    precondition(0 <= lane && lane < laneCount, "lane \(lane) of \(laneCount)")
    let known = process.observesState ? [("state", 1), ("noise", 2)] : [("noise", 2)]
    try checkState(state, vectors: known)
    let limits = ["state": [Double(process.stateCount)], "noise": [0x1p53, 0x1p32]]
    for entry in state.entries {
      for (value, limit) in zip(entry.values, limits[entry.name] ?? []) {
        guard value >= 0, value < limit, value == value.rounded(.towardZero) else {
          throw EnvironmentError.state(
            reason: "'\(entry.name)' has \(value); whole numbers from 0 to below \(limit)"
              + " are expected")
        }
      }
    }
    if let values = state["state"] { states[lane] = Int(values[0]) }
    if let values = state["noise"] {
      noises[lane] = UInt64(values[0])
      steps[lane] = Int(values[1])
    }
    observe(lane, &batch)
  }
}
