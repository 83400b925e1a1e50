import Glibc

/// Writes a recording so that its file is there whole or not at all.
///
/// Lines go to a temporary name in the same folder, which `finish` renames; what is not
/// finished is removed.
public struct RecordingWriter: ~Copyable {
  /// Bytes gathered before they are written.
  private static let chunkSize = 1 << 16

  private let path: String
  private let temporary: String
  private let file: FileDescriptor
  private var pending: [UInt8] = []

  /// Opens the temporary file.
  ///
  /// - Throws: `FileError` when the folder is not there or cannot be written to.
  public init(path: String) throws(FileError) {
    let name = ".\(FileSystem.lastName(of: path)).\(getpid()).temporary"
    let temporary = FileSystem.join(FileSystem.parentFolder(of: path), name)
    try FileSystem.requireReplaceable(path)
    try self.init(
      path: path, temporary: temporary, file: FileDescriptor(creating: temporary, for: path))
  }

  private init(path: String, temporary: String, file: consuming FileDescriptor) {
    self.path = path
    self.temporary = temporary
    self.file = file
  }

  deinit { unlink(temporary) }

  /// Appends lines.
  ///
  /// - Throws: `FileError` when the disk is full or gone.
  public mutating func write(_ bytes: [UInt8]) throws(FileError) {
    pending += bytes
    if pending.count >= Self.chunkSize { try flush() }
  }

  /// Gives the file its name; an existing one is replaced.
  ///
  /// - Throws: `FileError`; then there is no new file.
  public mutating func finish() throws(FileError) {
    try flush()
    try file.synchronize()
    guard rename(temporary, path) == 0 else {
      throw FileError(operation: "rename a temporary file to", path: path, code: errno)
    }
  }

  private mutating func flush() throws(FileError) {
    try file.writeAll(pending[...])
    pending.removeAll(keepingCapacity: true)
  }
}
