import Glibc

/// An open file, closed once.
package struct FileDescriptor: ~Copyable {
  package let number: Int32
  package let path: String

  /// Opens a file; the descriptor is not inherited by other programs.
  package init(path: String, flags: Int32, mode: mode_t = 0o644, operation: String)
    throws(FileError)
  {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileError(
        operation: operation, path: path, reason: "the path is empty or holds a zero byte",
        advice: "Check the path.")
    }
    var opened: Int32
    repeat {
      opened = open(path, flags | O_CLOEXEC, mode)
    } while opened < 0 && errno == EINTR
    guard opened >= 0 else {
      throw FileError(operation: operation, path: path, code: errno)
    }
    number = opened
    self.path = path
  }

  deinit { close(number) }

  /// Writes all bytes at the current position.
  package borrowing func writeAll(_ bytes: ArraySlice<UInt8>) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(operation: "write", path: path, code: errno)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits until the disk has everything.
  package borrowing func synchronize() throws(FileError) {
    var result: Int32
    repeat { result = fsync(number) } while result != 0 && errno == EINTR
    // Some file systems cannot flush folders and say so with EINVAL.
    guard result == 0 || errno == EINVAL else {
      throw FileError(operation: "flush", path: path, code: errno)
    }
  }

  /// Cuts or extends the file.
  package borrowing func setSize(_ size: Int) throws(FileError) {
    guard ftruncate(number, size) == 0 else {
      throw FileError(operation: "shorten", path: path, code: errno)
    }
  }

  /// The size of a regular file in bytes; refuses folders, pipes and devices.
  package borrowing func regularFileSize() throws(FileError) -> Int {
    var information = stat()
    guard fstat(number, &information) == 0 else {
      throw FileError(operation: "read", path: path, code: errno)
    }
    switch information.st_mode & S_IFMT {
    case S_IFREG: return information.st_size
    case S_IFDIR: throw FileError(operation: "read", path: path, code: EISDIR)
    default:
      throw FileError(
        operation: "read", path: path, reason: "it is not a regular file",
        advice: "Copy the contents to a file first.")
    }
  }

  /// Reads `count` bytes from `offset`; fewer where the file ends.
  package borrowing func read(count: Int, at offset: Int) throws(FileError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        let target = buffer.baseAddress.map { $0 + filled }
        let got = pread(number, target, count - filled, offset + filled)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { break }
        filled += got
      }
    }
    guard failure == 0 else { throw FileError(operation: "read", path: path, code: failure) }
    return bytes
  }
}
