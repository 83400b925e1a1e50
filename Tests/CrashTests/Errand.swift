import Experiments
import Files
import Foundation
import Testing

/// A command other than a training's start, with the folder that it changes.
enum Errand: String, CaseIterable, CustomTestStringConvertible {
  /// A finished run goes on to more iterations.
  case extended
  /// A method of a benchmark: training, evaluation, tables.
  case benchmark
  /// Four files that replace older ones.
  case evaluation

  var testDescription: String { self == .extended ? "extension" : rawValue }

  /// The folder below the workshop's that counts.
  static let folder = "work"
  private static let shorter = SmallTraining(family: "navigation-2d", iterations: 4)
  private static let outputs = ["tasks.yaml", "report.json", "figures.csv", "report.md"]

  /// The words after `metarl`; the same ones go on after a stop.
  var arguments: [String] {
    switch self {
    case .extended: ["train", "--resume", Self.folder, "--iterations", "7", "--quiet"]
    case .benchmark:
      [
        "benchmark", "finn2017", "--family", "navigation-2d", "--method", "maml", "--dir",
        Self.folder, "--iterations", "2", "--workers", "2", "--quiet",
      ]
        + [
          "sampling.meta_batch_size=2", "sampling.rollouts_per_task=2", "validation.every=2",
          "validation.tasks=1", "validation.rollouts_per_task=1", "report_tasks=0",
          "checkpoint_every=1", "keep=2",
        ].flatMap { ["--set", $0] }
    case .evaluation:
      [
        "evaluate", "base", "--tasks", "4", "--rollouts-per-task", "2", "--steps", "1", "--quiet",
        "--workers", "2",
      ]
        + zip(["--save-tasks", "--json", "--csv", "--markdown"], Self.outputs)
        .flatMap { [$0, FileSystem.join(Self.folder, $1)] }
    }
  }

  /// What is needed once: the run that goes on, or is evaluated.
  func prepare(_ workshop: Workshop) throws {
    guard self != .benchmark else { return }
    try #require(
      workshop.run(Self.shorter.arguments(run: "base") + ["--quiet"]) == .exited(0),
      "\(workshop.text("log.err"))")
  }

  /// The folder as it is before the command.
  func reset(_ workshop: Workshop) throws {
    let folder = workshop.path(Self.folder)
    if FileSystem.kind(of: folder) != nil { try FileSystem.removeTree(folder) }
    switch self {
    case .extended:
      try FileManager.default.copyItem(atPath: workshop.path("base"), toPath: folder)
    case .benchmark: break
    case .evaluation:
      try FileSystem.createFolder(folder)
      for name in Self.outputs {
        try Data("an older \(name)".utf8).write(
          to: URL(fileURLWithPath: FileSystem.join(folder, name)))
      }
    }
  }

  /// What of the older results is neither there as it was nor replaced by a whole new one.
  func harmed(in workshop: Workshop, expected: FolderResult) -> [String] {
    guard self == .evaluation else { return [] }
    return Self.outputs.filter { name in
      let text = workshop.text(FileSystem.join(Self.folder, name))
      return text != "an older \(name)" && Array(text.utf8) != expected.files[name]
    }
  }
}

/// The files of a folder, without what differs from one time to the next: locks and seconds.
struct FolderResult: Equatable {
  /// Contents by path in the folder.
  private(set) var files: [String: [UInt8]] = [:]
  /// Lines of the events for TensorBoard, by run.
  private(set) var events: [String: [String]] = [:]

  init(_ folder: String) throws {
    let found = try #require(FileManager.default.enumerator(atPath: folder))
    for case let name as String in found {
      let path = FileSystem.join(folder, name)
      let last = FileSystem.lastName(of: name)
      if last == "tensorboard" {
        events[name] = try EventResult.lines(run: FileSystem.parentFolder(of: path))
      }
      guard FileSystem.kind(of: path) == .file, last != "run.lock",
        !name.contains("tensorboard/")
      else { continue }
      let bytes = try FileSystem.contents(of: path)
      switch last {
      case "metrics.jsonl": files[name] = Array(try Self.rows(bytes).utf8)
      case "progress.csv": files[name] = Array(Self.table(bytes).utf8)
      default: files[name] = bytes
      }
    }
  }

  /// Rows of the metrics without the timings.
  private static func rows(_ bytes: [UInt8]) throws -> String {
    try String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { line in
      guard !line.isEmpty else { return "" }
      let members = try JSONValue(parsing: Array(line.utf8)).members ?? []
      return JSONValue.object(members.filter { !$0.key.hasPrefix("seconds") }).line
    }.joined(separator: "\n")
  }

  /// Columns of the table without the timings.
  private static func table(_ bytes: [UInt8]) -> String {
    let rows = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let left = (rows.first ?? []).indices.filter { rows[0][$0].hasPrefix("seconds") }
    return rows.map { row in
      row.indices.filter { !left.contains($0) }.map { String(row[$0]) }.joined(separator: ",")
    }.joined(separator: "\n")
  }

  /// The names of what differs.
  func difference(from other: FolderResult, withoutEvents: Bool = false) -> [String] {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
      + (withoutEvents || events == other.events ? [] : ["events"])
  }

  /// Leaves temporary files out.
  mutating func removeHidden() {
    files = files.filter { !FileSystem.lastName(of: $0.key).hasPrefix(".") }
  }
}
