import Experiments
import Files
import Foundation
import Testing

/// In which order a training writes, flushes, names and removes its files, seen from outside.
@Suite(.enabled(if: Faults.isAvailable, "the library of faults is not built"))
struct FileOrderTests {
  private func operations() throws -> [Faults.Operation] {
    let workshop = try Workshop()
    let training = SmallTraining(family: "navigation-2d")
    let faults = Faults(folder: workshop.path("run"), log: workshop.path("operations"))
    try #require(
      workshop.run(training.arguments(run: "run"), faults: faults) == .exited(0),
      "\(workshop.text("log.err"))")
    let prefix = workshop.path("run")
    return Faults.operations(workshop.text("operations")).map {
      var operation = $0
      if let range = operation.path.range(of: prefix) {
        operation.path = String(operation.path[range.upperBound...])
      }
      return operation
    }
  }

  /// The temporary file that an operation is on, by its final path.
  private func target(_ path: String) -> String? {
    let name = FileSystem.lastName(of: path)
    guard name.hasPrefix("."), name.hasSuffix(".temporary") else { return nil }
    let parts = name.dropFirst().split(separator: ".").dropLast(2)
    return FileSystem.join(FileSystem.parentFolder(of: path), parts.joined(separator: "."))
  }

  @Test func `what gets its name is on the disk before, and the name after`() throws {
    let operations = try operations()
    var flushed: Set<String> = []
    var unflushedFolders: Set<String> = []
    var names = 0
    for operation in operations {
      let temporary = target(operation.path)
      switch operation.call {
      case "write": if let temporary { flushed.remove(temporary) }
      case "fsync":
        if let temporary { flushed.insert(temporary) }
        unflushedFolders.remove(operation.path.isEmpty ? "/" : operation.path)
      case "rename":
        names += 1
        // A waiting best checkpoint has been flushed under its own name.
        let isAdopted = operation.path.hasSuffix("/best.safetensors")
        #expect(
          isAdopted || flushed.contains(operation.path),
          "'\(operation.path)' gets its name before it is flushed")
        #expect(unflushedFolders.isEmpty, "a name before is not flushed: \(unflushedFolders)")
        unflushedFolders.insert(FileSystem.parentFolder(of: operation.path))
      case "unlink" where FileSystem.lastName(of: operation.path).hasPrefix("iteration-"):
        #expect(unflushedFolders.isEmpty, "a checkpoint goes before the newer one is safe")
      default: break
      }
    }
    #expect(names > 8 && unflushedFolders.isEmpty)
    #expect(operations.contains { $0.call == "unlink" && $0.path.contains("iteration-000003") })
  }

  @Test func `the logs are on the disk before the checkpoint that reaches as far`() throws {
    var unflushed: Set<String> = []
    let logs = ["metrics.jsonl", "progress.csv"]
    var checkpoints = 0
    for operation in try operations() {
      let name = FileSystem.lastName(of: operation.path)
      if operation.call == "write", logs.contains(name) { unflushed.insert(name) }
      if operation.call == "fsync" { unflushed.remove(name) }
      if operation.call == "rename", name.hasPrefix("iteration-") {
        checkpoints += 1
        #expect(unflushed.isEmpty, "\(name) comes before \(unflushed)")
      }
    }
    #expect(checkpoints == 4)
  }
}
