import Foundation
import Testing

@testable import Experiments

/// Golden files, mutated: errors are fine, traps are not.
@Suite struct GoldenFuzzTests {
  private static let inputs =
    ProcessInfo.processInfo.environment["FUZZ_INPUTS"].flatMap(Int.init) ?? 1000

  private func check(_ bytes: [UInt8]) async throws -> CheckTable {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-golden-\(UUID().uuidString).json").path
    defer { try? FileSystem.removeFile(path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try await GoldenCheck.run(path: path, precision: .float)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    try FileSystem.contents(
      of: GoldenCheckTests.folder.appendingPathComponent("\(name).json").path)
  }

  /// Files of a learner are large and slow to check, so fewer of them are tried.
  @Test(
    .timeLimit(.minutes(10)),
    arguments: [("baseline_gae", 1), ("gaussian_kl", 1), ("categorical", 100)])
  func `golden files never trap`(name: String, divisor: Int) async throws {
    let valid = try bytes(name)
    var mutator = Mutator(seed: 4)
    for _ in 0..<max(Self.inputs / divisor, 20) { _ = try? await check(mutator.mutated(valid)) }
  }

  @Test(arguments: [
    ("baseline_gae", "lengths", "1e300"), ("baseline_gae", "lengths", "-1"),
    ("baseline_gae", "reg", "0"), ("baseline_gae", "reg", "-1e-5"),
  ])
  func `numbers that once trapped are errors`(
    name: String, key: String, number: String
  ) async throws {
    let text = String(decoding: try bytes(name), as: UTF8.self)
    let pattern = "(\"\(key)\"\\s*:\\s*\\[?\\s*)[-0-9.e]+"
    let changed = text.replacingOccurrences(
      of: pattern, with: "$1\(number)", options: .regularExpression)
    try #require(changed != text)
    await #expect(throws: GoldenError.self) { try await check(Array(changed.utf8)) }
  }

  @Test func `shapes larger than the file are refused before memory is asked for`() async throws {
    let text = String(decoding: try bytes("categorical"), as: UTF8.self)
    for shape in ["[100000, 100000, 100000, 100000]", "[100000, 90000]", "[30000, 3000]"] {
      let changed = text.replacingOccurrences(
        of: "(\"param_shapes\"\\s*:\\s*\\{\\s*\"[^\"]+\"\\s*:\\s*)\\[[^\\]]*\\]",
        with: "$1\(shape)", options: .regularExpression)
      try #require(changed != text)
      let error = await #expect(throws: GoldenError.self) {
        try await check(Array(changed.utf8))
      }
      #expect(error?.description.contains("larger than the file") == true)
    }
  }

  @Test func `a learner's file with another number of inner steps is refused`() async throws {
    let text = String(decoding: try bytes("categorical"), as: UTF8.self)
    let changed = text.replacingOccurrences(of: "\"one_step\"", with: "\"two_steps_\"")
      .replacingOccurrences(of: "\"two_steps\"", with: "\"one_step\"")
    try #require(changed != text)
    await #expect(throws: GoldenError.self) { try await check(Array(changed.utf8)) }
  }
}
