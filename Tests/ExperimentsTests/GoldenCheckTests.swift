import DenseMath
import Foundation
import Testing

@testable import Experiments
@testable import Files

@Suite("Golden files")
struct GoldenCheckTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  private func text(_ name: String) throws -> String {
    String(
      decoding: try FileSystem.contents(
        of: Self.folder.appendingPathComponent("\(name).json").path), as: UTF8.self)
  }

  private func check(_ text: String) async throws -> CheckTable {
    try await GoldenCheck.run(
      bytes: Array(text.utf8), name: "changed.json", precision: .double)
  }

  @Test(
    "Every quantity of every golden file is reproduced",
    arguments: [
      "gaussian", "categorical", "baseline_gae", "gaussian_kl", "meta_sgd", "anil", "cavia",
      "reptile",
      "promp", "emaml", "dice", "sinusoid", "conv", "protonet", "gru",
    ], NetworkPrecision.allCases
  )
  func reproduces(name: String, precision: NetworkPrecision) async throws {
    let table = try await GoldenCheck.run(
      path: Self.folder.appendingPathComponent("\(name).json").path, precision: precision)
    #expect(table.rows.count(where: \.isJudged) >= 3)
    for row in table.rows where !row.passed {
      Issue.record("\(row.quantity): \(row.relativeError) > \(row.tolerance ?? .nan)")
    }
    #expect(table.passed)
  }

  @Test("What is not checked of a file is named, and nothing else")
  func unchecked() async throws {
    let table = try await check(try text("categorical"))
    let shifted = ["one_step", "two_steps"].flatMap { step in
      ["kl_old_new", "kl_new_old"].map { "cases.\(step).kl_at_old_shifted.\($0).hvp" }
    }
    #expect(
      Set(table.unchecked)
        == Set(
          [
            "definition", "torch_version", "cases.one_step.self_checks",
            "cases.two_steps.self_checks",
          ] + shifted))
    #expect(try await check(try text("gaussian_kl")).unchecked == ["definition"])
    let extra = try text("gaussian_kl").replacing(
      "\"p_mean\"", with: "\"extra\": {\"a\": [1, [2]], \"b\": 3}, \"p_mean\"", maxReplacements: 1)
    #expect(try await check(extra).unchecked.contains("extra"))
  }

  @Test("A case under any name is checked")
  func anyCase() async throws {
    let renamed = try text("categorical").replacing("\"two_steps\"", with: "\"another\"")
    let sound = try await check(renamed)
    #expect(sound.passed)
    #expect(sound.rows.contains { $0.quantity == "another: inner step 2, loss" })
    let place = try #require(renamed.range(of: "\"another\""))
    let wrong =
      renamed[..<place.lowerBound]
      + renamed[place.lowerBound...].replacing(
        /"half_sAs": *[0-9.]+/, with: "\"half_sAs\": 7", maxReplacements: 1)
    let table = try await check(String(wrong))
    #expect(table.rows.filter { !$0.passed }.map(\.quantity) == ["another: TRPO ½ sᵀAs"])
  }

  @Test("A file of which nothing is checked does not pass")
  func nothing() async throws {
    var table = CheckTable(title: "empty", tolerance: 1)
    #expect(!table.passed)
    table.addUnjudged("noise")
    #expect(!table.passed)
    table.add("something", relativeError: 0)
    #expect(table.passed)
  }

  @Test("What rounding moves is allowed to move as far, and what it moves too far is not judged")
  func noise() {
    let still = RoundingNoise([1, -2], again: [[1, -2], [1 + 1e-16, -2]])
    #expect(still.tolerance(atLeast: 1e-9) == 1e-9)
    let moved = RoundingNoise([1, -2], again: [[1, -2], [1, -2 + 4e-9]])
    #expect(abs((moved.tolerance(atLeast: 1e-9) ?? 0) / 2e-8 - 1) < 1e-6)
    #expect(RoundingNoise([1, -2], again: [[1 + 1e-6, -2]]).tolerance(atLeast: 1e-9) == nil)
    #expect(RoundingNoise([1], again: [[.nan]]).tolerance(atLeast: 1) == nil)
    var table = CheckTable(title: "noise", tolerance: 1e-9)
    table.compare("moved", [1], [1 + 1e-8], noise: moved)
    table.compare("moved", [1], [1 + 3e-8], noise: moved)
    #expect(table.rows.map(\.passed) == [true, false])
  }

  @Test("Padding behind an episode's end is zero")
  func padding() async throws {
    let sound = try await check(try text("baseline_gae"))
    #expect(sound.rows.contains { $0.quantity == "padding" && $0.passed })
  }
}
