import Foundation
import MetaLearning
import TensorBoardEvents
import Testing

@testable import Experiments
@testable import Files

@Suite struct EventWriterTests {
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

  @Test func `an iteration has the names of the field, and finite numbers alone`() throws {
    try EventFixture.folder { folder in
      try EventFixture.write(folder, 4...4)
      let events = try EventFixture.events(folder)
      #expect(events.map(\.step) == [0, 4, 400])
      let scalars = Dictionary(
        uniqueKeysWithValues: events[1].summary.value.filter { $0.histogram.num == 0 }
          .map { ($0.tag, $0.simpleValue) })
      #expect(
        scalars == [
          "return/before": -3, "return/after": 4, "outer/kl": 0.0078125, "outer/accepted": 1,
          "experience/environment_steps": 400, "throughput/steps_per_second": 50,
        ])
      // The returns alone, in a group behind theirs: the first page has every number once.
      #expect(
        events[2].summary.value.map(\.tag) == [
          "return_by_environment_steps/before", "return_by_environment_steps/after",
        ])
      #expect(events[2].summary.value.last?.simpleValue == 4)
    }
  }

  @Test func `histograms count every finite value once`() throws {
    try EventFixture.folder { folder in
      try EventFixture.write(folder, 4...4)
      let values = try EventFixture.events(folder)[1].summary.value
      let after = try #require(values.first { $0.tag == "tasks/return_after" })
      #expect(after.histogram.num == 2 && after.histogram.bucket.reduce(0, +) == 2)
      #expect(after.histogram.min == -1 && after.histogram.bucketLimit.last == 4)
      let weights = try #require(values.first { $0.tag == "parameters/layer1.weight" })
      #expect(weights.histogram.bucket.reduce(0, +) == 5 && weights.histogram.sum == 0)
    }
  }

  @Test func `resuming leaves neither gap nor overlap, and cuts off damage`() throws {
    try EventFixture.folder { whole in
      try EventFixture.write(whole, 1...6)
      try EventFixture.folder { resumed in
        try EventFixture.write(resumed, 1...4)
        let path = FileSystem.join(resumed.tensorBoardPath, EventWriter.fileName)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([1, 2, 3]))
        try handle.close()
        try EventFixture.write(resumed, 3...6)
        #expect(try EventFixture.bytes(resumed) == EventFixture.bytes(whole))
        #expect(
          try EventFixture.events(resumed).map(\.step)
            == [0, 1, 100, 2, 200, 3, 300, 3, 4, 400, 5, 500, 6, 600, 6])
      }
    }
  }

  /// An earlier version had all numbers again under another name; a run that goes on keeps them.
  @Test func `events of an earlier version and those without a finite return stay`() throws {
    try EventFixture.folder { folder in
      try FileSystem.createFolder(folder.tensorBoardPath)
      var bytes = EventRecord.bytes(try EventRecord.version(wallTime: 10).serializedBytes())
      for (step, tag) in [
        (1, "return/before"), (100, "by_environment_steps/return/before"), (2, "outer/accepted"),
        (200, ""),
      ] as [(Int64, String)] {
        var event = BoardEvent()
        event.step = step
        var value = BoardSummary.Value()
        value.tag = tag
        event.summary.value = tag.isEmpty ? [] : [value]
        bytes += EventRecord.bytes(try event.serializedBytes())
      }
      let path = FileSystem.join(folder.tensorBoardPath, EventWriter.fileName)
      try DurableFile.write(bytes, to: path)
      let writer = try EventWriter(
        folder: folder, resumingAt: 3, configuration: EventFixture.configuration, wallTime: 10)
      #expect(writer.lastIteration == 2)
      #expect(try EventFixture.bytes(folder) == bytes)
    }
  }

  /// Wherever the file ends, all of it that belongs before the resumed iteration and is whole
  /// stays, and the writer says how far that goes.
  @Test func `a file cut off anywhere is known by its last whole iteration`() throws {
    try EventFixture.folder { whole in
      try EventFixture.write(whole, 1...4)
      let bytes = try EventFixture.bytes(whole)
      var ends = [0: 0]
      var (position, step) = (0, 0)
      while let record = EventRecord.first(of: bytes[position...]) {
        let event = try BoardEvent(serializedBytes: Array(record.data))
        position = record.next
        if event.step >= 100 {
          step += 1
          ends[step] = position
        }
      }
      #expect(ends.count == 5)
      try EventFixture.folder { cut in
        try FileSystem.createFolder(cut.tensorBoardPath)
        let path = FileSystem.join(cut.tensorBoardPath, EventWriter.fileName)
        for length in stride(from: 0, through: bytes.count, by: 61) {
          try DurableFile.write(Array(bytes[..<length]), to: path)
          let writer = try EventWriter(
            folder: cut, resumingAt: 4, configuration: EventFixture.configuration, wallTime: 10)
          let reached = (0...3).last { (ends[$0] ?? 0) <= length }
          #expect(writer.lastIteration == reached, "\(length) bytes")
          let left = try EventFixture.bytes(cut)
          #expect(bytes.starts(with: left) && left.count <= max(length, ends[0] ?? 0, 60))
        }
      }
    }
  }

  @Test func `the configuration is that of the newest start`() throws {
    try EventFixture.folder { folder in
      try EventFixture.write(folder, 1...2)
      var longer = EventFixture.configuration
      longer.iterations = 777
      // What an interrupted start left, TensorBoard would take for events.
      let leftover = ".\(ConfigurationEvents.fileName).1.temporary"
      try DurableFile.write("x", to: FileSystem.join(folder.tensorBoardPath, leftover))
      _ = try EventWriter(folder: folder, resumingAt: 3, configuration: longer, wallTime: 11)
      #expect(
        try FileSystem.names(inFolder: folder.tensorBoardPath).sorted()
          == [ConfigurationEvents.fileName, EventWriter.fileName])
      let event = try #require(
        try EventFixture.events(folder, ConfigurationEvents.fileName).last)
      let text = try #require(event.summary.value.first { $0.tag == "configuration" })
      #expect(String(decoding: text.tensor.stringVal[0], as: UTF8.self).contains("777"))
      let parameters = try #require(event.summary.value.last).metadata.pluginData
      #expect(parameters.pluginName == "hparams")
      let session = try BoardHyperparameters(serializedBytes: parameters.content)
        .sessionStartInfo
      #expect(session.hparams["iterations"]?.numberValue == 777)
      #expect(session.hparams["family"]?.stringValue == "navigation-2d")
      #expect(session.hparams.count == RunConfiguration().readFields.count)
      #expect(session.startTimeSecs == 11)
    }
  }

  @Test func `what is no picture is not written`() throws {
    try EventFixture.folder { folder in
      try EventFixture.write(folder, 1...1)
      let writer = try EventWriter(
        folder: folder, resumingAt: 2, configuration: EventFixture.configuration)
      let before = try EventFixture.bytes(folder)
      for wrong in [
        [], Array(EventFixture.pixel.dropFirst()), Array(EventFixture.pixel.prefix(25)),
      ] {
        try writer.append(picture: wrong, tag: "paths", iteration: 1)
      }
      #expect(try EventFixture.bytes(folder) == before)
      #expect(PNGSize(EventFixture.pixel)?.channels == 3)
    }
  }
}
