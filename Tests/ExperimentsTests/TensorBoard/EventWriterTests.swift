import Foundation
import MetaLearning
import TensorBoardEvents
import Testing

@testable import Experiments

@Suite struct EventWriterTests {
  private func report(_ iteration: Int) -> (IterationReport, MetricsRow) {
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

  private func folder(_ body: (RunFolder) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-events-\(UUID().uuidString)").path
    defer { try? FileSystem.removeTree(path) }
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    try body(
      RunFolder.create(
        path, force: false, configuration: configuration, provenance: Provenance(metarl: "1")))
  }

  private func bytes(_ folder: RunFolder) throws -> [UInt8] {
    try FileSystem.contents(
      of: FileSystem.join(folder.tensorBoardPath, EventWriter.fileName))
  }

  private func events(_ folder: RunFolder) throws -> [BoardEvent] {
    let bytes = try bytes(folder)
    var (events, position): ([BoardEvent], Int) = ([], 0)
    while position < bytes.count {
      let record = try #require(EventRecord.first(of: bytes[position...]))
      events.append(try BoardEvent(serializedBytes: Array(record.data)))
      position = record.next
    }
    return events
  }

  private func write(_ folder: RunFolder, _ iterations: ClosedRange<Int>) throws {
    let writer = try EventWriter(
      folder: folder, resumingAt: iterations.lowerBound, configuration: "a: 1", wallTime: 10)
    for iteration in iterations {
      let (report, row) = report(iteration)
      try writer.append(report, row, wallTime: 10)
    }
  }

  /// The vectors of RFC 3720, appendix B.4, and the check value of the catalogues of CRCs.
  static let vectors: [(bytes: [UInt8], checksum: UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
    (Array("123456789".utf8), 0xE306_9283),
  ]

  @Test(arguments: vectors)
  func `checksums are those of the standard`(bytes: [UInt8], checksum: UInt32) {
    #expect(MaskedCRC32C.checksum(bytes) == checksum)
    let masked = MaskedCRC32C.masked(bytes) &- 0xA282_EAD8
    #expect(masked >> 17 | masked << 15 == checksum)
  }

  /// The first record of every event file of TensorBoard, as its own writer makes it but for the
  /// time, here 10 s: length 24, wall time, and the version in field 3.
  @Test func `the first record is the golden one`() throws {
    try folder { folder in
      try write(folder, 1...1)
      let data: [UInt8] =
        [0x09, 0, 0, 0, 0, 0, 0, 0x24, 0x40, 0x1A, 0x0D] + Array("brain.Event:2".utf8)
      let start = try bytes(folder).prefix(16 + data.count)
      #expect(Array(start) == EventRecord.bytes(data))
      #expect(Array(start.prefix(12)) == [24, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22])
    }
  }

  @Test func `an iteration has the names of the field, and finite numbers alone`() throws {
    try folder { folder in
      try write(folder, 3...3)
      let event = try #require(try events(folder).last)
      #expect(event.step == 3)
      let scalars = Dictionary(
        uniqueKeysWithValues: event.summary.value.filter { $0.histogram.num == 0 }
          .map { ($0.tag, $0.simpleValue) })
      #expect(
        scalars == [
          "return/before": -3, "return/after": 3, "outer/kl": 0.0078125, "outer/accepted": 1,
          "experience/environment_steps": 300, "throughput/steps_per_second": 50,
        ])
      let after = try #require(event.summary.value.first { $0.tag == "tasks/return_after" })
      #expect(after.histogram.num == 2 && after.histogram.bucket.reduce(0, +) == 2)
      #expect(after.histogram.min == -1 && after.histogram.bucketLimit.last == 3)
    }
  }

  @Test func `resuming leaves neither gap nor overlap, and cuts off damage`() throws {
    try folder { whole in
      try write(whole, 1...6)
      try folder { resumed in
        try write(resumed, 1...4)
        let path = FileSystem.join(resumed.tensorBoardPath, EventWriter.fileName)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([1, 2, 3]))
        try handle.close()
        try write(resumed, 3...6)
        #expect(try bytes(resumed) == bytes(whole))
        #expect(try events(resumed).map(\.step) == [0, 0, 1, 2, 3, 4, 5, 6])
      }
    }
  }
}
