import Environments
import Experiments
import Files
import Foundation
import MetaLearning

/// A recording that is read line by line.
///
/// Nothing in a recording is believed: sizes are bounded by the file's own, and every line is
/// checked for its members and their types. Whether the numbers are right is the business of
/// `RecordingVerification`.
public struct RecordingReader {
  /// The file's name as errors show it.
  public let origin: String
  /// The first line.
  public let header: RecordingHeader

  private var rest: ArraySlice<UInt8>
  private var lineNumber = 1

  /// Opens a recording and reads its header.
  ///
  /// - Throws: `FileError`, or `ReplayError` for what is no recording or of another version.
  public init(path: String) throws {
    try self.init(bytes: try FileSystem.contents(of: path), origin: path)
  }

  /// Reads a recording from memory.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - origin: its name as errors show it.
  /// - Throws: `ReplayError` for what is no recording or of another version.
  public init(bytes: [UInt8], origin: String) throws(ReplayError) {
    self.origin = origin
    rest = bytes[...]
    guard let first = Self.takeLine(from: &rest) else {
      throw ReplayError(
        origin: origin, message: "is empty; a recording starts with a header line.")
    }
    header = try RecordingHeader(
      line: try RecordingLine(bytes: first, origin: origin, number: 1))
  }

  /// The lines of the whole recording.
  ///
  /// - Complexity: O(bytes) before the first `next`.
  public var lineCount: Int {
    lineNumber + rest.count { $0 == 0x0A } + (rest.last == 0x0A || rest.isEmpty ? 0 : 1)
  }

  /// The next reset or step, with its line number, or nil at the end.
  ///
  /// - Throws: `ReplayError` with the line.
  public mutating func next() throws(ReplayError) -> (frame: RecordingFrame, line: Int)? {
    while let bytes = Self.takeLine(from: &rest) {
      lineNumber += 1
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      let line = try RecordingLine(bytes: bytes, origin: origin, number: lineNumber)
      return (try RecordingFrame(line: line), lineNumber)
    }
    return nil
  }

  private static func takeLine(from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
    let line = rest[rest.startIndex..<end]
    rest = rest[min(end + 1, rest.endIndex)...]
    return line
  }
}

extension RecordingHeader {
  fileprivate init(line: RecordingLine) throws(ReplayError) {
    guard line.has("format"), try line.text("format") == Self.format else {
      throw line.error("this is no recording; its first line has no format '\(Self.format)'.")
    }
    let version = try line.integer("version", in: 0...Int.max)
    guard (1...Self.newestVersion).contains(version) else {
      throw line.error(
        "the recording has version \(version); this build reads 1 to \(Self.newestVersion). "
          + "Record it again, or use the metarl that wrote it.")
    }
    try line.checkKeys(
      [
        "format", "version", "environment", "definition_digest", "seed", "software", "physics",
        "rollouts",
      ] + (version > 1 ? ["family_files"] : []))
    self.init(
      environment: try line.text("environment"),
      definitionDigest: try line.text("definition_digest"),
      seed: try Self.seed(line),
      software: try line.text("software"),
      rollouts: [])
    if line.has("physics") {
      guard let engine = PhysicsEngine(rawValue: try line.text("physics")) else {
        throw line.expected("physics", "mujoco or lanes")
      }
      physics = engine.rawValue
    }
    for entry in try line.objects("rollouts") {
      rollouts.append(try RecordedRollout(line: entry))
    }
    guard !rollouts.isEmpty else { throw line.error("there are no rollouts in the header.") }
    guard line.has("family_files") else { return }
    var files: [FamilyFile] = []
    for entry in try line.objects("family_files") { files.append(try FamilyFile(line: entry)) }
    let carried = CarriedFamily(files: files)
    do {
      try carried.requireConfined()
    } catch {
      throw line.error("\(error)")
    }
    family = carried
  }

  private static func seed(_ line: RecordingLine) throws(ReplayError) -> UInt64 {
    if let text = try? line.text("seed") {
      guard let seed = UInt64(text) else {
        throw line.expected("seed", "a whole number from 0 to \(UInt64.max)")
      }
      return seed
    }
    return UInt64(try line.integer("seed", in: 0...Int.max))
  }
}

extension FamilyFile {
  fileprivate init(line: RecordingLine) throws(ReplayError) {
    try line.checkKeys(["role", "name", "text", "base64"])
    guard let role = Role(rawValue: try line.text("role")) else {
      throw line.expected("role", "definition, model or part")
    }
    let name = try line.text("name")
    guard line.has("base64") else {
      self.init(role: role, name: name, contents: Array(try line.text("text").utf8))
      return
    }
    guard !line.has("text"), let data = Data(base64Encoded: try line.text("base64")) else {
      throw line.expected("base64", "bytes in base64, and stand alone")
    }
    self.init(role: role, name: name, contents: Array(data))
  }
}

extension RecordedRollout {
  fileprivate init(line: RecordingLine) throws(ReplayError) {
    try line.checkKeys([
      "name", "task", "split", "index", "episodes", "initial_state", "actions",
      "continue_after_termination", "policy", "parameters_digest", "adaptation_steps",
      "deterministic",
    ])
    name = try line.text("name")
    task = TaskParameters(
      try line.namedVectors("task").map { .init(name: $0.name, values: $0.values) })
    if line.has("split") {
      guard let split = TaskSplit(rawValue: try line.text("split")) else {
        throw line.expected(
          "split", "one of " + TaskSplit.allCases.map(\.rawValue).joined(separator: ", "))
      }
      draw = Draw(split: split, index: try line.integer("index", in: 0...Int(UInt32.max)))
    }
    episodes = try line.integer("episodes", in: 1...ReplayScript.maximumEpisodes)
    initialState = LaneState([])
    if line.has("initial_state") {
      initialState = LaneState(
        try line.namedVectors("initial_state").map { .init(name: $0.name, values: $0.values) })
    }
    continuesAfterTermination = false
    if line.has("policy") {
      policy = Policy(
        path: try line.text("policy"),
        parametersDigest: try line.text("parameters_digest"),
        adaptationSteps: try line.integer("adaptation_steps", in: 0...Int(UInt32.max)),
        deterministic: try line.boolean("deterministic"))
    } else {
      actionCount = try line.integer("actions", in: 1...ReplayScript.maximumActions)
      continuesAfterTermination = try line.boolean("continue_after_termination")
    }
  }
}

extension RecordingFrame {
  fileprivate init(line: RecordingLine) throws(ReplayError) {
    rollout = try line.integer("rollout", in: 0...Int(UInt32.max))
    episode = try line.integer("episode", in: 0...ReplayScript.maximumEpisodes)
    step = try line.integer("step", in: 0...Int(UInt32.max))
    observation = try line.numbers("observation")
    state = LaneState(
      try line.namedVectors("state").map { .init(name: $0.name, values: $0.values) })
    let always = ["rollout", "episode", "step", "observation", "state"]
    if step == 0 {
      try line.checkKeys(always)
    } else {
      try line.checkKeys(
        always + ["action", "reward", "reward_terms", "terminated", "truncated"])
      transition = Transition(
        action: try line.numbers("action"), reward: try line.number("reward"),
        rewardTerms: try line.namedNumbers("reward_terms"),
        terminated: try line.boolean("terminated"), truncated: try line.boolean("truncated"))
    }
  }
}
