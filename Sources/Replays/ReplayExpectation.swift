import MetaLearning

/// One thing a script expects of a rollout.
public enum ReplayExpectation: Sendable {
  /// The mean undiscounted return over the episodes.
  case meanReturn(Bounds)
  /// The mean number of steps over the episodes.
  case meanSteps(Bounds)
  /// Whether the last step of every episode was terminated (or of none).
  case terminated(Bool)
  /// Whether the last step of every episode was truncated (or of none).
  case truncated(Bool)
  /// The last observation of every episode.
  case finalObservation(Vector)
  /// A named vector of the last state of every episode.
  case finalState(name: String, Vector)

  /// Bounds on a number, all of which must hold.
  public struct Bounds: Sendable, Hashable {
    /// The number is at least this.
    public var atLeast: Double?
    /// The number is at most this.
    public var atMost: Double?
    /// The number is this, give or take `within`.
    public var equals: Double?
    /// Greatest accepted |seen − expected|, ≥ 0.
    public var within = 1e-9

    /// Whether a number keeps all bounds; NaN never does.
    func holds(for value: Double) -> Bool {
      (atLeast.map { value >= $0 } ?? true) && (atMost.map { value <= $0 } ?? true)
        && (equals.map { abs(value - $0) <= within } ?? true)
    }

    /// The bounds in words: `at least -12 and at most -3`.
    var text: String {
      [
        atLeast.map { "at least \($0)" }, atMost.map { "at most \($0)" },
        equals.map { "\($0) within \(within)" },
      ].compactMap { $0 }.joined(separator: " and ")
    }
  }

  /// A vector, give or take.
  public struct Vector: Sendable, Hashable {
    /// What is expected.
    public var equals: [Double]
    /// Greatest accepted |seen − expected| of an entry, ≥ 0.
    public var within: Double

    func holds(for values: [Double]) -> Bool {
      values.count == equals.count
        && zip(values, equals).allSatisfy { abs($0 - $1) <= within }
    }

    var text: String { "\(equals) within \(within)" }
  }

  /// What contradicts the expectation, or nil when it holds.
  ///
  /// - Parameter episodes: the rollout's episodes; at least one.
  /// - Returns: `mean_return: expected at least -12, seen -13.5`.
  func contradiction(in episodes: [EpisodeSummary]) -> String? {
    let count = Double(episodes.count)
    switch self {
    case .meanReturn(let bounds):
      let mean = episodes.reduce(0) { $0 + $1.undiscountedReturn } / count
      return bounds.holds(for: mean)
        ? nil : "mean_return: expected \(bounds.text), seen \(mean)"
    case .meanSteps(let bounds):
      let mean = episodes.reduce(0) { $0 + Double($1.steps) } / count
      return bounds.holds(for: mean)
        ? nil : "mean_steps: expected \(bounds.text), seen \(mean)"
    case .terminated(let expected):
      return Self.contradiction("terminated", expected, episodes.map(\.terminated))
    case .truncated(let expected):
      return Self.contradiction("truncated", expected, episodes.map(\.truncated))
    case .finalObservation(let vector):
      return Self.contradiction("final_observation", vector, episodes.map(\.finalObservation))
    case .finalState(let name, let vector):
      return Self.contradiction(
        "final_state.\(name)", vector, episodes.map { $0.finalState[name] ?? [] })
    }
  }

  private static func contradiction(
    _ key: String, _ expected: Bool, _ seen: [Bool]
  ) -> String? {
    guard let episode = seen.firstIndex(where: { $0 != expected }) else { return nil }
    return "\(key): expected \(expected), seen \(!expected) in episode \(episode)"
  }

  private static func contradiction(
    _ key: String, _ expected: Vector, _ seen: [[Double]]
  ) -> String? {
    guard let episode = seen.firstIndex(where: { !expected.holds(for: $0) }) else { return nil }
    return "\(key): expected \(expected.text), seen \(seen[episode]) in episode \(episode)"
  }
}

/// What became of one episode of a replay.
public struct EpisodeSummary: Sendable, Equatable {
  /// Sum of the rewards.
  public var undiscountedReturn = 0.0
  /// Control steps taken.
  public var steps = 0
  /// Whether the task ended the episode at its last step.
  public var terminated = false
  /// Whether the horizon cut the episode off at its last step.
  public var truncated = false
  /// Whether the simulation diverged.
  public var diverged = false
  /// The last observation, [O].
  public var finalObservation: [Double] = []
  /// The last state.
  public var finalState = LaneState([])

  /// Takes the next frame of the episode into account.
  mutating func add(_ frame: RecordingFrame) {
    finalObservation = frame.observation
    finalState = frame.state
    guard let transition = frame.transition else { return }
    steps = frame.step
    undiscountedReturn += transition.reward
    terminated = transition.terminated
    truncated = transition.truncated
  }
}
