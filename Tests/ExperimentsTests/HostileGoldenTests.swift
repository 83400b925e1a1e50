import Foundation
import Testing

@testable import Experiments
@testable import Files

/// Golden files that were made to hurt: errors are fine, traps are not.
@Suite struct HostileGoldenTests {
  private func check(_ bytes: [UInt8]) async throws -> CheckTable {
    try await GoldenCheck.run(bytes: bytes, name: "hostile.json", precision: .float)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    try FileSystem.contents(
      of: GoldenCheckTests.folder.appendingPathComponent("\(name).json").path)
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

  @Test func `observations whose least squares would take all memory are refused`() async throws {
    let zeros = Array(repeating: "0.5", count: 20_000).joined(separator: ",")
    let one = "[[1.0]]"
    let text = """
      {"rewards": \(one), "lengths": [1], "observations": [[[\(zeros)]]], "gamma": 0.99,
       "lambda": 1, "reg": 1e-5, "returns": \(one), "values": \(one), "advantages": \(one),
       "normalized": \(one), "weights": [1]}
      """
    let error = await #expect(throws: GoldenError.self) { try await check(Array(text.utf8)) }
    #expect(error?.description.contains("20000 numbers a step; at most 300") == true)
  }

  @Test func `a batch whose activations would take all memory is refused`() async throws {
    func list(_ count: Int) -> String {
      "[" + Array(repeating: "0", count: count).joined(separator: ",") + "]"
    }
    let shapes = [
      ("w1", "[5000, 1]", 5000), ("b1", "[5000]", 5000), ("w2", "[1, 5000]", 5000),
      ("b2", "[1]", 1), ("log_std", "[1]", 1),
    ]
    let tensors = shapes.map { "\"\($0.0)\": \(list($0.2))" }.joined(separator: ",")
    let batch =
      #"{"observations": \#(list(1000)), "actions": \#(list(1000)), "#
      + #""advantages": \#(list(1000))}"#
    let text = """
      {"policy": "gaussian", "inner_lr": 0.1,
       "param_order": [\(shapes.map { "\"\($0.0)\"" }.joined(separator: ","))],
       "param_shapes": {\(shapes.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ","))},
       "theta": {\(tensors)}, "v": {\(tensors)}, "support_batch_1": \(batch),
       "query_batch": \(batch), "cases": {"one_step": {"inner_steps": []}}}
      """
    let error = await #expect(throws: GoldenError.self) { try await check(Array(text.utf8)) }
    #expect(
      error?.description.contains("5002 units is checked on at most 199") == true,
      "\(error.debugDescription)")
  }

  @Test func `a learner's file with another number of inner steps is refused`() async throws {
    let text = String(decoding: try bytes("categorical"), as: UTF8.self)
    let changed = text.replacingOccurrences(of: "\"one_step\"", with: "\"two_steps_\"")
      .replacingOccurrences(of: "\"two_steps\"", with: "\"one_step\"")
    try #require(changed != text)
    await #expect(throws: GoldenError.self) { try await check(Array(changed.utf8)) }
  }
}
