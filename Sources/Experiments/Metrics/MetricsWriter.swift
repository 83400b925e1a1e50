import Files
import Glibc

/// Appends one row an iteration to `metrics.jsonl` and `progress.csv`.
///
/// Each row goes to the file whole, in one write, or not at all, and is with the system when
/// `append` returns: a killed process loses no row. Call `synchronize` before a checkpoint is
/// written, so that a machine that stops does not keep the checkpoint and lose rows before it.
public struct MetricsWriter: Sendable {
  private let metricsPath: String
  private let progressPath: String
  /// The table's columns; nil before the first row.
  private var columns: [String]?
  /// The iteration of the last row that is kept; nil without rows.
  public private(set) var lastIteration: Int?

  /// Opens the logs of a run, keeping the rows before `iteration`.
  ///
  /// Rows from `iteration` on will be written again by the run that goes on there, and what
  /// follows the last whole row before it is damage; both are cut off.
  ///
  /// - Parameters:
  ///   - folder: the run folder, open for writing.
  ///   - iteration: the first iteration that will be logged; 0 for a new run.
  /// - Throws: `FileError`.
  public init(folder: RunFolder, resumingAt iteration: Int = 0) throws(FileError) {
    metricsPath = folder.metricsPath
    progressPath = folder.progressPath
    for path in [metricsPath, progressPath] { try FileSystem.requireOneName(path) }
    lastIteration = try Self.cut(metricsPath, headerLines: 0, before: iteration) { line in
      MetricsRow.iteration(ofLine: line)
    }
    try Self.cut(progressPath, headerLines: 1, before: iteration) { line in
      Int(String(decoding: line.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self))
    }
    columns = try Self.columns(progressPath)
  }

  /// Appends a row to both files.
  ///
  /// The first row of a run fixes the table's columns; what a later row has beyond them is in
  /// `metrics.jsonl` alone.
  ///
  /// - Throws: `FileError`; a row that did not fit is taken back.
  public mutating func append(_ row: MetricsRow) throws(FileError) {
    let sizeBefore = try Self.append(row.jsonLine, to: metricsPath)
    let columns = columns ?? row.entries.map(\.key)
    let header = self.columns == nil ? MetricsRow.tableHeader(columns: columns) : ""
    do throws(FileError) {
      try Self.append(header + row.tableLine(columns: columns), to: progressPath)
    } catch {
      try? FileDescriptor(path: metricsPath, flags: O_WRONLY | O_NOFOLLOW, operation: "shorten")
        .setSize(sizeBefore)
      throw error
    }
    self.columns = columns
    lastIteration = row.iteration
  }

  /// Waits until the disk has all rows.
  public func synchronize() throws(FileError) {
    for path in [metricsPath, progressPath] where FileSystem.kind(of: path) != nil {
      let file = try FileDescriptor(path: path, flags: O_RDONLY, operation: "flush")
      try file.synchronize()
    }
  }

  /// Appends a text whole or not at all; gives the size before it.
  @discardableResult
  private static func append(_ text: String, to path: String) throws(FileError) -> Int {
    let file = try FileDescriptor(
      path: path, flags: O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, operation: "write")
    let size = try file.regularFileSize()
    do throws(FileError) {
      try DurableFile.stageHook?(.created, path)
      try file.writeAll(Array(text.utf8)[...])
      return size
    } catch {
      try? file.setSize(size)
      throw error
    }
  }

  /// Cuts a log behind its last row of an iteration before `iteration`; gives that row's.
  ///
  /// Lines that name no iteration are kept between rows and cut off at the end.
  @discardableResult
  private static func cut(
    _ path: String, headerLines: Int, before iteration: Int,
    iterationOf: (ArraySlice<UInt8>) -> Int?
  ) throws(FileError) -> Int? {
    guard FileSystem.kind(of: path) != nil else { return nil }
    let bytes = try FileSystem.contents(of: path, limit: 1 << 32)
    var (position, end, line) = (0, 0, 0)
    var last: Int?
    while let feed = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) {
      if line < headerLines {
        end = feed + 1
      } else if let found = iterationOf(bytes[position..<feed]) {
        guard found < iteration else { break }
        (end, last) = (feed + 1, found)
      }
      position = feed + 1
      line += 1
    }
    guard end < bytes.count else { return last }
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_NOFOLLOW, operation: "shorten")
    try file.setSize(end)
    try file.synchronize()
    return last
  }

  /// The columns that the table's first line names, or nil when there is none.
  private static func columns(_ path: String) throws(FileError) -> [String]? {
    guard FileSystem.kind(of: path) != nil else { return nil }
    let bytes = try FileSystem.contents(of: path, limit: 1 << 32)
    guard let feed = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    // A header that is longer than this is damage; only so much of it is believed.
    let line = String(decoding: bytes[..<feed].prefix(1 << 16), as: UTF8.self)
    return line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}
