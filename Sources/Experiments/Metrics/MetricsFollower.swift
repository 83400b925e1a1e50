import Glibc

/// Reads the rows of a run's metrics as they are written, by whichever process.
public struct MetricsFollower {
  private let path: String
  private var offset = 0
  private var pending: [UInt8] = []

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
    if size < offset { (offset, pending, rows) = (0, [], []) }
    guard size > offset else { return [] }
    let bytes = try file.read(count: size - offset, at: offset)
    offset += bytes.count
    pending += bytes
    var new: [JSONValue] = []
    var start = pending.startIndex
    while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if let row = try? JSONValue(parsing: Array(pending[start..<end])),
        let iteration = row.iteration
      {
        while let last = rows.last?.iteration, last >= iteration { rows.removeLast() }
        rows.append(row)
        new.append(row)
      }
      start = end + 1
    }
    pending.removeFirst(start)
    return new
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
    var present = stat()
    guard stat(FileSystem.join(path, Self.lockName), &present) == 0 else { return false }
    guard let file = fopen("/proc/locks", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      let end = line.firstIndex(of: 0) ?? line.endIndex
      // `1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF`
      let words = String(decoding: line[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split(separator: " ")
      if words.contains("FLOCK"), words.contains(where: { $0.hasSuffix(":\(present.st_ino)") }) {
        return true
      }
    }
    return false
  }
}
