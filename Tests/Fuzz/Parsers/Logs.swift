import Experiments
import Files
import Foundation
import Reports

extension FuzzedParser {
  /// What a run that goes on, `metarl watch`, `plot` and `report` read.
  static let logs = [
    FuzzedParser("metrics", reads: "metrics.jsonl and progress.csv of a run", .json) { scratch in
      let folder = try run(scratch)
      let metrics = "{\"iteration\":0,\"return_after\":0.5}\n{\"iteration\":1,\"gain\":1.5}\n"
      let table = "iteration,gain\n0,0.5\n1,1.5\n"
      return Prepared(seeds: [Array(metrics.utf8), Array(table.utf8)]) { input in
        // Showing what is there, while it is damaged.
        try write(input, to: folder.metricsPath)
        var follower = MetricsFollower(folder)
        _ = try follower.newRows()
        let history = try LearningHistory(folder)
        _ = LearningFigure.figure([history], family: "navigation-2d")
        // Going on after it.
        try write(input, to: folder.progressPath)
        do {
          var writer = try MetricsWriter(folder: folder, resumingAt: 1)
          try writer.append(MetricsRow(iteration: 1))
        } catch {
          throw BrokenPromise(description: "a damaged log keeps a run from going on: \(error)")
        }
      }
    },
    FuzzedParser("events", reads: "TensorBoard's event file of a run", .bytes) { scratch in
      let folder = try run(scratch)
      let configuration = RunConfiguration()
      func open() throws {
        _ = try EventWriter(folder: folder, resumingAt: 1, configuration: configuration)
      }
      try open()
      let path = FileSystem.join(folder.tensorBoardPath, EventWriter.fileName)
      // The events of the configuration stand for those of iterations.
      let whole = try FileSystem.contents(
        of: FileSystem.join(folder.tensorBoardPath, ConfigurationEvents.fileName))
      let rest = EventRecord.first(of: whole[...]).map { Array(whole[$0.next...]) } ?? []
      let event = EventRecord.first(of: rest[...]).map { Array($0.data) } ?? []
      return Prepared(seeds: [whole, event]) { input in
        // As it is, and as the data of a record with right checksums.
        for bytes in [input, EventRecord.bytes(input)] {
          try write(bytes, to: path)
          do {
            try open()
          } catch {
            throw BrokenPromise(description: "a damaged log keeps a run from going on: \(error)")
          }
        }
      }
    },
  ]

  private static func run(_ scratch: String) throws -> RunFolder {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    return try RunFolder.create(
      FileSystem.join(scratch, "run"), force: false, configuration: configuration,
      provenance: Provenance(metarl: "0.1.0"))
  }

  /// Writes a file without waiting for the disk.
  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
