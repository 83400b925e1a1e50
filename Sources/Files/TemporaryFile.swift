import Glibc

/// A new file under a temporary name, in the folder of the file that it is going to be.
///
/// The name is random and the file is made exclusively, so that nothing that lies there is
/// followed or opened, and processes of different machines or containers do not meet. It is locked
/// for as long as it is written: what is not locked is the remains of a process that was killed.
package struct TemporaryFile: ~Copyable {
  /// What the names of all temporary files end with.
  package static let suffix = ".temporary"

  private let file: FileDescriptor
  /// Its temporary name.
  package let path: String
  /// What it is going to be.
  private let finalPath: String
  private var isRenamed = false

  /// Makes the file; it has the mode of the file that it is going to replace, if there is one.
  ///
  /// - Parameter path: the final name.
  /// - Throws: `FileError`, which names the final path: for a folder that cannot be written to, or
  ///   a path that no file can replace.
  package init(for path: String) throws(FileError) {
    let mode = try FileSystem.requireReplaceable(path)
    let name = FileSystem.join(
      FileSystem.parentFolder(of: path),
      Self.prefix(of: path) + Self.randomDigits() + Self.suffix)
    Scratch.note(name)
    do throws(FileError) {
      file = try FileDescriptor(
        path: name, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, operation: "write")
    } catch {
      Scratch.forget(name)
      throw error.about(path)
    }
    _ = flock(file.number, LOCK_EX | LOCK_NB)
    if let mode { _ = fchmod(file.number, mode) }
    self.path = name
    finalPath = path
  }

  deinit {
    if !isRenamed { unlink(path) }
    Scratch.forget(path)
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileError`, which names the final path.
  package borrowing func write(_ bytes: ArraySlice<UInt8>) throws(FileError) {
    do throws(FileError) {
      try file.writeAll(bytes)
    } catch {
      throw error.about(finalPath)
    }
  }

  /// Waits until the disk has everything.
  ///
  /// - Throws: `FileError`, which names the final path.
  package borrowing func synchronize() throws(FileError) {
    do throws(FileError) {
      try file.synchronize()
    } catch {
      throw error.about(finalPath)
    }
  }

  /// Gives the file its final name; one that is there is replaced.
  ///
  /// - Throws: `FileError`; the final name is then what it was before.
  package mutating func rename() throws(FileError) {
    guard Glibc.rename(path, finalPath) == 0 else {
      throw FileError(operation: "rename a temporary file to", path: finalPath, code: errno)
    }
    isRenamed = true
  }

  /// What the temporary names of a file start with.
  package static func prefix(of path: String) -> String {
    // Names have at most 255 bytes; what is cut off only serves people.
    var name = FileSystem.lastName(of: path)
    while name.utf8.count > 200 { name.removeLast() }
    return ".\(name)."
  }

  /// Whether a name is that of a temporary file.
  package static func isName(_ name: String) -> Bool {
    name.hasPrefix(".") && name.hasSuffix(suffix)
  }

  /// Removes a temporary file unless a process is still writing it.
  package static func removeAbandoned(_ path: String) throws(FileError) {
    // What cannot be opened (a link, a pipe) nobody writes.
    if let file = try? FileDescriptor(
      path: path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK, operation: "lock"),
      flock(file.number, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK
    {
      return
    }
    try FileSystem.removeFile(path)
  }

  private static func randomDigits() -> String {
    let digits = String(UInt64.random(in: 0...(.max)), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
