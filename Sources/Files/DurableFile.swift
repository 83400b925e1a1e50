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
  package static let chunkSize = 1 << 12

  /// Writes a file so that `path` is at no time half of it.
  ///
  /// - Parameters:
  ///   - bytes: the whole contents.
  ///   - path: the final name; an existing file is replaced.
  /// - Throws: `FileError`; then `path` is what it was before, and the temporary file is gone.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    do {
      var temporary = try TemporaryFile(for: path)
      try stageHook?(.created, path)
      var start = 0
      while start < bytes.count {
        let end = min(start + chunkSize, bytes.count)
        try temporary.write(bytes[start..<end])
        start = end
        try stageHook?(.written(bytes: end), path)
      }
      try temporary.synchronize()
      try stageHook?(.flushed, path)
      try temporary.rename()
    }
    try stageHook?(.renamed, path)
    try flushFolder(FileSystem.parentFolder(of: path))
  }

  /// Writes a text file as UTF-8; see `write(_:to:)`.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Removes temporary files that an interrupted write left in a folder; one that a process is
  /// still writing stays.
  public static func removeLeftovers(inFolder folder: String) throws(FileError) {
    for name in try FileSystem.names(inFolder: folder) where TemporaryFile.isName(name) {
      try TemporaryFile.removeAbandoned(FileSystem.join(folder, name))
    }
  }

  /// Finds out whether a file can be written there, before the work that gives its contents.
  ///
  /// Writes a block under a temporary name and takes it away again; what an interrupted write of
  /// the same file left goes, too.
  ///
  /// - Parameter path: the final name; what is there stays as it is.
  /// - Throws: `FileError` for a folder that is not there or cannot be written to, a path that no
  ///   file can replace, and a full disk.
  public static func requireWritable(_ path: String) throws(FileError) {
    let folder = FileSystem.parentFolder(of: path)
    let prefix = TemporaryFile.prefix(of: path)
    let names = FileSystem.kind(of: folder) == .folder ? try FileSystem.names(inFolder: folder) : []
    for name in names where TemporaryFile.isName(name) && name.hasPrefix(prefix) {
      try TemporaryFile.removeAbandoned(FileSystem.join(folder, name))
    }
    let trial = try TemporaryFile(for: path)
    try trial.write([UInt8](repeating: 0, count: chunkSize)[...])
  }

  /// Flushes a folder, so that new and removed names last.
  package static func flushFolder(_ folder: String) throws(FileError) {
    let descriptor = try FileDescriptor(
      path: folder, flags: O_RDONLY | O_DIRECTORY, operation: "flush")
    try descriptor.synchronize()
  }
}
