import Files
import Glibc

/// The right to write to a run folder, held by one process at a time.
///
/// An advisory lock (`flock`) on a small file that names the holder. The system lets go of it
/// when the process ends, however it ends, so a crash leaves no lock behind; the file stays.
/// The lock is held for as long as this object lives.
public final class RunLock: Sendable {
  /// The lock file.
  public let path: String
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Parameter path: the lock file, made when it is not there.
  /// - Throws: `FileError` at once when another process holds it, with its process number.
  public init(path: String) throws(FileError) {
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
    guard opened >= 0 else { throw FileError(operation: "lock", path: path, code: errno) }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      let holder = Self.holder(opened)
      close(opened)
      guard code == EWOULDBLOCK else { throw FileError(operation: "lock", path: path, code: code) }
      throw FileError(
        operation: "lock", path: path, reason: "process \(holder) is writing to this run folder",
        advice: "Wait for it, stop it (kill \(holder)), or choose another folder.")
    }
    self.path = path
    descriptor = opened
    // The number only serves the message above: a full disk must not prevent the lock, and a file
    // that has another name elsewhere is not changed for it.
    var information = stat()
    guard fstat(opened, &information) == 0, information.st_nlink == 1,
      information.st_mode & S_IFMT == S_IFREG
    else { return }
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(opened, 0) == 0 { _ = pwrite(opened, text, text.count, 0) }
  }

  deinit { close(descriptor) }

  /// Refuses to go on when the lock file is not the one that was locked: its folder was removed,
  /// or another run was started in its place, which must not be written into.
  ///
  /// - Throws: `FileError`.
  public func requireHeld() throws(FileError) {
    var locked = stat()
    var present = stat()
    guard fstat(descriptor, &locked) == 0, stat(path, &present) == 0,
      locked.st_ino == present.st_ino, locked.st_dev == present.st_dev
    else {
      throw FileError(
        operation: "write to", path: FileSystem.parentFolder(of: path),
        reason: "the run folder was removed or replaced while the run was using it",
        advice: "Leave the folder of a running training alone.")
    }
  }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(count, 0)).prefix { (48...57).contains($0) }
    return digits.isEmpty ? "(unknown)" : String(decoding: digits, as: UTF8.self)
  }
}
