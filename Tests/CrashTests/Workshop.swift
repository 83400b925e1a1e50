import Experiments
import Files
import Foundation
import Testing

/// A folder of its own for trainings with the built `metarl`.
final class Workshop {
  /// The folder, writable by everybody so that other users may train in it.
  let folder: String

  /// The executable beside the test bundle.
  static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("metarl").path

  /// The sources, for the task families.
  static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-crash-\(UUID().uuidString)").path
    try FileSystem.createFolder(folder)
    chmod(folder, 0o777)
  }

  deinit { try? FileSystem.removeTree(folder) }

  /// A path in the folder.
  func path(_ name: String) -> String { FileSystem.join(folder, name) }

  /// What is in a text file of the folder; empty when there is none.
  func text(_ name: String) -> String {
    (try? FileSystem.contents(of: path(name))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Starts `metarl`; what it says on standard error goes to the file `NAME.err`.
  ///
  /// - Parameters:
  ///   - arguments: one a word.
  ///   - name: of the log.
  ///   - slowWrites: milliseconds that each stage of a write takes longer; 0 for none.
  ///   - launcher: words before the program, as `setpriv …`.
  ///   - output: where standard output goes instead of the file `NAME.out`.
  ///   - error: where standard error goes instead.
  ///   - faults: what befalls its file operations.
  /// - Returns: the running process.
  /// - Throws: what starting it throws.
  func start(
    _ arguments: [String], log name: String = "log", slowWrites: Int = 0,
    launcher: [String] = [], output: ChildProcess.Stream? = nil,
    error: ChildProcess.Stream? = nil, faults: Faults? = nil
  ) throws -> ChildProcess {
    var environment = ["METARL_HOME": Self.sources].merging(faults?.environment ?? [:]) { $1 }
    if slowWrites > 0 { environment["METARL_TEST_SLOW_WRITES"] = "\(slowWrites)" }
    return try ChildProcess(
      launcher + [Self.program] + arguments, folder: folder, environment: environment,
      output: output ?? .file(path(name + ".out")), error: error ?? .file(path(name + ".err")))
  }

  /// Runs `metarl` to its end.
  @discardableResult
  func run(
    _ arguments: [String], log name: String = "log", launcher: [String] = [],
    faults: Faults? = nil
  ) throws -> ChildProcess.End {
    try start(arguments, log: name, launcher: launcher, faults: faults).wait(seconds: 200)
  }

  /// Waits until the metrics of a run have so many rows.
  func waitForRows(_ count: Int, run: String, of process: ChildProcess) -> Bool {
    let deadline = now() + 100
    while now() < deadline, process.isRunning {
      if text("\(run)/metrics.jsonl").utf8.filter({ $0 == 10 }).count >= count { return true }
      usleep(2000)
    }
    return false
  }
}

/// A training of a second or two, with checkpoints and validation every few iterations.
struct SmallTraining {
  var family: String
  var iterations = 12
  var tasks = 2
  var episodes = 2

  /// The flags of a fresh start.
  func arguments(run: String) -> [String] {
    [
      "train", family, "--run-dir", run, "--iterations", "\(iterations)", "--meta-batch-size",
      "\(tasks)", "--rollouts-per-task", "\(episodes)", "--hidden", "32,32", "--workers", "2",
      "--checkpoint-every", "3", "--keep", "2", "--set", "validation.every=2", "--set",
      "validation.tasks=1", "--set", "validation.rollouts_per_task=1", "--set",
      "picture_every=5", "--set", "report_tasks=0",
    ]
  }

  /// The name of the last checkpoint.
  var lastCheckpoint: String {
    "checkpoints/iteration-" + String(repeating: "0", count: 6 - "\(iterations)".count)
      + "\(iterations).safetensors"
  }

  /// Whether this build has the family.
  var isAvailable: Bool {
    (try? Workshop().run(["environments", "show", family])) == .exited(0)
  }
}

/// What must be equal between a run in one go and one that was stopped and went on.
struct RunResult: Equatable {
  let lastCheckpoint: [UInt8]
  let bestCheckpoint: [UInt8]
  /// Rows of `metrics.jsonl` without the timings.
  let rows: [String]
  /// Lines of `progress.csv` without the timings.
  let table: [String]
  /// Events for TensorBoard without the timings.
  let events: [String]

  init(_ training: SmallTraining, run: String) throws {
    events = try EventResult.lines(run: run)
    lastCheckpoint = try FileSystem.contents(
      of: FileSystem.join(run, training.lastCheckpoint))
    bestCheckpoint = try FileSystem.contents(
      of: FileSystem.join(run, "checkpoints/best.safetensors"))
    func lines(_ name: String) throws -> [Substring] {
      let bytes = try FileSystem.contents(of: FileSystem.join(run, name))
      let lines = String(decoding: bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.last == "", "\(name) ends within a line")
      return lines.dropLast()
    }
    rows = try lines("metrics.jsonl").map { line in
      let members = try JSONValue(parsing: Array(line.utf8)).members ?? []
      return JSONValue.object(members.filter { !$0.key.hasPrefix("seconds") }).line
    }
    let table = try lines("progress.csv").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let kept = (table.first ?? []).indices.filter { !table[0][$0].hasPrefix("seconds") }
    self.table = table.map { row in
      kept.map { $0 < row.count ? String(row[$0]) : "?" }.joined(separator: ",")
    }
  }

  /// The first thing that differs, or nil.
  func difference(from other: RunResult) -> String? {
    if lastCheckpoint != other.lastCheckpoint { return "the last checkpoint" }
    if bestCheckpoint != other.bestCheckpoint { return "the best checkpoint" }
    if rows != other.rows { return "metrics.jsonl: \(rows.count) rows, \(other.rows.count) there" }
    if table != other.table { return "progress.csv" }
    return events == other.events
      ? nil : "the events: \(events.count) lines, \(other.events.count) there"
  }
}
