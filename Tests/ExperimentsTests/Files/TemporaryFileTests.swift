import Glibc
import Synchronization
import Testing

@testable import Experiments
@testable import Files

@Suite struct TemporaryFileTests {
  /// Writes a file and calls the body once its temporary file is there.
  private func write(
    _ bytes: [UInt8] = [1, 2, 3], to path: String, during body: @escaping @Sendable () -> Void
  ) throws {
    try DurableFile.$stageHook.withValue({ stage, _ in if stage == .flushed { body() } }) {
      try DurableFile.write(bytes, to: path)
    }
  }

  @Test func `temporary names of one file differ, whoever writes it`() throws {
    try withTemporaryFolder { folder in
      let names = Mutex<Set<String>>([])
      for _ in 0..<8 {
        try write(to: "\(folder)/a.bin") {
          let all = (try? FileSystem.names(inFolder: folder)) ?? []
          names.withLock { $0.formUnion(all.filter(TemporaryFile.isName)) }
        }
      }
      #expect(names.withLock { $0.count } == 8)
      #expect(names.withLock { $0.allSatisfy { $0.hasPrefix(".a.bin.") } })
    }
  }

  @Test func `what a process is still writing is not cleared away, what nobody writes is`() throws {
    try withTemporaryFolder { folder in
      try DurableFile.write([7], to: "\(folder)/.a.bin.0123.temporary")
      try write([9], to: "\(folder)/a.bin") { try? DurableFile.removeLeftovers(inFolder: folder) }
      #expect(try FileSystem.contents(of: "\(folder)/a.bin") == [9])
      #expect(try FileSystem.names(inFolder: folder) == ["a.bin"])
    }
  }

  @Test(arguments: [0o600, 0o640, 0o755] as [mode_t])
  func `the permissions of a file that is replaced are kept`(mode: mode_t) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.bin"
      try DurableFile.write([1], to: path)
      #expect(chmod(path, mode) == 0)
      try DurableFile.write([2], to: path)
      var information = stat()
      #expect(stat(path, &information) == 0 && information.st_mode & 0o7777 == mode)
      #expect(try FileSystem.contents(of: path) == [2])
    }
  }

  @Test func `a trial leaves nothing, and clears what an interrupted write of the file left`()
    throws
  {
    try withTemporaryFolder { folder in
      try DurableFile.write([1], to: "\(folder)/a.bin")
      try DurableFile.write([1], to: "\(folder)/.a.bin.77.temporary")
      try DurableFile.write([1], to: "\(folder)/.b.bin.77.temporary")
      try DurableFile.requireWritable("\(folder)/a.bin")
      #expect(try FileSystem.names(inFolder: folder) == [".b.bin.77.temporary", "a.bin"])
      #expect(try FileSystem.contents(of: "\(folder)/a.bin") == [1])
      for path in ["\(folder)/none/a", folder, "/proc/a", "/dev/null"] {
        #expect(throws: FileError.self, "\(path)") { try DurableFile.requireWritable(path) }
      }
    }
  }

  @Test func `names as long as a folder takes can be written`() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/" + String(repeating: "n", count: 255)
      try DurableFile.write([1], to: path)
      #expect(try FileSystem.contents(of: path) == [1])
    }
  }

  @Test func `an ending process takes its files, folders and programs along`() throws {
    try withTemporaryFolder { folder in
      try write(to: "\(folder)/a.bin") {
        // As `Scratch.removeAll` would, for this folder alone: other tests run at the same time.
        #expect(Scratch.held.contains { $0.hasPrefix("\(folder)/.a.bin.") })
      }
      #expect(!Scratch.held.contains { $0.hasPrefix(folder) })
    }
  }
}
