import Foundation
import Testing

@testable import Experiments

/// The table of keys in docs/Formats.md against the configuration itself.
@Suite struct DocumentedDefaultsTests {
  @Test func `the documented table has every key, with its default`() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: sources.appendingPathComponent("docs/Formats.md"), encoding: .utf8)
    let table = try #require(text.split(separator: "| key | flag | default | meaning |").last)
    let rows = table.split(separator: "\n").dropFirst().prefix { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces).replacing("`", with: "")
      }
    }
    #expect(rows.map { $0[1] } == RunConfiguration.keys)
    for row in rows where row[1] != "family" {
      #expect(row[3] == RunConfiguration.defaultText(of: row[1]), "\(row[1])")
    }
  }

  /// Keys without a section, `learner` of a checkpoint names as documented: flat, with points.
  @Test func `the learner of a checkpoint is one flat object of the documented keys`() throws {
    let members = try #require(RunConfiguration().learner.json.members)
    let sections = [
      "policy.", "sampling.", "advantages.", "examples.", "adaptation.", "outer.",
      "trust_region.",
    ]
    let keys = RunConfiguration.keys.filter { key in
      key == "algorithm" || sections.contains { key.hasPrefix($0) }
    }
    #expect(members.map(\.key) == keys)
    #expect(members.allSatisfy { $0.value.members == nil })
  }
}
