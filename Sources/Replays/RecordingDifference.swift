import MetaLearning

/// The first thing in which a recording and its simulation differ.
public struct RecordingDifference: Error, Sendable, Hashable, CustomStringConvertible {
  /// The recording's name.
  public let origin: String
  /// The line, counted from 1.
  public let line: Int
  /// Where it happens: `rollout 0 'before', episode 1, step 3`.
  public let place: String
  /// What differs: `observation[1]`.
  public let field: String
  /// What the recording says.
  public let recorded: String
  /// What the simulation gives.
  public let simulated: String

  /// One line with all of it.
  public var description: String {
    "\(origin):\(line): \(place): \(field) is recorded as \(recorded), simulated as \(simulated)"
  }
}

/// Compares frames number by number.
struct FrameComparison {
  /// Greatest accepted |recorded − simulated| / max(1, |recorded|); 0 compares bits.
  let tolerance: Double

  /// The first field in which two frames differ, or nil.
  func firstDifference(
    recorded: RecordingFrame, simulated: RecordingFrame
  ) -> (field: String, recorded: String, simulated: String)? {
    if let difference = compare("observation", recorded.observation, simulated.observation) {
      return difference
    }
    if let was = recorded.transition, let now = simulated.transition,
      let difference = compare(was, now)
    {
      return difference
    }
    return compare(
      "state", recorded.state.entries.map { ($0.name, $0.values) },
      simulated.state.entries.map { ($0.name, $0.values) })
  }

  private func compare(
    _ recorded: RecordingFrame.Transition, _ simulated: RecordingFrame.Transition
  ) -> (field: String, recorded: String, simulated: String)? {
    if !agree(recorded.reward, simulated.reward) {
      return ("reward", "\(recorded.reward)", "\(simulated.reward)")
    }
    if let difference = compare(
      "reward_terms", recorded.rewardTerms.map { ($0.name, [$0.value]) },
      simulated.rewardTerms.map { ($0.name, [$0.value]) })
    {
      return difference
    }
    if recorded.terminated != simulated.terminated {
      return ("terminated", "\(recorded.terminated)", "\(simulated.terminated)")
    }
    if recorded.truncated != simulated.truncated {
      return ("truncated", "\(recorded.truncated)", "\(simulated.truncated)")
    }
    return nil
  }

  private func compare(
    _ field: String, _ recorded: [(String, [Double])], _ simulated: [(String, [Double])]
  ) -> (field: String, recorded: String, simulated: String)? {
    let names = (recorded.map(\.0), simulated.map(\.0))
    guard names.0 == names.1 else {
      return (
        "the members of \(field)", names.0.joined(separator: ", "),
        names.1.joined(separator: ", ")
      )
    }
    for (was, now) in zip(recorded, simulated) {
      if let difference = compare("\(field).\(was.0)", was.1, now.1) { return difference }
    }
    return nil
  }

  private func compare(
    _ field: String, _ recorded: [Double], _ simulated: [Double]
  ) -> (field: String, recorded: String, simulated: String)? {
    guard recorded.count == simulated.count else {
      return (
        "the number of entries of \(field)", "\(recorded.count)", "\(simulated.count)"
      )
    }
    for index in recorded.indices where !agree(recorded[index], simulated[index]) {
      // A reward term is one number, not a vector.
      let entry = field.hasPrefix("reward_terms") ? field : "\(field)[\(index)]"
      return (entry, "\(recorded[index])", "\(simulated[index])")
    }
    return nil
  }

  /// Equal bits, or within the tolerance; a number that is not finite is recorded as null and
  /// agrees with any other that is not.
  private func agree(_ recorded: Double, _ simulated: Double) -> Bool {
    if recorded.bitPattern == simulated.bitPattern { return true }
    if !recorded.isFinite { return !simulated.isFinite }
    return tolerance > 0 && abs(recorded - simulated) <= tolerance * max(1, abs(recorded))
  }
}
