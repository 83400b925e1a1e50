import Experiments
import Files
import Glibc
import Testing

@Suite struct RunLockTests {
  @Test func `a second holder is refused with the first one's process number`() throws {
    try withTemporaryFolder { folder in
      let path = FileSystem.join(folder, "run.lock")
      let lock = try RunLock(path: path)
      let error = #expect(throws: FileError.self) { try RunLock(path: path) }
      #expect(error?.description.contains("process \(getpid()) ") == true)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `the lock is free again once its holder is gone, though the file stays`() throws {
    try withTemporaryFolder { folder in
      let path = FileSystem.join(folder, "run.lock")
      do {
        let lock = try RunLock(path: path)
        withExtendedLifetime(lock) {}
      }
      #expect(FileSystem.kind(of: path) == .file)
      let again = try RunLock(path: path)
      withExtendedLifetime(again) {}
    }
  }
}
