import Environments
import Foundation
import MetaLearning
import Testing

@testable import Experiments
@testable import Files
@testable import Replays

@Suite struct ReplayPageTests {
  private func recording(name: String, lines: [String]) throws -> RecordingReader {
    let family = try BuiltInFamilies.named("navigation-2d")
    let header = RecordingHeader(
      environment: "navigation-2d", definitionDigest: family.definitionDigest, seed: 7,
      software: "test",
      rollouts: [
        RecordedRollout(
          name: name, task: TaskParameters([.init(name: "goal", values: [0.3, -0.4])]),
          episodes: 1, initialState: LaneState([]), actionCount: 1,
          continuesAfterTermination: false)
      ])
    let text = ([header.json.line] + lines).joined(separator: "\n")
    return try RecordingReader(bytes: Array(text.utf8), origin: "walk.jsonl")
  }

  private static let reset =
    #"{"rollout":0,"episode":0,"step":0,"observation":[0,0],"state":{"position":[0,0]}}"#
  private static func step(_ step: Int, reward: String = "-0.5") -> String {
    #"{"rollout":0,"episode":0,"step":\#(step),"action":[0.1,0],"observation":[0.1,0],"#
      + #""reward":\#(reward),"reward_terms":{"distance":\#(reward)},"terminated":false,"#
      + #""truncated":false,"state":{"position":[0.1,0]}}"#
  }

  /// What the page's own script would parse.
  private func embedded(_ html: String) throws -> JSONValue {
    let start = try #require(html.firstRange(of: "id=\"recording\">")).upperBound
    let end = try #require(html[start...].firstRange(of: "</script>")).lowerBound
    return try JSONValue(parsing: String(html[start..<end]))
  }

  @Test(
    arguments: [
      "</script><script>alert(1)</script>", "<!--<script>", "{{script}}{{data}}", "\"quotes' & `",
      "🦗\u{2028}\n", String(repeating: "long ", count: 2000),
    ])
  func `whatever a rollout is called, the page's script reads it unchanged`(name: String) throws {
    let html = try ReplayPage(
      recording(name: name, lines: [Self.reset, Self.step(1)]),
      family: BuiltInFamilies.named("navigation-2d")
    ).html
    let json = try embedded(html)
    #expect(json["rollouts"]?.elements?.first?["name"]?.text == name)
    #expect(html.ranges(of: "</script>").count == 2)
    #expect(html.ranges(of: "<script").count == 2)
  }

  @Test func `a page asks for nothing from anywhere`() throws {
    let html = try ReplayPage(
      recording(name: "walk", lines: [Self.reset, Self.step(1)]),
      family: BuiltInFamilies.named("navigation-2d")
    ).html
    #expect(html.contains("default-src 'none'"))
    for word in ["http:", "https:", "src=", "@import", "url(", "{{"] {
      #expect(!html.contains(word), "\(word)")
    }
  }

  @Test func `places, rewards and settings are those of the recording`() throws {
    let json = try embedded(
      ReplayPage(
        recording(name: "walk", lines: [Self.reset, Self.step(1, reward: "null")]),
        family: BuiltInFamilies.named("navigation-2d")
      ).html)
    let episode = json["rollouts"]?.elements?.first?["episodes"]?.elements?.first
    let places = try #require(episode?["places"]?.elements)
    #expect(places.compactMap(\.number) == [0, 0, 0.1, 0])
    #expect(episode?["rewards"]?.elements == [.null])
    #expect(json["scene"]?.text == "plane")
    #expect(json["settings"]?["tolerance"]?.number == 0.01)
  }

  @Test(
    arguments: [
      [ReplayPageTests.step(1)], [ReplayPageTests.reset, ReplayPageTests.step(2)],
      [ReplayPageTests.reset.replacing("\"rollout\":0", with: "\"rollout\":1")], [],
    ])
  func `lines in a wrong order are refused`(lines: [String]) throws {
    let reader = try recording(name: "walk", lines: lines)
    #expect(throws: ReplayError.self) {
      try ReplayPage(reader, family: BuiltInFamilies.named("navigation-2d"))
    }
  }
}
