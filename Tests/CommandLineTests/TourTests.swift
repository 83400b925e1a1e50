import Foundation
import Testing

/// The tour of the README, line by line, with less to do in each.
@Suite struct TourTests {
  /// What makes a command of the tour small.
  private static let smaller: [(command: String, flags: [String])] = [
    ("train", Array(Program.smallTraining.dropFirst(4))),
    ("evaluate", ["--tasks", "2", "--rollouts-per-task", "2"]),
    ("sweep", ["--tasks", "2", "--rollouts-per-task", "2"]),
    ("plot", ["--tasks", "2", "--rollouts-per-task", "2"]),
    ("report", ["--tasks", "2", "--rollouts-per-task", "2"]),
  ]

  private static func lines() throws -> [[String]] {
    let readme = try String(
      contentsOf: Program.sources.appendingPathComponent("README.md"), encoding: .utf8)
    let tour = try #require(readme.split(separator: "## A tour in ten lines").last)
    let block = try #require(tour.split(separator: "```\n").dropFirst().first)
    return block.split(separator: "\n").map { line in
      line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
    }
  }

  @Test func `the tour of the README has ten lines, and all of them work in order`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try FileManager.default.createSymbolicLink(
      at: program.folder.appendingPathComponent("Environments"),
      withDestinationURL: Program.sources.appendingPathComponent("Environments"))
    let lines = try Self.lines()
    #expect(lines.count == 10)
    for line in lines {
      #expect(line.first == "metarl")
      if line.contains("plot"), !PlotCommandTests.hasGnuplot { continue }
      let flags = Self.smaller.first { $0.command == line[1] }?.flags ?? []
      let result = try program.run(Array(line.dropFirst()) + flags)
      #expect(result.code == 0, "\(line.joined(separator: " ")): \(result.error)")
    }
    for name in ["runs/nav/config.yaml", "shifted.html", "walk.html", "navigation-2d.jsonl"] {
      #expect(program.contents.contains(name), "\(name)")
    }
  }
}
