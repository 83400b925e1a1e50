import Foundation
import Testing

/// What the README names exists.
@Suite struct ReadmeTests {
  private static func text() throws -> String {
    try String(
      contentsOf: Program.sources.appendingPathComponent("README.md"), encoding: .utf8)
  }

  /// Whether a path of the project is there; a name alone may lie beside the path before it.
  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Program.sources.appendingPathComponent(path).path)
  }

  @Test func `links and paths of the project lead to files`() throws {
    let text = try Self.text()
    let links = text.matches(of: /\]\(([^)#]+)/).map { String($0.1) }
      .filter { !$0.hasPrefix("http") }
    #expect(links.count > 8)
    for link in links { #expect(Self.exists(link), "\(link)") }
    var folder = ""
    for match in text.matches(of: /`([A-Za-z0-9_.\/-]+\.(?:swift|yaml|md|svg|py))`/) {
      let path = String(match.1)
      let place = path.contains("/") ? path : folder + path
      #expect(Self.exists(place), "\(path)")
      folder = String(place.prefix(upTo: place.lastIndex(of: "/") ?? place.startIndex)) + "/"
    }
    for folder in text.matches(of: /`((?:Sources|Tests|docs|Environments)\/[A-Za-z0-9_\/-]*)`/) {
      #expect(Self.exists(String(folder.1)), "\(folder.1)")
    }
  }

  /// Every file that a command reads is there, or made by a line before it.
  @Test func `commands read what is there or what was made before`() throws {
    let blocks = try Self.text().components(separatedBy: "```").enumerated()
      .filter { $0.offset % 2 == 1 }.map(\.element)
    let commands = blocks.joined(separator: "\n").replacing("\\\n", with: " ")
      .split(separator: "\n").filter { $0.hasPrefix("metarl ") }
      .map { line in line.prefix { $0 != "#" }.split(separator: " ").map(String.init) }
    #expect(commands.count > 15)
    var made: Set<String> = []
    let writers: Set<String> = [
      "--run-dir", "--output", "-o", "--view", "--gif", "--mp4", "--csv", "--json", "--markdown",
    ]
    for words in commands {
      var written: Set<String> = []
      for (flag, value) in zip(words, words.dropFirst()) where writers.contains(flag) {
        written.insert(value)
        if flag == "--run-dir", let seeds = words.firstIndex(of: "--seeds") {
          let ends = words[seeds + 1].split(separator: "-").compactMap { Int($0) }
          for seed in ends[0]...ends[ends.count - 1] { written.insert("\(value)-seed-\(seed)") }
        }
      }
      if words[1] == "replay", !words[2].hasPrefix("-") {
        let name = words[2].split(separator: "/").last.map(String.init) ?? ""
        written.insert(name.replacing(".yaml", with: ".jsonl"))
      }
      for word in words.dropFirst(2)
      where !written.contains(word) && (word.hasPrefix("runs/") || word.contains(/\.[a-z]+$/)) {
        #expect(
          made.contains(word) || Self.exists(word), "'\(word)' in \(words.joined(separator: " "))")
      }
      made.formUnion(written)
    }
  }
}
