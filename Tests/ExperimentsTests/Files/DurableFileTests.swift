import Experiments
import Files
import Glibc
import Synchronization
import Testing

@Suite struct DurableFileTests {
  @Test func `what is written is read, and nothing else is left`() throws {
    try withTemporaryFolder { folder in
      let path = FileSystem.join(folder, "a.bin")
      let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try DurableFile.write([1, 2, 3], to: path)
      try DurableFile.write(bytes, to: path)
      #expect(try FileSystem.contents(of: path) == bytes)
      #expect(try FileSystem.names(inFolder: folder) == ["a.bin"])
    }
  }

  @Test(arguments: [
    DurableFile.Stage.created, .written(bytes: 65_536), .written(bytes: 200_000), .flushed,
  ])
  func `a full disk at any stage leaves the old file and no other`(stage: DurableFile.Stage) throws
  {
    try withTemporaryFolder { folder in
      let path = FileSystem.join(folder, "a.bin")
      try DurableFile.write([1, 2, 3], to: path)
      let failing: @Sendable (DurableFile.Stage, String) throws(FileError) -> Void = {
        (reached, path) throws(FileError) in
        if reached == stage { throw FileError(operation: "write", path: path, code: ENOSPC) }
      }
      let error = #expect(throws: FileError.self) {
        try DurableFile.$stageHook.withValue(failing) {
          try DurableFile.write([UInt8](repeating: 7, count: 200_000), to: path)
        }
      }
      #expect(error?.code == ENOSPC)
      #expect(error?.description.contains("Free space") == true)
      #expect(try FileSystem.contents(of: path) == [1, 2, 3])
      #expect(try FileSystem.names(inFolder: folder) == ["a.bin"])
    }
  }

  @Test func `the final name appears only after the flush`() throws {
    try withTemporaryFolder { folder in
      let path = FileSystem.join(folder, "a.bin")
      let seen = Mutex<[(DurableFile.Stage, Bool)]>([])
      try DurableFile.$stageHook.withValue({ stage, path in
        seen.withLock { $0.append((stage, FileSystem.kind(of: path) != nil)) }
      }) { try DurableFile.write([1, 2], to: path) }
      let stages = seen.withLock { $0 }
      #expect(stages.map(\.0) == [.created, .written(bytes: 2), .flushed, .renamed])
      #expect(stages.map(\.1) == [false, false, false, true])
    }
  }

  @Test func `a missing folder is named`() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/none/a.bin"
      let error = #expect(throws: FileError.self) { try DurableFile.write([1], to: path) }
      #expect(error?.code == ENOENT)
      #expect(error?.description.contains("none") == true)
    }
  }

  @Test func `leftovers of a killed write are cleared, other files stay`() throws {
    try withTemporaryFolder { folder in
      try DurableFile.write([1], to: "\(folder)/.a.bin.123.temporary")
      try DurableFile.write([1], to: "\(folder)/.hidden")
      try DurableFile.removeLeftovers(inFolder: folder)
      #expect(try FileSystem.names(inFolder: folder) == [".hidden"])
    }
  }

  @Test func `folders, pipes and files above the limit are not read`() throws {
    try withTemporaryFolder { folder in
      let pipe = FileSystem.join(folder, "pipe")
      #expect(mkfifo(pipe, 0o600) == 0)
      let file = FileSystem.join(folder, "file")
      try DurableFile.write([1, 2, 3], to: file)
      for path in [folder, pipe] {
        #expect(throws: FileError.self) { try FileSystem.contents(of: path) }
      }
      #expect(throws: FileError.self) { try FileSystem.contents(of: file, limit: 2) }
      #expect(throws: FileError.self) { try FileSystem.contents(of: file + "\0") }
    }
  }
}
