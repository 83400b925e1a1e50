import Experiments
import Files
import Foundation
import Testing

/// A training is killed, or a disk fails, at the n-th file operation, for every n.
///
/// `OPERATIONS` sets how many operations are tried, spread over all (default 6; `all` for every one:
/// `make test-crash` and `make test-faults`).
@Suite(
  .serialized, .enabled(if: Faults.isAvailable, "the library of faults is not built"))
struct EveryOperationTests {
  private static let wanted = ProcessInfo.processInfo.environment["OPERATIONS"] ?? "6"

  private let training = SmallTraining(family: "navigation-2d", iterations: 7)

  /// The operations to try, of so many.
  ///
  /// - Parameters:
  ///   - count: of all.
  ///   - limit: most of them where not every one is wanted.
  /// - Returns: their numbers, from 1.
  static func places(of count: Int, atMost limit: Int = .max) -> [Int] {
    guard let number = Int(Self.wanted) else { return Array(1...count) }
    let wanted = min(number, limit)
    guard wanted < count else { return Array(1...count) }
    let offset = Int.random(in: 0..<max(count / max(wanted, 1), 1))
    return (0..<wanted).map { 1 + ($0 * count / wanted + offset) % count }
  }

  /// A run in one go, and how many operations it takes.
  private func reference(_ workshop: Workshop) throws -> (RunResult, Int) {
    let faults = Faults(folder: workshop.path("whole"), log: workshop.path("operations"))
    try #require(
      workshop.run(training.arguments(run: "whole") + ["--quiet"], faults: faults) == .exited(0),
      "\(workshop.text("log.err"))")
    let count = Faults.operations(workshop.text("operations")).count
    try #require(count > 100)
    return (try RunResult(training, run: workshop.path("whole")), count)
  }

  /// Goes on with a run, or starts it where nothing says how.
  private func finish(_ run: String, in workshop: Workshop) throws -> ChildProcess.End {
    let arguments =
      RunFolder.isRun(workshop.path(run))
      ? ["train", "--resume", run, "--quiet"] : training.arguments(run: run) + ["--quiet"]
    return try workshop.run(arguments, log: "finish")
  }

  @Test(arguments: ["kill", "kill-after", "kill-half"])
  func `a run killed at any file operation goes on to the same bits`(kind: String) throws {
    let workshop = try Workshop()
    let (expected, count) = try reference(workshop)
    var tried = 0
    for operation in Self.places(of: count) {
      let faults = Faults(folder: workshop.path("run"), operation: operation, kind: kind)
      let end = try workshop.run(
        training.arguments(run: "run") + ["--quiet"], log: "killed", faults: faults)
      #expect(end == .killed(signal: SIGKILL) || end == .exited(0), "\(faults)")
      #expect(
        try finish("run", in: workshop) == .exited(0), "\(faults): \(workshop.text("finish.err"))")
      let difference = try RunResult(training, run: workshop.path("run")).difference(from: expected)
      #expect(difference == nil, "\(faults): \(difference ?? "")")
      let left = try FileSystem.names(inFolder: workshop.path("run/checkpoints"))
      #expect(left == expectedCheckpoints, "\(faults)")
      try FileSystem.removeTree(workshop.path("run"))
      tried += end == .exited(0) ? 0 : 1
    }
    print("\(kind): \(tried) of \(count) operations, all equal to the run in one go")
  }

  private let expectedCheckpoints = [
    "best.safetensors", "iteration-000006.safetensors", "iteration-000007.safetensors",
  ]

  @Test(
    arguments: [EIO, ENOSPC, EDQUOT, EROFS] as [Int32], [false, true])
  func
    `a disk that fails at any file operation harms nothing, and the run goes on to the same bits`(
      error: Int32, stays: Bool
    ) throws
  {
    try expectUnharmed {
      Faults(folder: $0, operation: $1, kind: "error", error: error, stays: stays)
    }
  }

  @Test func `a write that is cut short is finished`() throws {
    try expectUnharmed { Faults(folder: $0, operation: $1, kind: "short") }
  }

  private func expectUnharmed(_ faults: (String, Int) -> Faults) throws {
    let workshop = try Workshop()
    let (expected, count) = try reference(workshop)
    for operation in Self.places(of: count) {
      let faults = faults(workshop.path("run"), operation)
      let end = try workshop.run(
        training.arguments(run: "run") + ["--quiet"], log: "failed", faults: faults)
      let said = workshop.text("failed.err")
      #expect(
        end == .exited(0) || end == .exited(70) || end == .exited(64), "\(faults): \(end), \(said)")
      if end == .exited(70) { #expect(said.contains("--resume"), "\(faults): \(said)") }
      #expect(
        try finish("run", in: workshop) == .exited(0), "\(faults): \(workshop.text("finish.err"))")
      let result = try RunResult(training, run: workshop.path("run"))
      // Events are a view: what keeps them from being written is a warning.
      let difference =
        said.contains("events for TensorBoard")
        ? (result.lastCheckpoint == expected.lastCheckpoint && result.rows == expected.rows
          ? nil : "the checkpoint or the rows")
        : result.difference(from: expected)
      #expect(difference == nil, "\(faults): \(difference ?? ""), \(said)")
      try FileSystem.removeTree(workshop.path("run"))
      try FileSystem.removeFile(workshop.path("failed.err"))
    }
  }
}
