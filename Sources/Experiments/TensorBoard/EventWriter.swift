import Foundation
import Glibc
import MetaLearning
import SwiftProtobuf
import TensorBoardEvents

/// Appends what an iteration reports to the event file of a run, for TensorBoard.
///
/// Each iteration goes to the file whole, in one write. A run that goes on cuts off what it will
/// write again, as `MetricsWriter` does, so that there is neither gap nor overlap.
public struct EventWriter: Sendable {
  /// The event file's name; TensorBoard looks for `tfevents` in it.
  static let fileName = "events.out.tfevents.0000000000.metarl"

  private let path: String

  /// Opens the event file of a run, keeping the iterations before `iteration`.
  ///
  /// - Parameters:
  ///   - folder: the run folder, open for writing.
  ///   - iteration: the first iteration that will be logged.
  ///   - configuration: shown as a text.
  ///   - wallTime: seconds since 1970.
  /// - Throws: `FileError`.
  public init(
    folder: RunFolder, resumingAt iteration: Int, configuration: String,
    wallTime: Double = EventWriter.now
  ) throws(FileError) {
    try FileSystem.createFolder(folder.tensorBoardPath)
    path = FileSystem.join(folder.tensorBoardPath, Self.fileName)
    if try Self.cut(path, before: iteration) == 0 {
      var version = BoardEvent()
      version.wallTime = wallTime
      version.fileVersion = "brain.Event:2"
      try append([version, Self.text(configuration, tag: "configuration", wallTime: wallTime)])
    }
  }

  /// Seconds since 1970.
  public static var now: Double { Date().timeIntervalSince1970 }

  /// Appends an iteration.
  ///
  /// - Parameters:
  ///   - report: the iteration's.
  ///   - row: its metrics.
  ///   - wallTime: seconds since 1970.
  /// - Throws: `FileError`; events that did not fit are taken back.
  public func append(
    _ report: IterationReport, _ row: MetricsRow, wallTime: Double = EventWriter.now
  ) throws(FileError) {
    var event = BoardEvent()
    event.wallTime = wallTime
    event.step = Int64(report.iteration)
    event.summary.value = EventValues.scalars(report, row) + EventValues.histograms(report)
    try append([event])
  }

  /// Waits until the disk has all events.
  public func synchronize() throws(FileError) {
    guard FileSystem.kind(of: path) != nil else { return }
    let file = try FileDescriptor(path: path, flags: O_RDONLY, operation: "flush")
    try file.synchronize()
  }

  private func append(_ events: [BoardEvent]) throws(FileError) {
    var bytes: [UInt8] = []
    for event in events { bytes += EventRecord.bytes(try Self.data(event, path: path)) }
    let file = try FileDescriptor(
      path: path, flags: O_WRONLY | O_CREAT | O_APPEND, operation: "write")
    let size = try file.regularFileSize()
    do throws(FileError) {
      try file.writeAll(bytes[...])
    } catch {
      try? file.setSize(size)
      throw error
    }
  }

  private static func data(_ event: BoardEvent, path: String) throws(FileError) -> [UInt8] {
    do {
      return try event.serializedBytes()
    } catch {
      throw FileError(
        operation: "write", path: path, reason: "\(error)", advice: "Report this as a mistake.")
    }
  }

  /// Cuts the file behind its last whole event of an iteration before `iteration`.
  ///
  /// - Returns: the bytes that are left.
  private static func cut(_ path: String, before iteration: Int) throws(FileError) -> Int {
    guard FileSystem.kind(of: path) != nil else { return 0 }
    let bytes = try FileSystem.contents(of: path, limit: 1 << 32)
    var end = 0
    while let record = EventRecord.first(of: bytes[end...]),
      let event = try? BoardEvent(serializedBytes: Array(record.data)), event.step < iteration
    {
      end = record.next
    }
    guard end < bytes.count else { return end }
    let file = try FileDescriptor(path: path, flags: O_WRONLY, operation: "shorten")
    try file.setSize(end)
    try file.synchronize()
    return end
  }

  /// A text, shown word by word.
  private static func text(_ text: String, tag: String, wallTime: Double) -> BoardEvent {
    var value = BoardSummary.Value()
    value.tag = tag
    value.metadata.pluginData.pluginName = "text"
    // Markdown shows lines that are indented by four as they are.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }
    var dimension = BoardTensor.Shape.Dimension()
    dimension.size = 1
    value.tensor.dtype = 7
    value.tensor.tensorShape.dim = [dimension]
    value.tensor.stringVal = [Data(lines.joined().utf8)]
    var event = BoardEvent()
    event.wallTime = wallTime
    event.summary.value = [value]
    return event
  }
}
