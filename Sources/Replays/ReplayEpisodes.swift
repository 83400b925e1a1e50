import DenseMath
import MetaLearning

/// The simulator of some episodes of one rollout, one lane each.
///
/// Recording and verification both run through this, so that they start and step alike.
struct ReplayEpisodes {
  /// The lanes' arrays; `active` says which episodes go on.
  var batch: LaneBatch

  private let family: any TaskFamily
  private let lanes: any EnvironmentLanes
  private let rolloutIndex: Int
  private let firstEpisode: Int

  /// Resets the episodes and puts their initial state in place.
  ///
  /// - Parameters:
  ///   - episodes: indices of the episodes in the rollout; at least one.
  ///   - rollout: the task and the initial state.
  ///   - rolloutIndex: its index, for the frames.
  ///   - seed: the script's.
  ///   - family: simulates the task.
  /// - Throws: what the family throws for a task or a state that does not fit.
  init(
    _ episodes: Range<Int>, of rollout: RecordedRollout, rolloutIndex: Int, seed: UInt64,
    family: any TaskFamily
  ) throws {
    self.family = family
    self.rolloutIndex = rolloutIndex
    firstEpisode = episodes.lowerBound
    lanes = try family.makeLanes(task: rollout.task, laneCount: episodes.count)
    batch = LaneBatch(family: family, laneCount: episodes.count)
    let address = RolloutAddress.replay(seed: seed)
    var streams = episodes.map {
      RandomStream(key: address.resetKey, task: address.task, episode: $0)
    }
    lanes.reset(&batch, streams: &streams)
    if !rollout.initialState.entries.isEmpty {
      for lane in episodes.indices {
        try lanes.setState(
          rollout.initialState, ofLane: lane - episodes.lowerBound, batch: &batch)
      }
    }
  }

  /// Applies the batch's actions in the active lanes.
  mutating func step() {
    lanes.step(&batch)
  }

  /// The frame of a lane after its reset (step 0) or after a step.
  func frame(lane: Int, step: Int) -> RecordingFrame {
    let (o, a, r) = (batch.observationSize, batch.actionWidth, batch.rewardTermCount)
    var frame = RecordingFrame(
      rollout: rolloutIndex, episode: firstEpisode + lane, step: step,
      observation: Array(batch.observations[lane * o..<(lane + 1) * o]),
      state: lanes.state(ofLane: lane))
    if step > 0 {
      frame.transition = RecordingFrame.Transition(
        action: Array(batch.actions[lane * a..<(lane + 1) * a]),
        reward: batch.rewards[lane],
        rewardTerms: Array(
          zip(family.rewardTermNames, batch.rewardTerms[lane * r..<(lane + 1) * r])
        ).map { (name: $0.0, value: $0.1) },
        terminated: batch.terminated[lane],
        truncated: step >= family.horizon)
    }
    return frame
  }
}

extension RolloutAddress {
  /// Where the randomness of a replay's rollouts lives, apart from training and evaluation.
  ///
  /// Every rollout of a script has the same address, so that rollouts of one task before and
  /// after adaptation start alike, meet the same noise, and can be compared.
  static func replay(seed: UInt64) -> RolloutAddress {
    RolloutAddress(seed: seed, use: .evaluation, iteration: Int(UInt32.max), task: 0)
  }

  /// Where the episodes live that a replay's policies adapt from: apart from those it shows.
  static func replayAdaptation(seed: UInt64) -> RolloutAddress {
    var address = replay(seed: seed)
    address.batch = 1
    return address
  }
}
