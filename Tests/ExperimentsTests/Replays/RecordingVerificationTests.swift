import MetaLearning
import Testing

@testable import Experiments
@testable import Replays

@Suite struct RecordingVerificationTests {
  private static let text = """
    environment: slope
    seed: 7
    rollouts:
      - {name: free, task: {split: held_out, index: 3}, actions: [0.1, 0.2, 0.3], episodes: 2}
      - name: placed
        task: {slope: 0.5, target: 3}
        initial_state: {position: 8.2}
        actions: [1, 1, 1]
    """

  private func recording() throws -> [UInt8] {
    let script = try ReplayScript(text: Self.text, origin: "walk.yaml", folder: ".")
    let runner = ReplayRunner(
      family: SlopeFamily(), definitionDigest: "d1", software: "metarl test"
    ) { _, _, _ in throw SlopeError(description: "no policy here") }
    var bytes: [UInt8] = []
    _ = try runner.run(script) { bytes += $0 }
    return bytes
  }

  private func verify(
    _ bytes: [UInt8], tolerance: Double = 0, family: SlopeFamily = SlopeFamily(),
    digest: String = "d1"
  ) throws -> RecordingVerification.Summary {
    try RecordingVerification(family: family, definitionDigest: digest, tolerance: tolerance)
      .verify(try RecordingReader(bytes: bytes, origin: "walk.jsonl"))
  }

  private func replacing(_ old: String, _ new: String, in bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).replacing(old, with: new, maxReplacements: 1).utf8)
  }

  @Test func `an untouched recording agrees bit for bit`() throws {
    let summary = try verify(try recording())
    #expect(summary == .init(rollouts: 2, episodes: 3, steps: 8))
  }

  @Test func `every number of a frame reads back as the same bits`() throws {
    let bytes = try recording()
    var reader = try RecordingReader(bytes: bytes, origin: "walk.jsonl")
    var again: [UInt8] = []
    reader.header.json.append(to: &again)
    again.append(0x0A)
    while let (frame, _) = try reader.next() {
      frame.json.append(to: &again)
      again.append(0x0A)
    }
    #expect(again == bytes)
  }

  @Test(arguments: [
    ("\"action\":[0.2]", "\"action\":[0.25]", 4, "observation[0]"),
    ("\"reward_terms\":{\"distance\":-0", "\"reward_terms\":{\"distance\":-1", 3, "distance"),
    ("\"terminated\":false", "\"terminated\":true", 3, "terminated"),
    ("\"truncated\":false", "\"truncated\":true", 3, "truncated"),
    ("\"state\":{\"position\":[", "\"state\":{\"position\":[9", 2, "state.position[0]"),
    ("\"episode\":0,\"step\":2", "\"episode\":0,\"step\":3", 4, "next line"),
    ("\"seed\":7", "\"seed\":8", 2, "observation[0]"),
    ("\"effort\"", "\"effrot\"", 3, "members of reward_terms"),
  ])
  func `the first difference is named`(
    old: String, new: String, line: Int, field: String
  ) throws {
    let bytes = replacing(old, new, in: try recording())
    let difference = try #require(throws: RecordingDifference.self) { try verify(bytes) }
    #expect(difference.line == line)
    #expect(difference.field.contains(field), "\(difference)")
  }

  @Test func `a tolerance accepts what is near and refuses what is not`() throws {
    let bytes = try recording()
    let faulty = SlopeFamily(fault: 1e-7)
    #expect(throws: RecordingDifference.self) { try verify(bytes, family: faulty) }
    #expect(throws: RecordingDifference.self) {
      try verify(bytes, tolerance: 1e-8, family: faulty)
    }
    #expect(throws: Never.self) { try verify(bytes, tolerance: 1e-6, family: faulty) }
  }

  @Test func `another definition is a difference`() throws {
    let bytes = try recording()
    let difference = try #require(throws: RecordingDifference.self) {
      try verify(bytes, digest: "d2")
    }
    #expect(difference.field == "definition_digest")
  }

  @Test func `a recording cut off anywhere is refused and nothing crashes`() throws {
    let bytes = try recording()
    // The last byte is a line end, without which the recording still says everything.
    for count in 0..<bytes.count - 1 {
      #expect(throws: (any Error).self, "cut at byte \(count)") {
        try verify(Array(bytes.prefix(count)))
      }
    }
  }

  @Test func `a damaged byte never crashes the reader`() throws {
    let bytes = try recording()
    for index in bytes.indices {
      for damage: UInt8 in [0x00, 0x22, 0x39, 0x5B, 0x7D, 0xFF] {
        var damaged = bytes
        damaged[index] = damage
        _ = try? verify(damaged)
      }
    }
  }

  @Test(arguments: [
    ("", "empty"), ("{}", "no recording"), ("[1]", "not a JSON object"),
    ("{\"format\":\"metarl-recording\",\"version\":3}", "version 3"),
    ("{\"format\":\"metarl-recording\",\"version\":1,\"sead\":1}", "did you mean 'seed'"),
  ])
  func `what is no recording is refused with a reason`(text: String, says: String) {
    let error = #expect(throws: ReplayError.self) {
      try RecordingReader(bytes: Array(text.utf8), origin: "walk.jsonl")
    }
    #expect(error?.message.contains(says) == true, "\(error.map(\.description) ?? "")")
  }
}
