import Foundation
import Glibc
import Synchronization
import Testing

@testable import Experiments
@testable import Files

/// Run folders that others write to at the same time, that come from elsewhere, or that a crash left.
@Suite struct RunFolderSafetyTests {
  private let provenance = Provenance(metarl: "0.1.0")

  private static func configuration() -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    return configuration
  }

  private func checkpoint(_ iteration: Int, best: Int? = nil) -> Checkpoint {
    var checkpoint = CheckpointTests.small
    checkpoint.iteration = iteration
    checkpoint.best = best.map { Checkpoint.Best(iteration: $0, score: Double($0)) }
    return checkpoint
  }

  private func create(_ path: String, force: Bool = false) throws -> RunFolder {
    try RunFolder.create(
      path, force: force, configuration: Self.configuration(), provenance: provenance)
  }

  // MARK: Two at once

  @Test func `a run that was finished while the lock was awaited is not emptied`() throws {
    try withTemporaryFolder { root in
      let error = #expect(throws: RunFolderError.self) {
        try RunFolder.create(
          root, force: false, configuration: Self.configuration(), provenance: provenance,
          takeLock: lateLock)
      }
      #expect(error == .notEmpty(path: root))
      let left = try RunFolder.open(root, forWriting: false)
      #expect(try left.checkpoints().map(\.iteration) == [3])
    }
  }

  /// Takes a lock after another training has come and gone.
  private func lateLock(_ path: String) throws(FileError) -> RunLock {
    do {
      try create(FileSystem.parentFolder(of: path)).save(checkpoint(3), keep: 2)
    } catch {
      Issue.record(error)
    }
    return try RunLock(path: path)
  }

  @Test func `runs that start at once get the next free names, one each`() throws {
    try withTemporaryFolder { root in
      let provenance = provenance
      let paths = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 6) { _ in
        let folder = try? RunFolder.createNext(
          after: "\(root)/runs/a", configuration: Self.configuration(), provenance: provenance)
        paths.withLock { $0.append(folder?.path ?? "none") }
      }
      let expected = ["a"] + (2...6).map { "a-\($0)" }
      #expect(paths.withLock { $0.sorted() } == expected.map { "\(root)/runs/\($0)" })
    }
  }

  // MARK: From elsewhere

  @Test(arguments: [
    "run.lock", "config.yaml", "metrics.jsonl", "progress.csv", "checkpoints", "tensorboard",
    "checkpoints/best.safetensors", "checkpoints/iteration-000009.safetensors",
    "tensorboard/events.out.tfevents.0000000000.metarl", "evaluation", "plots",
  ])
  func `a link that leads out of a run folder is refused, and what it leads to stays`(name: String)
    throws
  {
    try withTemporaryFolder { root in
      let run = "\(root)/run"
      do { _ = try create(run).save(checkpoint(1), keep: 2) }
      try FileSystem.createFolder("\(run)/tensorboard")
      let text = String(decoding: try FileSystem.contents(of: "\(run)/config.yaml"), as: UTF8.self)
      try FileSystem.createFolder("\(root)/outside.d")
      for file in ["outside", "outside.d/.a.1.temporary"] {
        try DurableFile.write(text, to: "\(root)/\(file)")
      }
      try FileSystem.removeTree("\(run)/\(name)")
      let isFolder = !name.contains(".")
      #expect(symlink("\(root)/\(isFolder ? "outside.d" : "outside")", "\(run)/\(name)") == 0)
      let error = #expect(throws: RunFolderError.self) { try RunFolder.open(run, forWriting: true) }
      #expect(error?.description.contains("it is a link") == true)
      #expect(error?.description.contains("\(run)/\(name)") == true)
      #expect(try FileSystem.contents(of: "\(root)/outside") == Array(text.utf8))
      #expect(try FileSystem.names(inFolder: "\(root)/outside.d") == [".a.1.temporary"])
    }
  }

  @Test func `the lock and the logs follow no link even when one is put there later`() throws {
    try withTemporaryFolder { root in
      try DurableFile.write("mine\n", to: "\(root)/outside")
      #expect(symlink("\(root)/outside", "\(root)/lock") == 0)
      #expect(throws: FileError.self) { try RunLock(path: "\(root)/lock") }
      let folder = try create("\(root)/run")
      var writer = try MetricsWriter(folder: folder)
      #expect(symlink("\(root)/outside", folder.metricsPath) == 0)
      #expect(throws: FileError.self) { try writer.append(MetricsRow(iteration: 1)) }
      #expect(throws: FileError.self) { try MetricsWriter(folder: folder) }
      #expect(try FileSystem.contents(of: "\(root)/outside") == Array("mine\n".utf8))
    }
  }

  @Test func `a file with another name elsewhere is not changed there`() throws {
    try withTemporaryFolder { root in
      let folder = try create("\(root)/run")
      let rows = #"{"iteration":1}"# + "\n" + #"{"iteration":2}"# + "\n"
      for name in ["metrics.jsonl", "progress.csv", "lock"] {
        try DurableFile.write(rows, to: "\(root)/backup-\(name)")
        #expect(link("\(root)/backup-\(name)", "\(root)/run/\(name)") == 0)
      }
      var writer = try MetricsWriter(folder: folder, resumingAt: 2)
      try writer.append(MetricsRow(iteration: 2))
      _ = try RunLock(path: "\(root)/run/lock")
      for name in ["metrics.jsonl", "progress.csv", "lock"] {
        #expect(try FileSystem.contents(of: "\(root)/backup-\(name)") == Array(rows.utf8))
      }
      #expect(
        try FileSystem.contents(of: folder.metricsPath).starts(with: Array(rows.utf8.prefix(16))))
    }
  }

  // MARK: After a crash

  @Test func `a checkpoint whose bytes are others on the disk is not trusted, and none removed`()
    throws
  {
    try withTemporaryFolder { root in
      let folder = try create(root)
      for iteration in [1, 2] { try folder.save(checkpoint(iteration), keep: 2) }
      for name in ["iteration-000003.safetensors", "next-best.safetensors"] {
        let spoil: @Sendable (DurableFile.Stage, String) throws(FileError) -> Void = {
          (stage, path) throws(FileError) in
          guard stage == .renamed, path.hasSuffix(name) else { return }
          let file = try FileDescriptor(path: path, flags: O_WRONLY, operation: "spoil")
          try file.writeAll([0xFF])
        }
        let error = #expect(throws: RunFolderError.self) {
          try DurableFile.$stageHook.withValue(spoil) {
            try folder.save(checkpoint(3), best: checkpoint(3), keep: 2)
          }
        }
        #expect(error?.description.contains("the disk holds other bytes") == true)
        let left = try folder.checkpoints().map(\.iteration)
        #expect(left.contains(1) && left.contains(2))
        #expect(try folder.newestCheckpoint().loaded?.checkpoint.iteration == 2)
      }
    }
  }

  @Test func `a stop between a checkpoint and the removal of older ones leaves none too many`()
    throws
  {
    try withTemporaryFolder { root in
      let folder = try create(root)
      for iteration in [1, 2, 3] { try folder.save(checkpoint(iteration), keep: 5) }
      try folder.rewind(to: checkpoint(3), keep: 2)
      #expect(try folder.checkpoints().map(\.iteration) == [3, 2])
    }
  }

  @Test func `the best checkpoint is that of what a run goes on from, never of later`() throws {
    try withTemporaryFolder { root in
      let folder = try create(root)
      try folder.save(checkpoint(4, best: 3), best: checkpoint(3, best: 3), keep: 5)
      try folder.save(checkpoint(8, best: 7), best: checkpoint(7, best: 7), keep: 5)
      #expect(try folder.bestCheckpoint()?.checkpoint.iteration == 7)
      try DurableFile.write([1, 2], to: folder.checkpointPath(iteration: 8))
      let newest = try #require(try folder.newestCheckpoint().loaded).checkpoint
      try folder.rewind(to: newest, keep: 5)
      #expect(try folder.bestCheckpoint() == nil)
      #expect(try folder.checkpoints().map(\.iteration) == [4], "the damaged one is made again")
      try folder.rewind(to: nil, keep: 5)
      #expect(try folder.checkpoints().isEmpty)
    }
  }

  @Test(arguments: [true, false])
  func `a best checkpoint that waits is taken with the checkpoint that knows of it`(knows: Bool)
    throws
  {
    try withTemporaryFolder { root in
      let folder = try create(root)
      try folder.save(checkpoint(4, best: 3), best: checkpoint(3, best: 3), keep: 5)
      // A stop behind the checkpoint, or before it.
      let suffix = knows ? "iteration-000008.safetensors" : "next-best.safetensors"
      let stop: @Sendable (DurableFile.Stage, String) throws(FileError) -> Void = {
        (stage, path) throws(FileError) in
        if stage == .renamed, path.hasSuffix(suffix) {
          throw FileError(operation: "write", path: path, code: EIO)
        }
      }
      _ = try? DurableFile.$stageHook.withValue(stop) {
        try folder.save(checkpoint(8, best: 7), best: checkpoint(7, best: 7), keep: 5)
      }
      // It counts for those who only read, too.
      #expect(try folder.bestCheckpoint()?.checkpoint.iteration == (knows ? 7 : 3))
      let newest = try #require(try folder.newestCheckpoint().loaded).checkpoint
      #expect(newest.iteration == (knows ? 8 : 4))
      try folder.rewind(to: newest, keep: 5)
      #expect(try folder.bestCheckpoint()?.checkpoint.iteration == (knows ? 7 : 3))
      #expect(
        try FileSystem.names(inFolder: folder.checkpointsPath).filter { $0.hasPrefix("next") } == []
      )
    }
  }
}
