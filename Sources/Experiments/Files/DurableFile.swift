import Glibc

/// Files that are either the old one or the new one, whatever happens in between.
///
/// The bytes go to a temporary name in the same folder, the file is flushed to the disk, renamed
/// over its final name, and the folder is flushed. A process or machine that stops anywhere
/// leaves the file of before or the complete new one, and at most a temporary name behind,
/// which `removeLeftovers` clears away.
public enum DurableFile {
  /// How far a write has come.
  public enum Stage: Sendable, Hashable {
    /// The temporary file is there, empty.
    case created
    /// So many bytes are in it.
    case written(bytes: Int)
    /// All bytes are on the disk, under the temporary name.
    case flushed
    /// It has its final name.
    case renamed
  }

  /// Called at every stage with the final path; what it throws is what the write fails with.
  ///
  /// This is how tests stop, slow or fail a write at any point. Bound to a task, so that
  /// nothing outside it is touched.
  @TaskLocal public static var stageHook: (@Sendable (Stage, String) throws(FileError) -> Void)?

  /// A hook that waits at every stage, so that a kill from outside lands inside a write.
  public static func slowedHook(
    milliseconds: UInt32
  ) -> @Sendable (Stage, String) throws(FileError) -> Void {
    { (_, _) throws(FileError) in usleep(milliseconds * 1000) }
  }

  /// Bytes written between two calls of the hook.
  static let chunkSize = 1 << 12

  private static let temporarySuffix = ".temporary"

  /// Writes a file so that `path` is at no time half of it.
  ///
  /// - Parameters:
  ///   - bytes: the whole contents.
  ///   - path: the final name; an existing file is replaced.
  /// - Throws: `FileError`; then `path` is what it was before, and the temporary file is gone.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try FileSystem.requireReplaceable(path)
    let folder = FileSystem.parentFolder(of: path)
    let name = FileSystem.lastName(of: path)
    let temporary = FileSystem.join(folder, ".\(name).\(getpid())\(temporarySuffix)")
    do throws(FileError) {
      try writeFlushed(bytes, to: temporary, finalPath: path)
      guard rename(temporary, path) == 0 else {
        throw FileError(operation: "rename a temporary file to", path: path, code: errno)
      }
    } catch {
      unlink(temporary)
      throw error
    }
    try stageHook?(.renamed, path)
    try flushFolder(folder)
  }

  /// Writes a text file as UTF-8; see `write(_:to:)`.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Removes temporary files that an interrupted write left in a folder.
  ///
  /// - Precondition: no other process writes there (the run folder's lock is held).
  public static func removeLeftovers(inFolder folder: String) throws(FileError) {
    for name in try FileSystem.names(inFolder: folder)
    where isLeftover(name) {
      try FileSystem.removeFile(FileSystem.join(folder, name))
    }
  }

  /// Whether a name is that of a temporary file.
  static func isLeftover(_ name: String) -> Bool {
    name.hasPrefix(".") && name.hasSuffix(temporarySuffix)
  }

  /// Flushes a folder, so that new and removed names last.
  static func flushFolder(_ folder: String) throws(FileError) {
    let descriptor = try FileDescriptor(
      path: folder, flags: O_RDONLY | O_DIRECTORY, operation: "flush")
    try descriptor.synchronize()
  }

  private static func writeFlushed(
    _ bytes: [UInt8], to temporary: String, finalPath: String
  ) throws(FileError) {
    let file = try FileDescriptor(creating: temporary, for: finalPath)
    try stageHook?(.created, finalPath)
    var start = 0
    while start < bytes.count {
      let end = min(start + chunkSize, bytes.count)
      try file.writeAll(bytes[start..<end])
      start = end
      try stageHook?(.written(bytes: end), finalPath)
    }
    try file.synchronize()
    try stageHook?(.flushed, finalPath)
  }
}
