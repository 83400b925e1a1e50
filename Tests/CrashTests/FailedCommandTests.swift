import Files
import Foundation
import Testing

/// The disk fails an extension, a benchmark and an evaluation at the n-th file operation, for every
/// n; `EveryOperationTests` does it to a training's start, `KilledCommandTests` kills them there.
///
/// `OPERATIONS` as in `EveryOperationTests`; without it one a kind of fault.
@Suite(
  .serialized, .enabled(if: Faults.isAvailable, "the library of faults is not built"))
struct FailedCommandTests {
  /// A workshop in which the errand was done once, its result, and how many operations it took.
  private func reference(_ errand: Errand) throws -> (Workshop, FolderResult, [Faults.Operation]) {
    let workshop = try Workshop()
    try errand.prepare(workshop)
    try errand.reset(workshop)
    let folder = workshop.path(Errand.folder)
    let faults = Faults(folder: folder, log: workshop.path("operations"))
    try #require(
      workshop.run(errand.arguments, faults: faults) == .exited(0), "\(workshop.text("log.err"))")
    let operations = Faults.operations(workshop.text("operations"))
    try #require(operations.count >= 12, "\(workshop.text("operations"))")
    return (workshop, try FolderResult(folder), operations)
  }

  @Test func `a benchmark stopped before its best checkpoint has its name gives it that`() throws {
    let (workshop, expected, operations) = try reference(.benchmark)
    let last = try #require(
      operations.lastIndex { $0.call == "rename" && $0.path.hasSuffix("/best.safetensors") })
    try Errand.benchmark.reset(workshop)
    let faults = Faults(
      folder: workshop.path(Errand.folder), operation: last + 1, kind: "kill")
    #expect(
      try workshop.run(Errand.benchmark.arguments, log: "killed", faults: faults)
        == .killed(signal: SIGKILL))
    try expectDone(.benchmark, in: workshop, as: expected, after: "\(faults)")
  }

  @Test(arguments: Errand.allCases)
  func `a command whose disk fails at any file operation harms nothing and is done again`(
    errand: Errand
  ) throws {
    let (workshop, expected, operations) = try reference(errand)
    let folder = workshop.path(Errand.folder)
    var kinds = [Faults(folder: folder, kind: "short")]
    for error in [EIO, ENOSPC, EDQUOT, EROFS] {
      kinds += [false, true].map {
        Faults(folder: folder, kind: "error", error: error, stays: $0)
      }
    }
    let limit = ProcessInfo.processInfo.environment["OPERATIONS"] == nil ? 1 : Int.max
    var tried = 0
    for kind in kinds {
      for operation in EveryOperationTests.places(of: operations.count, atMost: limit) {
        try errand.reset(workshop)
        var faults = kind
        faults.operation = operation
        try FileSystem.removeFile(workshop.path("failed.err"))
        let end = try workshop.run(errand.arguments, log: "failed", faults: faults)
        let said = workshop.text("failed.err")
        #expect(
          end == .exited(0) || end == .exited(70) || end == .exited(64),
          "\(faults): \(end), \(said)")
        #expect(end == .exited(0) || !said.isEmpty, "\(faults)")
        #expect(errand.harmed(in: workshop, expected: expected) == [], "\(faults): \(said)")
        if end == .exited(0), errand == .evaluation {
          var result = try FolderResult(folder)
          // Where the removal itself fails the temporary file stays.
          if operations[operation - 1].call == "unlink" { result.removeHidden() }
          let difference = result.difference(from: expected)
          #expect(difference == [], "\(faults), which was no error: \(said)")
        }
        try expectDone(
          errand, in: workshop, as: expected, after: "\(faults), \(said)",
          withoutEvents: said.contains("events for TensorBoard"))
        tried += 1
      }
    }
    print(
      "\(errand.testDescription): \(tried) faults, \(operations.count) operations, all done again equal"
    )
  }

  /// Gives the command again and compares what it leaves with what it leaves undisturbed.
  private func expectDone(
    _ errand: Errand, in workshop: Workshop, as expected: FolderResult, after faults: String,
    withoutEvents: Bool = false
  ) throws {
    try FileSystem.removeFile(workshop.path("again.err"))
    #expect(
      try workshop.run(errand.arguments, log: "again") == .exited(0),
      "\(faults): \(workshop.text("again.err"))")
    let difference = try FolderResult(workshop.path(Errand.folder))
      .difference(from: expected, withoutEvents: withoutEvents)
    #expect(difference == [], "\(faults)")
  }
}
