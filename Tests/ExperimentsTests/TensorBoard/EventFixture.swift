import Foundation
import MetaLearning
import TensorBoardEvents
import Testing

@testable import Experiments
@testable import Files

/// Iterations with round numbers, and run folders to log them in.
enum EventFixture {
  /// What iteration `iteration` reports, at 100 environment steps an iteration.
  static func report(_ iteration: Int) -> (IterationReport, MetricsRow) {
    var report = IterationReport()
    report.iteration = iteration
    report.returnsBefore = [-4, -2]
    report.returnsAfter = [-1, .nan, Double(iteration)]
    report.kl = 0.0078125
    report.seconds = 2
    report.environmentSteps.preAdaptation = 100
    var row = MetricsRow(iteration: iteration)
    row.add("return_before", -3.0)
    row.add("return_after", Double(iteration))
    row.add("gain", Double.nan)
    row.add("kl", 0.0078125)
    row.add("outcome", "accepted")
    row.add("steps_pre_adaptation", 100 * iteration)
    return (report, row)
  }

  /// One tensor.
  static let parameters = [(name: "layer1.weight", values: [-1, -0.5, 0.25, 0.25, 1])]

  /// A picture of one black pixel.
  static let pixel = [UInt8](
    Data(
      base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhV"
        + "AAAAAElFTkSuQmCC") ?? Data())

  /// Runs a body with a run folder that is removed afterwards.
  static func folder(_ body: (RunFolder) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-events-\(UUID().uuidString)").path
    defer { try? FileSystem.removeTree(path) }
    try body(
      RunFolder.create(
        path, force: false, configuration: configuration, provenance: Provenance(metarl: "1")))
  }

  /// A configuration of a run.
  static var configuration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    return configuration
  }

  /// Writes iterations, and a picture after every third.
  static func write(_ folder: RunFolder, _ iterations: ClosedRange<Int>) throws {
    let writer = try EventWriter(
      folder: folder, resumingAt: iterations.lowerBound, configuration: configuration,
      wallTime: 10)
    for iteration in iterations {
      let (report, row) = report(iteration)
      try writer.append(report, row, parameters: parameters, wallTime: 10)
      guard iteration % 3 == 0 else { continue }
      try writer.append(picture: pixel, tag: "paths", iteration: iteration, wallTime: 10)
    }
  }

  /// The bytes of a file of events.
  static func bytes(
    _ folder: RunFolder, _ name: String = EventWriter.fileName
  ) throws -> [UInt8] {
    try FileSystem.contents(of: FileSystem.join(folder.tensorBoardPath, name))
  }

  /// The events of a file.
  static func events(
    _ folder: RunFolder, _ name: String = EventWriter.fileName
  ) throws -> [BoardEvent] {
    let bytes = try bytes(folder, name)
    var (events, position): ([BoardEvent], Int) = ([], 0)
    while position < bytes.count {
      let record = try #require(EventRecord.first(of: bytes[position...]))
      events.append(try BoardEvent(serializedBytes: Array(record.data)))
      position = record.next
    }
    return events
  }
}
