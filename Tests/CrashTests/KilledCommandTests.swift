import Experiments
import Files
import Foundation
import Testing

/// An extension of a training, an evaluation and a benchmark are killed at the n-th file operation,
/// for every n, and done again: what was there is unharmed, and the result is that of one go.
///
/// `OPERATIONS` as in `EveryOperationTests`.
@Suite(
  "Commands killed at any file operation", .serialized,
  .enabled(if: Faults.isAvailable, "the library of faults is not built"))
struct KilledCommandTests {
  private static let kinds = ["kill", "kill-after", "kill-half"]
  private let short = SmallTraining(family: "navigation-2d", iterations: 4)
  private let long = SmallTraining(family: "navigation-2d", iterations: 7)

  /// The places of operations to try, of so many.
  private func places(of count: Int) -> [Int] {
    EveryOperationTests.places(of: count, atMost: 3)
  }

  /// How many operations below a folder a command takes; it must succeed.
  private func operations(
    _ arguments: [String], below folder: String, in workshop: Workshop
  ) throws -> Int {
    let faults = Faults(folder: workshop.path(folder), log: workshop.path("operations"))
    try #require(
      workshop.run(arguments, faults: faults) == .exited(0), "\(workshop.text("log.err"))")
    let count = Faults.operations(workshop.text("operations")).count
    try FileSystem.removeFile(workshop.path("operations"))
    return count
  }

  @Test(arguments: kinds)
  func `an extension killed at any file operation goes on to the same bits`(kind: String) throws {
    let workshop = try Workshop()
    try #require(
      workshop.run(short.arguments(run: "short") + ["--quiet"]) == .exited(0),
      "\(workshop.text("log.err"))")
    func restore(_ name: String) throws {
      if FileSystem.kind(of: workshop.path(name)) != nil {
        try FileSystem.removeTree(workshop.path(name))
      }
      try FileManager.default.copyItem(
        atPath: workshop.path("short"), toPath: workshop.path(name))
    }
    let extend = ["train", "--resume", "run", "--iterations", "\(long.iterations)", "--quiet"]
    try restore("run")
    let count = try operations(extend, below: "run", in: workshop)
    try #require(count > 30)
    let expected = try RunResult(long, run: workshop.path("run"))
    for operation in places(of: count) {
      try restore("run")
      let faults = Faults(folder: workshop.path("run"), operation: operation, kind: kind)
      let end = try workshop.run(extend, log: "killed", faults: faults)
      #expect(end == .killed(signal: SIGKILL) || end == .exited(0), "\(faults)")
      #expect(
        try workshop.run(extend, log: "finish") == .exited(0),
        "\(faults): \(workshop.text("finish.err"))")
      let difference = try RunResult(long, run: workshop.path("run")).difference(from: expected)
      #expect(difference == nil, "\(faults): \(difference ?? "")")
    }
    print("extension, \(kind): \(places(of: count).count) of \(count) operations, all equal")
  }

  @Test(arguments: kinds)
  func `an evaluation killed at any file operation leaves whole files, old or new`(kind: String)
    throws
  {
    let workshop = try Workshop()
    try #require(
      workshop.run(short.arguments(run: "run") + ["--quiet"]) == .exited(0),
      "\(workshop.text("log.err"))")
    let names = ["e.json", "e.csv", "t.csv", "e.md"]
    func evaluate(tasks: Int) -> [String] {
      [
        "evaluate", "run", "--tasks", "\(tasks)", "--rollouts-per-task", "2", "--quiet",
        "--json", "out/e.json", "--csv", "out/e.csv", "--task-csv", "out/t.csv",
        "--markdown", "out/e.md",
      ]
    }
    func contents() throws -> [[UInt8]] {
      try names.map { try FileSystem.contents(of: workshop.path("out/\($0)")) }
    }
    try FileSystem.createFolder(workshop.path("out"))
    try #require(workshop.run(evaluate(tasks: 2)) == .exited(0), "\(workshop.text("log.err"))")
    let old = try contents()
    let count = try operations(evaluate(tasks: 3), below: "out", in: workshop)
    try #require(count >= 4 * names.count)
    let new = try contents()
    for operation in places(of: count) {
      for (name, bytes) in zip(names, old) {
        try DurableFile.write(
          String(decoding: bytes, as: UTF8.self), to: workshop.path("out/\(name)"))
      }
      let faults = Faults(folder: workshop.path("out"), operation: operation, kind: kind)
      let end = try workshop.run(evaluate(tasks: 3), log: "killed", faults: faults)
      #expect(end == .killed(signal: SIGKILL) || end == .exited(0), "\(faults)")
      for ((name, found), (before, after)) in zip(zip(names, try contents()), zip(old, new)) {
        #expect(found == before || found == after, "\(faults): \(name) is neither old nor new")
      }
      #expect(try workshop.run(evaluate(tasks: 3), log: "again") == .exited(0), "\(faults)")
      #expect(try contents() == new, "\(faults)")
    }
    print("evaluation, \(kind): \(places(of: count).count) of \(count) operations, all whole")
  }

  @Test(arguments: kinds)
  func `a benchmark killed at any file operation goes on to the same table`(kind: String) throws {
    let workshop = try Workshop()
    let benchmark = [
      "benchmark", "finn2017", "--family", "navigation-2d", "--method", "maml", "--quiet",
      "--iterations", "2", "--seeds", "1", "--dir", "b",
      "--set", "sampling.meta_batch_size=2", "--set", "sampling.rollouts_per_task=2",
      "--set", "policy.hidden=[8]",
    ]
    let count = try operations(benchmark, below: "b", in: workshop)
    try #require(count > 50)
    func files() throws -> [String: [UInt8]] {
      var files: [String: [UInt8]] = [:]
      for path in try FileManager.default.subpathsOfDirectory(atPath: workshop.path("b"))
      where path.hasSuffix(".safetensors") || path.hasSuffix(".md") || path.hasSuffix(".json") {
        files[path] = try FileSystem.contents(of: workshop.path("b/\(path)"))
      }
      return files
    }
    func timeless(_ files: [String: [UInt8]]) -> [String: [UInt8]] {
      files.filter { !$0.key.hasSuffix("provenance.json") }
    }
    let expected = timeless(try files())
    try #require(expected.count >= 3)
    for operation in places(of: count) {
      try FileSystem.removeTree(workshop.path("b"))
      let faults = Faults(folder: workshop.path("b"), operation: operation, kind: kind)
      let end = try workshop.run(benchmark, log: "killed", faults: faults)
      #expect(end == .killed(signal: SIGKILL) || end == .exited(0), "\(faults)")
      #expect(
        try workshop.run(benchmark, log: "finish") == .exited(0),
        "\(faults): \(workshop.text("finish.err"))")
      let found = timeless(try files())
      #expect(Set(found.keys) == Set(expected.keys), "\(faults)")
      for (name, bytes) in expected {
        #expect(found[name] == bytes, "\(faults): \(name) differs")
      }
    }
    print("benchmark, \(kind): \(places(of: count).count) of \(count) operations, all equal")
  }
}
