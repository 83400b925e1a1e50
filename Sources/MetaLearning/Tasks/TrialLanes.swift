import DenseMath

/// Lanes that play the episodes of a trial one after the other.
final class TrialLanes: EnvironmentLanes {
  private let base: any EnvironmentLanes
  private let family: TrialFamily
  /// The batch that the lanes within see.
  private var inner: LaneBatch
  private var trials: [Trial]
  private var streams: [RandomStream]

  /// Where a lane stands in its trial.
  private struct Trial {
    /// Key of the trial's episodes.
    var seed: UInt64 = 0
    /// The running episode, 0 ..< n.
    var episode = 0
    /// Steps done in it.
    var step = 0
    /// (a, r, d) as the observation shows them.
    var shown: [Double]

    /// The stream of the running episode.
    ///
    /// A simulator may keep it for randomness inside steps: no two episodes may share one.
    var stream: RandomStream {
      RandomStream(key: RandomKey(seed: seed, purpose: .reset), episode: episode)
    }
  }

  init(_ base: any EnvironmentLanes, family: TrialFamily) {
    self.base = base
    self.family = family
    inner = LaneBatch(family: family.base, laneCount: base.laneCount)
    let width = TrialFamily.shownWidth(of: family.actionSpace) + 2
    trials = Array(
      repeating: Trial(shown: Array(repeating: 0, count: width)), count: base.laneCount)
    streams = trials.map(\.stream)
  }

  var laneCount: Int { base.laneCount }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    check(batch)
    for lane in 0..<laneCount where batch.active[lane] {
      trials[lane].seed = streams[lane].next()
      (trials[lane].episode, trials[lane].step) = (0, 0)
      for index in trials[lane].shown.indices { trials[lane].shown[index] = 0 }
    }
    startEpisodes(batch.active)
    for lane in 0..<laneCount where batch.active[lane] {
      (batch.terminated[lane], batch.diverged[lane]) = (false, false)
      writeObservation(ofLane: lane, to: &batch)
    }
  }

  func step(_ batch: inout LaneBatch) {
    check(batch)
    inner.active = batch.active
    inner.actions = batch.actions
    base.step(&inner)
    var starting = Array(repeating: false, count: laneCount)
    for lane in 0..<laneCount where batch.active[lane] {
      copyReward(ofLane: lane, to: &batch)
      trials[lane].step += 1
      let ended = inner.terminated[lane] || trials[lane].step == family.base.horizon
      show(action: batch, reward: inner.rewards[lane], ended: ended, lane: lane)
      // A simulation that diverged is not one to play on in.
      let isLast = inner.diverged[lane] || trials[lane].episode == family.episodeCount - 1
      batch.diverged[lane] = inner.diverged[lane]
      batch.terminated[lane] = ended && isLast
      starting[lane] = ended && !isLast
      guard starting[lane] else { continue }
      trials[lane].episode += 1
      trials[lane].step = 0
    }
    if starting.contains(true) { startEpisodes(starting) }
    for lane in 0..<laneCount where batch.active[lane] {
      writeObservation(ofLane: lane, to: &batch)
    }
  }

  /// The state of the lane within; `trial` (key in two halves, episode, step) and `shown`.
  func state(ofLane lane: Int) -> LaneState {
    let trial = trials[lane]
    var state = base.state(ofLane: lane)
    state.entries.append(
      .init(
        name: "trial",
        values: [
          Double(trial.seed >> 32), Double(trial.seed & 0xFFFF_FFFF), Double(trial.episode),
          Double(trial.step),
        ]))
    state.entries.append(.init(name: "shown", values: trial.shown))
    return state
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
    check(batch)
    var trial = trials[lane]
    if let values = state["trial"] { try place(&trial, values) }
    if let values = state["shown"] {
      guard values.count == trial.shown.count, values.allSatisfy(\.isFinite) else {
        throw TrialStateError(name: "shown", expected: "\(trial.shown.count) finite numbers")
      }
      trial.shown = values
    }
    let within = LaneState(state.entries.filter { $0.name != "trial" && $0.name != "shown" })
    try base.setState(within, ofLane: lane, batch: &inner)
    trials[lane] = trial
    writeObservation(ofLane: lane, to: &batch)
  }

  private func place(_ trial: inout Trial, _ values: [Double]) throws {
    let bounds = [0x1p32, 0x1p32, Double(family.episodeCount), Double(family.base.horizon)]
    guard values.count == 4,
      zip(values, bounds).allSatisfy({ $0 >= 0 && $0 < $1 && $0 == $0.rounded() })
    else {
      throw TrialStateError(
        name: "trial",
        expected: "two halves of a key, an episode below \(family.episodeCount) and a step below"
          + " \(family.base.horizon)")
    }
    trial.seed = UInt64(values[0]) << 32 | UInt64(values[1])
    (trial.episode, trial.step) = (Int(values[2]), Int(values[3]))
  }

  private func check(_ batch: LaneBatch) {
    precondition(
      batch.observationSize == family.observationSize,
      "observations of \(batch.observationSize), \(family.observationSize) expected")
  }

  private func startEpisodes(_ lanes: [Bool]) {
    for lane in 0..<laneCount where lanes[lane] { streams[lane] = trials[lane].stream }
    inner.active = lanes
    base.reset(&inner, streams: &streams)
  }

  private func copyReward(ofLane lane: Int, to batch: inout LaneBatch) {
    batch.rewards[lane] = inner.rewards[lane]
    let count = inner.rewardTermCount
    for place in (lane * count)..<((lane + 1) * count) {
      batch.rewardTerms[place] = inner.rewardTerms[place]
    }
  }

  private func show(action batch: LaneBatch, reward: Double, ended: Bool, lane: Int) {
    let width = trials[lane].shown.count - 2
    switch family.actionSpace {
    case .continuous:
      for index in 0..<width {
        trials[lane].shown[index] = batch.actions[lane * width + index]
      }
    case .discrete:
      for index in 0..<width { trials[lane].shown[index] = 0 }
      trials[lane].shown[Int(batch.actions[lane])] = 1
    }
    trials[lane].shown[width] = reward
    trials[lane].shown[width + 1] = ended ? 1 : 0
  }

  private func writeObservation(ofLane lane: Int, to batch: inout LaneBatch) {
    let (from, to) = (lane * inner.observationSize, lane * batch.observationSize)
    for index in 0..<inner.observationSize {
      batch.observations[to + index] = inner.observations[from + index]
    }
    for (index, value) in trials[lane].shown.enumerated() {
      batch.observations[to + inner.observationSize + index] = value
    }
  }
}

/// A state that a trial's lane cannot take.
struct TrialStateError: Error, CustomStringConvertible {
  let name: String
  let expected: String

  var description: String { "state `\(name)`: \(expected) expected" }
}
