import Files
import Foundation

/// Reads the rows of a run's metrics as they are written, by whichever process.
public struct MetricsFollower {
  private let path: String
  private var offset = 0
  /// The start of a line whose end is not there yet.
  private var pending: [UInt8] = []
  /// Whether the line at hand is too long to be a row.
  private var isSkipping = false

  /// Bytes that are read at a time.
  private static let chunkSize = 1 << 20
  /// Longest line that is taken for a row; longer ones are passed over.
  private static let longestLine = 1 << 20

  /// The rows so far, in order of their iterations.
  public private(set) var rows: [JSONValue] = []

  /// A follower that has read nothing yet.
  public init(_ folder: RunFolder) {
    path = folder.metricsPath
  }

  /// Reads what was added since the last call.
  ///
  /// A line without its end waits for the rest of it. A file that has become shorter (a resumed
  /// run cuts the rows after its checkpoint) is read again from its start.
  ///
  /// - Returns: the rows that are new, or all rows after a cut.
  /// - Throws: `FileError`; a file that is not there yet has no rows.
  public mutating func newRows() throws(FileError) -> [JSONValue] {
    guard FileSystem.kind(of: path) == .file else { return [] }
    let file = try FileDescriptor(path: path, flags: O_RDONLY, operation: "read")
    let size = try file.regularFileSize()
    if size < offset { (offset, pending, isSkipping, rows) = (0, [], false, []) }
    var new: [JSONValue] = []
    while offset < size {
      let bytes = try file.read(count: min(size - offset, Self.chunkSize), at: offset)
      guard !bytes.isEmpty else { break }
      offset += bytes.count
      var rest = bytes[...]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        if end > rest.startIndex || !pending.isEmpty || isSkipping {
          keep(rest[..<end])
          if let row = takeLine() { new.append(row) }
        }
        rest = rest[(end + 1)...]
      }
      keep(rest)
    }
    return new
  }

  /// Adds a piece to the line at hand.
  private mutating func keep(_ piece: ArraySlice<UInt8>) {
    if pending.count + piece.count > Self.longestLine { isSkipping = true }
    if isSkipping { pending.removeAll(keepingCapacity: true) } else { pending += piece }
  }

  /// Ends the line at hand; gives its row, which also replaces later ones.
  private mutating func takeLine() -> JSONValue? {
    defer {
      pending.removeAll(keepingCapacity: true)
      isSkipping = false
    }
    guard !isSkipping, pending.count > MetricsRow.iterationKey.utf8.count,
      let row = try? JSONValue(parsing: pending), let iteration = row.iteration
    else { return nil }
    while let last = rows.last?.iteration, last >= iteration { rows.removeLast() }
    rows.append(row)
    return row
  }
}

extension JSONValue {
  fileprivate var iteration: Int? { self["iteration"]?.integer }
}

extension RunFolder {
  /// Whether a process is writing to the folder, or nil where the system does not say.
  ///
  /// The lock is looked up in `/proc/locks` and not tried: a try could get into the way of a
  /// training that starts at this moment.
  public var isBeingWritten: Bool? {
    let lockPath = FileSystem.join(path, Self.lockName)
    var present = stat()
    guard stat(lockPath, &present) == 0 else { return false }
    guard let table = FileManager.default.contents(atPath: "/proc/locks") else { return nil }
    return LockTable(String(decoding: table, as: UTF8.self)).holders(ofInode: present.st_ino)
      .contains { holder in
        holder.device == (LockTable.major(present.st_dev), LockTable.minor(present.st_dev))
          || LockTable.hasOpen(process: holder.process, present)
      }
  }
}
