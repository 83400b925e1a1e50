import Environments
import Foundation
import MetaLearning
import Testing

@testable import Experiments
@testable import Replays

@Suite struct BuiltInReplaysTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Environments").path

  static var scripts: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/Replays")
    return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
  }

  @Test func `the built-in scripts are found`() {
    #expect(Self.scripts.contains("navigation-2d.yaml"))
  }

  @Test(arguments: scripts)
  func `every built-in script holds, and its recording verifies bit for bit`(
    name: String
  ) throws {
    let script = try ReplayScript(path: Self.folder + "/Replays/" + name)
    let catalog = FamilyCatalog(folders: [Self.folder + "/Families"])
    // A build without MuJoCo has no robots to replay.
    if muJoCoVersion == nil, (try? catalog.family(named: script.environment)) == nil { return }
    let family = try catalog.family(named: script.environment)
    let runner = ReplayRunner(
      family: family, definitionDigest: "d", software: "metarl test"
    ) { request, _, _ in
      throw ReplayError(origin: request.path, message: "built-in scripts need no policy")
    }
    var bytes: [UInt8] = []
    let outcomes = try runner.run(script) { bytes += $0 }
    for outcome in outcomes {
      #expect(outcome.contradictions == [], "\(outcome.name)")
      #expect(outcome.expectationCount > 0, "'\(outcome.name)' expects nothing")
    }
    let verification = RecordingVerification(family: family, definitionDigest: "d", tolerance: 0)
    #expect(throws: Never.self) {
      try verification.verify(try RecordingReader(bytes: bytes, origin: name))
    }
  }
}
