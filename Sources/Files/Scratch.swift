import Foundation
import Glibc
import Synchronization

/// What this process has on the disk only while it works: temporary files and folders, and the
/// programs that write there.
///
/// Whoever ends the process early calls `removeAll` first. A process that was killed cannot; what
/// it left is removed by the next that needs a scratch folder.
public enum Scratch {
  private struct Holdings {
    var paths: Set<String> = []
    var programs: Set<pid_t> = []
  }

  private static let holdings = Mutex(Holdings())
  private static let folderPrefix = "metarl-scratch-"

  /// Ends the programs, then removes the files and folders.
  public static func removeAll() {
    let held = holdings.withLock { $0 }
    for program in held.programs { kill(program, SIGKILL) }
    for path in held.paths { try? FileSystem.removeTree(path) }
  }

  /// The files and folders.
  package static var held: Set<String> { holdings.withLock { $0.paths } }

  package static func note(_ path: String) {
    holdings.withLock { _ = $0.paths.insert(path) }
  }

  package static func forget(_ path: String) {
    holdings.withLock { _ = $0.paths.remove(path) }
  }

  package static func note(program: pid_t) {
    holdings.withLock { _ = $0.programs.insert(program) }
  }

  package static func forget(program: pid_t) {
    holdings.withLock { _ = $0.programs.remove(program) }
  }

  /// Does something in a new folder below `TMPDIR` that is removed afterwards.
  ///
  /// - Throws: `FileError` when there is no room for it; what `body` throws.
  package static func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let parent = FileManager.default.temporaryDirectory.path
    removeAbandoned(in: parent)
    let path = FileSystem.join(parent, folderPrefix + UUID().uuidString)
    note(path)
    defer {
      try? FileSystem.removeTree(path)
      forget(path)
    }
    guard mkdir(path, 0o700) == 0 else {
      throw FileError(operation: "create folder", path: path, code: errno)
    }
    // Held as long as the folder is in use.
    let folder = try FileDescriptor(
      path: path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW, operation: "lock")
    _ = flock(folder.number, LOCK_EX | LOCK_NB)
    return try body(URL(fileURLWithPath: path, isDirectory: true))
  }

  /// Removes scratch folders of this user's that no process holds.
  private static func removeAbandoned(in parent: String) {
    for name in (try? FileSystem.names(inFolder: parent)) ?? [] where name.hasPrefix(folderPrefix) {
      let path = FileSystem.join(parent, name)
      var information = stat()
      guard lstat(path, &information) == 0, information.st_uid == geteuid(),
        information.st_mode & S_IFMT == S_IFDIR,
        // A moment passes between making a folder and locking it.
        time(nil) - information.st_mtim.tv_sec > 60,
        let folder = try? FileDescriptor(
          path: path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW, operation: "lock"),
        flock(folder.number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      try? FileSystem.removeTree(path)
    }
  }
}
