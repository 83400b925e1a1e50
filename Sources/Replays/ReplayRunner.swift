import Experiments
import Files
import MetaLearning

/// Runs replay scripts and records what happens.
public struct ReplayRunner {
  private let family: any TaskFamily
  private let definitionDigest: String
  private let software: String
  private let carried: CarriedFamily?
  private let physics: String?
  private let policies: ReplayPolicyProvider

  /// A runner for one family.
  ///
  /// - Parameters:
  ///   - family: the family that the script's `environment` names.
  ///   - definitionDigest: SHA-256 of its resolved definition, for the header.
  ///   - software: program and version, for the header.
  ///   - physics: what steps the robot's model, for the header; nil where there is no choice.
  ///   - carried: the family's files, which the recording takes along; nil for none.
  ///   - policies: loads and adapts the policies that scripts name.
  public init(
    family: any TaskFamily, definitionDigest: String, software: String,
    physics: String? = nil, carried: CarriedFamily? = nil, policies: @escaping ReplayPolicyProvider
  ) {
    self.family = family
    self.definitionDigest = definitionDigest
    self.software = software
    self.carried = carried
    self.physics = physics
    self.policies = policies
  }

  /// Runs all rollouts of a script in order.
  ///
  /// Everything the script names is found and checked before the first line is written.
  ///
  /// - Parameters:
  ///   - script: what to run.
  ///   - progress: told how many episodes of all rollouts are done.
  ///   - write: is given the recording line by line, each with its line end.
  /// - Returns: one outcome a rollout.
  /// - Throws: `ReplayError`, what the policies throw, and what `write` throws.
  public func run(
    _ script: ReplayScript, progress: (Int) -> Void = { _ in }, write: ([UInt8]) throws -> Void
  ) throws -> [ReplayOutcome] {
    let preparation = ReplayPreparation(script: script, family: family, policies: policies)
    let rollouts = try preparation.rollouts()
    let header = RecordingHeader(
      environment: script.environment, definitionDigest: definitionDigest, seed: script.seed,
      software: software, physics: physics, rollouts: rollouts.map(\.recorded),
      family: carried)
    try write(Self.line(header.json))
    var outcomes: [ReplayOutcome] = []
    var done = 0
    for (index, rollout) in rollouts.enumerated() {
      let episodes = try run(
        rollout, index: index, seed: script.seed, progress: { progress(done + $0) }, write: write)
      done += episodes.count
      outcomes.append(
        ReplayOutcome(
          name: rollout.recorded.name, episodes: episodes,
          expectationCount: rollout.expectations.count,
          contradictions: rollout.expectations.compactMap { $0.contradiction(in: episodes) }))
    }
    return outcomes
  }

  private static func line(_ json: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    json.append(to: &bytes)
    bytes.append(0x0A)
    return bytes
  }

  /// Runs the episodes in groups of lanes, so that memory stays bounded by a group's.
  private func run(
    _ rollout: PreparedRollout, index: Int, seed: UInt64, progress: (Int) -> Void,
    write: ([UInt8]) throws -> Void
  ) throws -> [EpisodeSummary] {
    let steps = rollout.recorded.actionCount ?? family.horizon
    let groupSize = max(1, min(64, 20_000 / max(steps, 1)))
    var summaries: [EpisodeSummary] = []
    var start = 0
    while start < rollout.recorded.episodes {
      let end = min(start + groupSize, rollout.recorded.episodes)
      var episodes = try ReplayEpisodes(
        start..<end, of: rollout.recorded, rolloutIndex: index, seed: seed, family: family)
      let noise = noise(of: rollout, episodes: start..<end, steps: steps, seed: seed)
      let (lines, group) = run(&episodes, of: rollout, noise: noise, steps: steps)
      for line in lines { try write(line) }
      summaries += group
      progress(end)
      start = end
    }
    return summaries
  }

  /// Steps a group of lanes until each has ended: the lines and the summary of every lane.
  private func run(
    _ episodes: inout ReplayEpisodes, of rollout: PreparedRollout, noise: [Float]?, steps: Int
  ) -> ([[UInt8]], [EpisodeSummary]) {
    let laneCount = episodes.batch.laneCount
    var lines = Array(repeating: [UInt8](), count: laneCount)
    var summaries = Array(repeating: EpisodeSummary(), count: laneCount)
    func record(_ frame: RecordingFrame, lane: Int) {
      frame.json.append(to: &lines[lane])
      lines[lane].append(0x0A)
      summaries[lane].add(frame)
    }
    for lane in 0..<laneCount { record(episodes.frame(lane: lane, step: 0), lane: lane) }
    var step = 0
    while step < steps, episodes.batch.active.contains(true) {
      switch rollout.actor {
      case .actions(let actions):
        episodes.batch.actions = Array(repeating: actions[step], count: laneCount).flatMap { $0 }
      case .policy(let policy, _):
        policy.act(
          &episodes.batch, noise: noise,
          noiseStart: step * laneCount * episodes.batch.actionWidth)
      }
      step += 1
      episodes.step()
      for lane in 0..<laneCount where episodes.batch.active[lane] {
        let frame = episodes.frame(lane: lane, step: step)
        record(frame, lane: lane)
        if episodes.batch.diverged[lane] { summaries[lane].diverged = true }
        let ended = frame.transition.map { $0.terminated || $0.truncated } ?? false
        if ended, !rollout.recorded.continuesAfterTermination {
          episodes.batch.active[lane] = false
        }
      }
    }
    return (lines, summaries)
  }

  /// The noise of a group of episodes, or nil where the actions are not sampled.
  private func noise(
    of rollout: PreparedRollout, episodes: Range<Int>, steps: Int, seed: UInt64
  ) -> [Float]? {
    guard case .policy(_, deterministic: false) = rollout.actor else { return nil }
    var noise: [Float] = []
    RolloutAddress.replay(seed: seed).drawActionNoise(
      into: &noise, actionSpace: family.actionSpace, firstEpisode: episodes.lowerBound,
      episodes: episodes.count, steps: steps)
    return noise
  }
}

/// What became of one rollout of a script.
public struct ReplayOutcome: Sendable {
  /// The rollout's name.
  public let name: String
  /// Its episodes in order; at least one.
  public let episodes: [EpisodeSummary]
  /// How many things were expected.
  public let expectationCount: Int
  /// What did not hold: `mean_return: expected at least -12, seen -13.5`.
  public let contradictions: [String]

  /// Mean undiscounted return over the episodes.
  public var meanReturn: Double {
    episodes.reduce(0) { $0 + $1.undiscountedReturn } / Double(episodes.count)
  }

  /// Episodes whose simulation diverged.
  public var divergedCount: Int { episodes.count(where: \.diverged) }

  /// Mean number of steps over the episodes.
  public var meanSteps: Double {
    episodes.reduce(0) { $0 + Double($1.steps) } / Double(episodes.count)
  }
}
