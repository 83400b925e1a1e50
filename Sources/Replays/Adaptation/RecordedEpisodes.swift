import Environments
import Files
import MetaLearning
import StrictYAML

/// Episodes that were recorded elsewhere, as on a real robot: observations, actions, rewards.
///
/// Three forms are read, told apart by how the file starts: JSON Lines with one episode a line, a
/// recording of `metarl replay`, and a table (CSV) with one step a row. The formats are described in
/// docs/Formats.md.
public enum RecordedEpisodes {
  /// Largest file in bytes.
  static let largestFile = 1 << 28
  /// Most steps of all episodes together.
  static let mostSteps = 2_000_000

  /// Reads episodes and checks them against a family.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - family: whose observations and actions they must have.
  /// - Returns: the episodes, in the order of the file.
  /// - Throws: `FileError`, or `ReplayError` with the line and what is expected there.
  public static func read(
    path: String, family: DefinedTaskFamily
  ) throws -> TrajectoryBatch {
    try read(
      bytes: FileSystem.contents(of: path, limit: largestFile), origin: path, family: family)
  }

  /// Reads episodes from memory; see `read(path:family:)`.
  public static func read(
    bytes: [UInt8], origin: String, family: DefinedTaskFamily
  ) throws(ReplayError) -> TrajectoryBatch {
    var gathered = EpisodeGatherer(family: family, origin: origin)
    let first = bytes.first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
    if first == UInt8(ascii: "{") {
      let line = bytes.prefix { $0 != 0x0A }
      if (try? RecordingLine(bytes: line, origin: origin, number: 1).has("format")) == true {
        try readRecording(bytes, origin, into: &gathered)
      } else {
        try readLines(bytes, origin, into: &gathered)
      }
    } else {
      try readTable(bytes, origin, into: &gathered)
    }
    return try gathered.batch()
  }

  /// One object a line: `{"observations": [[…], …], "actions": [[…], …], "rewards": […]}`.
  private static func readLines(
    _ bytes: [UInt8], _ origin: String, into gathered: inout EpisodeGatherer
  ) throws(ReplayError) {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated()
    where !bytes.allSatisfy({ [0x20, 0x0D, 0x09].contains($0) }) {
      let line = try RecordingLine(bytes: bytes, origin: origin, number: index + 1)
      try line.checkKeys(["observations", "actions", "rewards", "terminated"])
      let rewards = try line.numbers("rewards")
      let observations = try line.rows("observations")
      let actions = try line.rows("actions")
      guard observations.count == rewards.count, actions.count == rewards.count else {
        throw line.error(
          "the episode has \(observations.count) observations, \(actions.count) actions and "
            + "\(rewards.count) rewards; give one of each a step.")
      }
      gathered.beginEpisode()
      for step in rewards.indices {
        try gathered.add(
          observation: observations[step], action: actions[step], reward: rewards[step],
          line: index + 1)
      }
      try gathered.endEpisode(
        terminated: line.has("terminated") ? try line.boolean("terminated") : false,
        line: index + 1)
    }
  }

  /// The episodes of all rollouts of a recording.
  private static func readRecording(
    _ bytes: [UInt8], _ origin: String, into gathered: inout EpisodeGatherer
  ) throws(ReplayError) {
    var reader = try RecordingReader(bytes: bytes, origin: origin)
    var (observation, terminated, line): ([Double]?, Bool, Int) = (nil, false, 1)
    while let (frame, number) = try reader.next() {
      line = number
      if let transition = frame.transition {
        guard let before = observation else {
          throw ReplayError(
            origin: origin, line: number, message: "a step comes before the first reset.")
        }
        try gathered.add(
          observation: before, action: transition.action, reward: transition.reward, line: number)
        terminated = transition.terminated
      } else {
        if observation != nil { try gathered.endEpisode(terminated: terminated, line: number) }
        gathered.beginEpisode()
        terminated = false
      }
      observation = frame.observation
    }
    if observation != nil { try gathered.endEpisode(terminated: terminated, line: line) }
  }

  /// A table with the columns `episode`, `observation_0` …, `action_0` … and `reward`.
  private static func readTable(
    _ bytes: [UInt8], _ origin: String, into gathered: inout EpisodeGatherer
  ) throws(ReplayError) {
    guard let rows = CommaSeparated.rows(of: String(decoding: bytes, as: UTF8.self)),
      let header = rows.first?.fields
    else {
      throw ReplayError(
        origin: origin, message: "is empty, or has a quote that is not closed.")
    }
    func fail(_ line: Int, _ message: String) -> ReplayError {
      ReplayError(origin: origin, line: line, message: message)
    }
    let observations = (0..<gathered.observationSize).map { "observation_\($0)" }
    let actions = (0..<gathered.actionWidth).map { "action_\($0)" }
    let needed = ["episode"] + observations + actions + ["reward"]
    let allowed = needed + ["terminated", "step", "time"]
    if let unknown = header.first(where: { !allowed.contains($0) }) {
      throw fail(
        1,
        "\(quotedForMessage(unknown)) is not a column of episodes of this family; it has "
          + "\(needed.joined(separator: ", ")), and may have terminated, step and time.")
    }
    var places: [String: Int] = [:]
    for (place, name) in header.enumerated() {
      guard places.updateValue(place, forKey: name) == nil else {
        throw fail(1, "the column '\(name)' is there twice.")
      }
    }
    if let missing = needed.first(where: { places[$0] == nil }) {
      throw fail(1, "the column '\(missing)' is missing.")
    }
    var (episode, terminated, last): (String?, Bool, Int) = (nil, false, 1)
    for (line, fields) in rows.dropFirst() {
      guard fields.count == header.count else {
        throw fail(line, "has \(fields.count) fields; the header has \(header.count).")
      }
      func number(_ name: String) throws(ReplayError) -> Double {
        let text = places[name].map { fields[$0] } ?? ""
        guard let number = Double(text) else {
          throw fail(line, "'\(name)' is \(quotedForMessage(text)), which is no number.")
        }
        return number
      }
      let name = places["episode"].map { fields[$0] }
      if name != episode {
        if episode != nil { try gathered.endEpisode(terminated: terminated, line: last) }
        gathered.beginEpisode()
        (episode, terminated) = (name, false)
      } else if terminated {
        throw fail(line, "a step follows the end of its episode.")
      }
      var observation: [Double] = []
      for name in observations { observation.append(try number(name)) }
      var action: [Double] = []
      for name in actions { action.append(try number(name)) }
      try gathered.add(
        observation: observation, action: action, reward: try number("reward"), line: line)
      if let place = places["terminated"] {
        switch fields[place] {
        case "true", "1": terminated = true
        case "false", "0", "": terminated = false
        case let text:
          throw fail(line, "'terminated' is \(quotedForMessage(text)); give true or false.")
        }
      }
      last = line
    }
    if episode != nil { try gathered.endEpisode(terminated: terminated, line: last) }
  }
}
