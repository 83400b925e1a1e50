import MetaLearning
import StrictYAML

/// Simulates a recording again, from its header, seeds and actions, and compares every number.
public struct RecordingVerification {
  private let family: any TaskFamily
  private let definitionDigest: String
  private let comparison: FrameComparison

  /// A verification against a family.
  ///
  /// - Parameters:
  ///   - family: the family that the recording's header names.
  ///   - definitionDigest: SHA-256 of its resolved definition.
  ///   - tolerance: greatest accepted |recorded − simulated| / max(1, |recorded|); 0 compares
  ///     bit for bit.
  public init(family: any TaskFamily, definitionDigest: String, tolerance: Double) {
    precondition(
      tolerance >= 0 && tolerance.isFinite, "tolerance: \(tolerance), a finite number ≥ 0 expected")
    self.family = family
    self.definitionDigest = definitionDigest
    comparison = FrameComparison(tolerance: tolerance)
  }

  /// How much was compared.
  public struct Summary: Sendable, Equatable {
    /// Rollouts of the recording.
    public var rollouts = 0
    /// Episodes of all rollouts.
    public var episodes = 0
    /// Steps of all episodes, resets not counted.
    public var steps = 0
  }

  /// Reads a recording to its end.
  ///
  /// - Parameters:
  ///   - recording: from its first line.
  ///   - progress: told the number of every line that agrees.
  /// - Returns: how much was compared, when all of it agrees.
  /// - Throws: `RecordingDifference`, the first one; `ReplayError` for a line that cannot be
  ///   read, or a header or action that does not fit the family.
  public func verify(
    _ recording: RecordingReader, progress: (Int) -> Void = { _ in }
  ) throws -> Summary {
    var reader = recording
    var position = RecordingPosition(header: reader.header, origin: reader.origin)
    guard reader.header.definitionDigest == definitionDigest else {
      throw RecordingDifference(
        origin: reader.origin, line: 1, place: "header", field: "definition_digest",
        recorded: quotedForMessage(reader.header.definitionDigest),
        simulated: "\(definitionDigest) (the definition of \(family.qualifiedName) is another)")
    }
    var summary = Summary(rollouts: reader.header.rollouts.count)
    var episode: ReplayEpisodes?
    var lastLine = 1
    while let (frame, line) = try reader.next() {
      lastLine = line
      try position.advance(to: frame, line: line)
      let simulated = try simulate(frame, in: &episode, header: reader.header) {
        ReplayError(origin: reader.origin, line: $0 ?? line, message: $1)
      }
      if let (field, recorded, seen) = comparison.firstDifference(
        recorded: frame, simulated: simulated)
      {
        throw RecordingDifference(
          origin: reader.origin, line: line, place: position.text, field: field,
          recorded: recorded, simulated: seen)
      }
      position.noteEnd(of: simulated)
      progress(line)
      if frame.step == 0 { summary.episodes += 1 } else { summary.steps += 1 }
    }
    try position.checkComplete(line: lastLine)
    return summary
  }

  /// The frame that the simulation gives where the recording has `frame`.
  private func simulate(
    _ frame: RecordingFrame, in episode: inout ReplayEpisodes?, header: RecordingHeader,
    failure: (_ line: Int?, _ message: String) -> ReplayError
  ) throws -> RecordingFrame {
    guard let transition = frame.transition else {
      do {
        let started = try ReplayEpisodes(
          frame.episode..<frame.episode + 1, of: header.rollouts[frame.rollout],
          rolloutIndex: frame.rollout, seed: header.seed, family: family)
        episode = started
        return started.frame(lane: 0, step: 0)
      } catch {
        throw failure(1, "rollout \(frame.rollout): \(error)")
      }
    }
    let action = transition.action
    guard action.count == family.actionSpace.width, action.allSatisfy(\.isFinite) else {
      throw failure(
        nil,
        "the action must be \(family.actionSpace.width) finite numbers for "
          + "\(family.qualifiedName).")
    }
    if case .discrete(let count) = family.actionSpace,
      !(action[0] >= 0 && action[0] < Double(count) && action[0] == action[0].rounded())
    {
      throw failure(nil, "the action must be a whole number from 0 to \(count - 1).")
    }
    guard episode != nil else { throw failure(nil, "a step comes before the first reset.") }
    episode?.batch.actions = action
    episode?.step()
    guard let simulated = episode?.frame(lane: 0, step: frame.step) else { return frame }
    return simulated
  }
}
