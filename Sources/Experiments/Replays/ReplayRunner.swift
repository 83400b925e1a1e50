import DenseMath
import MetaLearning

/// Runs replay scripts and records what happens.
public struct ReplayRunner: Sendable {
  private let family: any TaskFamily
  private let definitionDigest: String
  private let software: String
  private let policies: ReplayPolicyProvider

  /// A runner for one family.
  ///
  /// - Parameters:
  ///   - family: the family that the script's `environment` names.
  ///   - definitionDigest: SHA-256 of its resolved definition, for the header.
  ///   - software: program and version, for the header.
  ///   - policies: loads and adapts the policies that scripts name.
  public init(
    family: any TaskFamily, definitionDigest: String, software: String,
    policies: @escaping ReplayPolicyProvider
  ) {
    self.family = family
    self.definitionDigest = definitionDigest
    self.software = software
    self.policies = policies
  }

  /// Runs all rollouts of a script in order.
  ///
  /// Everything the script names is found and checked before the first line is written.
  ///
  /// - Parameters:
  ///   - script: what to run.
  ///   - write: is given the recording line by line, each with its line end.
  /// - Returns: one outcome a rollout.
  /// - Throws: `ReplayError`, what the policies throw, and what `write` throws.
  public func run(
    _ script: ReplayScript, write: ([UInt8]) throws -> Void
  ) async throws -> [ReplayOutcome] {
    let preparation = ReplayPreparation(script: script, family: family, policies: policies)
    let rollouts = try await preparation.rollouts()
    let header = RecordingHeader(
      environment: script.environment, definitionDigest: definitionDigest, seed: script.seed,
      software: software, rollouts: rollouts.map(\.recorded))
    try write(Self.line(header.json))
    var outcomes: [ReplayOutcome] = []
    for (index, rollout) in rollouts.enumerated() {
      let episodes = try run(rollout, index: index, seed: script.seed, write: write)
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
    _ rollout: PreparedRollout, index: Int, seed: UInt64, write: ([UInt8]) throws -> Void
  ) throws -> [EpisodeSummary] {
    let steps = rollout.recorded.actionCount ?? family.horizon
    let groupSize = max(1, min(64, 20_000 / max(steps, 1)))
    var summaries: [EpisodeSummary] = []
    var start = 0
    while start < rollout.recorded.episodes {
      let end = min(start + groupSize, rollout.recorded.episodes)
      var episodes = try ReplayEpisodes(
        start..<end, of: rollout.recorded, rolloutIndex: index, seed: seed, family: family)
      let (lines, group) = run(&episodes, rollout: rollout, steps: steps)
      for line in lines { try write(line) }
      summaries += group
      start = end
    }
    return summaries
  }

  /// Steps a group of lanes until each has ended: the lines and the summary of every lane.
  private func run(
    _ episodes: inout ReplayEpisodes, rollout: PreparedRollout, steps: Int
  ) -> ([[UInt8]], [EpisodeSummary]) {
    let laneCount = episodes.batch.laneCount
    var lines = Array(repeating: [UInt8](), count: laneCount)
    var summaries = Array(repeating: EpisodeSummary(), count: laneCount)
    func record(_ frame: RecordingFrame, lane: Int) {
      frame.json.append(to: &lines[lane])
      lines[lane].append(0x0A)
      summaries[lane].finalObservation = frame.observation
      summaries[lane].finalState = frame.state
      guard let transition = frame.transition else { return }
      summaries[lane].steps = frame.step
      summaries[lane].undiscountedReturn += transition.reward
      summaries[lane].terminated = transition.terminated
      summaries[lane].truncated = transition.truncated
    }
    for lane in 0..<laneCount { record(episodes.frame(lane: lane, step: 0), lane: lane) }
    var step = 0
    while step < steps, episodes.batch.active.contains(true) {
      act(&episodes, rollout: rollout, step: step)
      step += 1
      episodes.step()
      for lane in 0..<laneCount where episodes.batch.active[lane] {
        let frame = episodes.frame(lane: lane, step: step)
        record(frame, lane: lane)
        let ended = frame.transition.map { $0.terminated || $0.truncated } ?? false
        if ended, !rollout.recorded.continuesAfterTermination {
          episodes.batch.active[lane] = false
        }
      }
    }
    return (lines, summaries)
  }

  private func act(_ episodes: inout ReplayEpisodes, rollout: PreparedRollout, step: Int) {
    switch rollout.actor {
    case .actions(let actions):
      let width = episodes.batch.actionWidth
      for lane in 0..<episodes.batch.laneCount {
        for entry in 0..<width {
          episodes.batch.actions[lane * width + entry] = actions[step][entry]
        }
      }
    case .policy(let policy, let deterministic):
      let streams = deterministic ? nil : episodes.actionStreams(step: step)
      policy.act(&episodes.batch, streams: streams)
    }
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

  /// Mean number of steps over the episodes.
  public var meanSteps: Double {
    episodes.reduce(0) { $0 + Double($1.steps) } / Double(episodes.count)
  }
}
