import MetaLearning
import StrictYAML

/// Where in a recording a reader is, and what may come next.
struct RecordingPosition {
  private let header: RecordingHeader
  private let origin: String
  private var rollout = 0
  private var episode = -1
  private var step = 0
  private var ended = true

  /// The position before the first frame.
  init(header: RecordingHeader, origin: String) {
    self.header = header
    self.origin = origin
  }

  /// The place in words.
  var text: String {
    "rollout \(rollout) \(quotedForMessage(header.rollouts[rollout].name)), "
      + "episode \(episode), step \(step)"
  }

  /// Moves to a frame, which must be the one that comes next.
  ///
  /// - Throws: `RecordingDifference` for any other.
  mutating func advance(to frame: RecordingFrame, line: Int) throws(RecordingDifference) {
    let recorded = "rollout \(frame.rollout), episode \(frame.episode), step \(frame.step)"
    guard let next = nextAddress() else {
      throw RecordingDifference(
        origin: origin, line: line, place: text, field: "the end", recorded: recorded,
        simulated: "the end of the recording")
    }
    guard frame.rollout == next.rollout, frame.episode == next.episode, frame.step == next.step
    else {
      throw RecordingDifference(
        origin: origin, line: line, place: "order of the lines", field: "the next line",
        recorded: recorded,
        simulated: "rollout \(next.rollout), episode \(next.episode), step \(next.step)")
    }
    (rollout, episode, step, ended) = (next.rollout, next.episode, next.step, false)
  }

  /// Takes note of whether the episode is over after a frame.
  mutating func noteEnd(of frame: RecordingFrame) {
    let entry = header.rollouts[rollout]
    let over = frame.transition.map { $0.terminated || $0.truncated } ?? false
    ended =
      (over && !entry.continuesAfterTermination)
      || entry.actionCount.map { frame.step >= $0 } ?? false
  }

  /// Refuses a recording that stops before its last episode is over.
  ///
  /// - Throws: `RecordingDifference` after the last line.
  func checkComplete(line: Int) throws(RecordingDifference) {
    guard let next = nextAddress() else { return }
    throw RecordingDifference(
      origin: origin, line: line + 1, place: "end of the recording", field: "the next line",
      recorded: "missing",
      simulated: "rollout \(next.rollout), episode \(next.episode), step \(next.step)")
  }

  /// What comes next, or nil when every episode is over.
  private func nextAddress() -> (rollout: Int, episode: Int, step: Int)? {
    if !ended { return (rollout, episode, step + 1) }
    if episode + 1 < header.rollouts[rollout].episodes { return (rollout, episode + 1, 0) }
    return rollout + 1 < header.rollouts.count ? (rollout + 1, 0, 0) : nil
  }
}
