import Experiments
import Files
import Glibc
import Testing

@Suite struct RunFolderTests {
  private let provenance = Provenance(metarl: "0.1.0", definitionDigest: "abc", gsl: "2.7.1")

  private func configuration() -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    return configuration
  }

  private func checkpoint(_ iteration: Int) -> Checkpoint {
    var checkpoint = CheckpointTests.small
    checkpoint.iteration = iteration
    return checkpoint
  }

  private func create(_ path: String, force: Bool = false) throws -> RunFolder {
    try RunFolder.create(
      path, force: force, configuration: configuration(), provenance: provenance)
  }

  @Test func `a new run's configuration and provenance are read back`() throws {
    try withTemporaryFolder { root in
      let folder = try create("\(root)/runs/a")
      #expect(try folder.configuration() == configuration())
      #expect(try folder.provenance() == provenance)
    }
  }

  @Test func `a folder with something in it is refused and left as it was`() throws {
    try withTemporaryFolder { root in
      try DurableFile.write("mine", to: "\(root)/notes.txt")
      #expect(throws: RunFolderError.notEmpty(path: root)) { try create(root) }
      #expect(throws: RunFolderError.foreign(path: root)) { try create(root, force: true) }
      #expect(try FileSystem.names(inFolder: root) == ["notes.txt"])
    }
  }

  @Test func `force empties an earlier run, and keeps what is not a run's`() throws {
    try withTemporaryFolder { root in
      do {
        let folder = try create(root)
        try folder.save(checkpoint(1), keep: 2)
        try DurableFile.write("mine", to: "\(root)/notes.txt")
      }
      let folder = try create(root, force: true)
      #expect(try folder.checkpoints().isEmpty)
      #expect(FileSystem.kind(of: "\(root)/notes.txt") == .file)
    }
  }

  @Test func `a configuration out of range makes no folder`() throws {
    try withTemporaryFolder { root in
      var wrong = configuration()
      wrong.keep = 0
      #expect(throws: RunFolderError.self) {
        try RunFolder.create(
          "\(root)/a", force: false, configuration: wrong, provenance: provenance)
      }
      #expect(FileSystem.kind(of: "\(root)/a") == nil)
    }
  }

  @Test func `one writer at a time, any number of readers`() throws {
    try withTemporaryFolder { root in
      let folder = try create(root)
      let error = #expect(throws: RunFolderError.self) {
        try RunFolder.open(root, forWriting: true)
      }
      #expect(error?.description.contains("process \(getpid()) ") == true)
      _ = try RunFolder.open(root, forWriting: false).configuration()
      withExtendedLifetime(folder) {}
    }
  }

  @Test func `the newest checkpoints stay, and the best one`() throws {
    try withTemporaryFolder { root in
      let folder = try create(root)
      for iteration in [0, 10, 20, 30, 40] {
        let best = iteration == 10 ? checkpoint(iteration) : nil
        try folder.save(checkpoint(iteration), best: best, keep: 2)
      }
      #expect(try folder.checkpoints().map(\.iteration) == [40, 30])
      #expect(try folder.bestCheckpoint()?.checkpoint.iteration == 10)
      #expect(try folder.newestCheckpoint().loaded?.checkpoint.iteration == 40)
      #expect(try CheckpointLocation(path: root).checkpoint.iteration == 10)
      #expect(try CheckpointLocation(path: root, choice: .latest).checkpoint.iteration == 40)
      let path = folder.checkpointPath(iteration: 30)
      let located = try CheckpointLocation(path: path)
      #expect(located.checkpoint.iteration == 30)
      #expect(located.folder?.path == root)
    }
  }

  @Test func `damaged checkpoints are passed over with a warning each`() throws {
    try withTemporaryFolder { root in
      let folder = try create(root)
      for iteration in [1, 2, 3] { try folder.save(checkpoint(iteration), keep: 5) }
      var flipped = checkpoint(3).encoded()
      flipped[flipped.count - 1] ^= 1
      try DurableFile.write(flipped, to: folder.checkpointPath(iteration: 3))
      let cut = Array(checkpoint(2).encoded().dropLast(9))
      try DurableFile.write(cut, to: folder.checkpointPath(iteration: 2))
      let newest = try folder.newestCheckpoint(family: "navigation-2d@finn2017")
      #expect(newest.loaded?.checkpoint == checkpoint(1))
      #expect(newest.warnings.count == 2)
      #expect(newest.warnings[0].contains("damaged"))
      #expect(newest.warnings[1].contains("truncated"))
    }
  }

  @Test func `a run without checkpoints says so, without failing`() throws {
    try withTemporaryFolder { root in
      let folder = try create(root)
      #expect(try folder.newestCheckpoint().loaded == nil)
      #expect(throws: RunFolderError.self) { try CheckpointLocation(path: root) }
    }
  }

  @Test func `a failed write keeps every earlier checkpoint`() throws {
    try withTemporaryFolder { root in
      let folder = try create(root)
      for iteration in [1, 2] { try folder.save(checkpoint(iteration), keep: 2) }
      let failing: @Sendable (DurableFile.Stage, String) throws(FileError) -> Void = {
        (stage, path) throws(FileError) in
        if stage == .flushed { throw FileError(operation: "write", path: path, code: ENOSPC) }
      }
      #expect(throws: RunFolderError.self) {
        try DurableFile.$stageHook.withValue(failing) { try folder.save(checkpoint(3), keep: 2) }
      }
      #expect(try folder.checkpoints().map(\.iteration) == [2, 1])
    }
  }

  @Test func `half-written files of a crash are cleared on opening`() throws {
    try withTemporaryFolder { root in
      do { _ = try create(root) }
      let leftover = "\(root)/checkpoints/.iteration-000001.safetensors.77.temporary"
      try DurableFile.write([1], to: leftover)
      _ = try RunFolder.open(root, forWriting: true)
      #expect(FileSystem.kind(of: leftover) == nil)
    }
  }

  @Test func `a start that was stopped at once can be made again`() throws {
    try withTemporaryFolder { root in
      try FileSystem.createFolder("\(root)/checkpoints")
      try DurableFile.write("1", to: "\(root)/run.lock")
      try DurableFile.write("1", to: "\(root)/.config.yaml.7.temporary")
      _ = try create(root)
      #expect(
        try FileSystem.names(inFolder: root) == ["checkpoints", "config.yaml", "run.lock"])
    }
  }

  @Test func `other folders and files are not run folders`() throws {
    try withTemporaryFolder { root in
      for path in [root, "\(root)/none"] {
        #expect(throws: RunFolderError.self) { try RunFolder.open(path, forWriting: true) }
      }
      let names = try FileSystem.names(inFolder: root)
      #expect(names.isEmpty)
    }
  }
}
