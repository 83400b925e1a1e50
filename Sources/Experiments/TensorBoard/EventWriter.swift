import Files
import Foundation
import Glibc
import MetaLearning
import TensorBoardEvents

/// Appends what an iteration reports to the event file of a run, for TensorBoard.
///
/// Each iteration goes to the file whole, in one write: an event against the iteration and one
/// against the environment steps up to then. A run that goes on cuts off what it will write
/// again, as `MetricsWriter` does, so that there is neither gap nor overlap.
public struct EventWriter: Sendable {
  /// The event file's name; TensorBoard looks for `tfevents` in it, and reads in order of names.
  package static let fileName = "events.out.tfevents.0000000000.metarl"

  private let path: String
  /// The last iteration that was kept; 0 for none.
  public let lastIteration: Int

  /// Opens the event file of a run, keeping the iterations before `iteration`, and writes the
  /// file of the configuration anew.
  ///
  /// - Parameters:
  ///   - folder: the run folder, open for writing.
  ///   - iteration: the first iteration that will be logged.
  ///   - configuration: shown as a text and as hyperparameters.
  ///   - wallTime: seconds since 1970.
  /// - Throws: `FileError`.
  public init(
    folder: RunFolder, resumingAt iteration: Int, configuration: RunConfiguration,
    wallTime: Double = EventWriter.now
  ) throws(FileError) {
    try FileSystem.requireNoLink(folder.tensorBoardPath)
    try FileSystem.createFolder(folder.tensorBoardPath)
    // TensorBoard would read the leftovers of an interrupted write too.
    try DurableFile.removeLeftovers(inFolder: folder.tensorBoardPath)
    let configurationPath = FileSystem.join(
      folder.tensorBoardPath, ConfigurationEvents.fileName)
    try DurableFile.write(
      Self.serialized(path: configurationPath) {
        try ConfigurationEvents.bytes(configuration, wallTime: wallTime)
      }, to: configurationPath)
    path = FileSystem.join(folder.tensorBoardPath, Self.fileName)
    try FileSystem.requireOneName(path)
    let kept = try Self.cut(path, before: iteration)
    lastIteration = kept.iteration
    if kept.bytes == 0 { try append([EventRecord.version(wallTime: wallTime)]) }
  }

  /// Seconds since 1970.
  public static var now: Double { Date().timeIntervalSince1970 }

  /// Appends an iteration.
  ///
  /// - Parameters:
  ///   - report: the iteration's.
  ///   - row: its metrics.
  ///   - parameters: names and values of the tensors of θ, shown as distributions.
  ///   - wallTime: seconds since 1970.
  /// - Throws: `FileError`; events that did not fit are taken back.
  public func append(
    _ report: IterationReport, _ row: MetricsRow,
    parameters: [(name: String, values: [Double])] = [], wallTime: Double = EventWriter.now
  ) throws(FileError) {
    let scalars = EventValues.scalars(report, row)
    var event = BoardEvent()
    event.wallTime = wallTime
    event.step = Int64(report.iteration)
    event.summary.value = scalars + EventValues.histograms(report, parameters: parameters)
    var byExperience = BoardEvent()
    byExperience.wallTime = wallTime
    byExperience.step = Int64(EventValues.environmentSteps(row))
    byExperience.summary.value = EventValues.byExperience(scalars)
    try append([event, byExperience])
  }

  /// Appends a picture of an iteration that was appended.
  ///
  /// - Parameters:
  ///   - png: the picture's bytes; nothing is written when they are no PNG.
  ///   - tag: its name.
  ///   - iteration: the newest one.
  ///   - wallTime: seconds since 1970.
  /// - Throws: `FileError`; an event that did not fit is taken back.
  public func append(
    picture png: [UInt8], tag: String, iteration: Int, wallTime: Double = EventWriter.now
  ) throws(FileError) {
    guard let image = EventValues.image(png, tag: tag) else { return }
    var event = BoardEvent()
    event.wallTime = wallTime
    event.step = Int64(iteration)
    event.summary.value = [image]
    try append([event])
  }

  /// Waits until the disk has all events.
  public func synchronize() throws(FileError) {
    guard FileSystem.kind(of: path) != nil else { return }
    let file = try FileDescriptor(path: path, flags: O_RDONLY, operation: "flush")
    try file.synchronize()
  }

  private func append(_ events: [BoardEvent]) throws(FileError) {
    let bytes = try Self.serialized(path: path) {
      try events.flatMap { EventRecord.bytes(try $0.serializedBytes()) }
    }
    let file = try FileDescriptor(
      path: path, flags: O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, operation: "write")
    let size = try file.regularFileSize()
    do throws(FileError) {
      try DurableFile.stageHook?(.created, path)
      try file.writeAll(bytes[...])
    } catch {
      try? file.setSize(size)
      throw error
    }
  }

  private static func serialized(
    path: String, _ body: () throws -> [UInt8]
  ) throws(FileError) -> [UInt8] {
    do {
      return try body()
    } catch {
      throw FileError(
        operation: "write", path: path, reason: "\(error)", advice: "Report this as a mistake.")
    }
  }

  /// Cuts the file behind its last whole event of an iteration before `iteration`.
  ///
  /// - Returns: the bytes that are left, and the last iteration of which all is there.
  private static func cut(
    _ path: String, before iteration: Int
  ) throws(FileError) -> (bytes: Int, iteration: Int) {
    guard FileSystem.kind(of: path) != nil else { return (0, 0) }
    let bytes = try FileSystem.contents(of: path, limit: 1 << 32)
    var end = 0
    var (current, last): (Int64, Int64) = (0, 0)
    while let record = EventRecord.first(of: bytes[end...]),
      let event = try? BoardEvent(serializedBytes: Array(record.data))
    {
      // Events against environment steps follow those of their iteration.
      if EventValues.isByExperience(event) {
        last = current
      } else {
        guard event.step < iteration else { break }
        current = event.step
      }
      end = record.next
    }
    guard end < bytes.count else { return (end, Int(last)) }
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_NOFOLLOW, operation: "shorten")
    try file.setSize(end)
    try file.synchronize()
    return (end, Int(last))
  }
}
