import Files

/// Writes a recording so that its file is there whole or not at all.
///
/// Lines go to a temporary name in the same folder, which `finish` renames; what is not
/// finished is removed.
public struct RecordingWriter: ~Copyable {
  /// Bytes gathered before they are written.
  private static let chunkSize = 1 << 16

  private var file: TemporaryFile
  private var pending: [UInt8] = []

  /// Opens the temporary file.
  ///
  /// - Throws: `FileError` when the folder is not there or cannot be written to.
  public init(path: String) throws(FileError) {
    try DurableFile.requireWritable(path)
    file = try TemporaryFile(for: path)
  }

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
    try file.rename()
  }

  private mutating func flush() throws(FileError) {
    try file.write(pending[...])
    pending.removeAll(keepingCapacity: true)
  }
}
