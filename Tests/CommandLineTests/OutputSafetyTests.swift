import Foundation
import Synchronization
import Testing

/// Results that cannot be written, streams that are closed, commands that are interrupted.
@Suite struct OutputSafetyTests {
  private static let evaluation = [
    "evaluate", "run", "--tasks", "2", "--rollouts-per-task", "2", "--steps", "1", "--quiet",
  ]

  private func trained() throws -> Program {
    let program = try Program()
    let result = try program.run(Program.smallTraining + ["--quiet"])
    #expect(result.code == 0, "\(result.error)")
    return program
  }

  /// Runs the program behind a shell that changes its streams.
  private func run(
    _ program: Program, _ arguments: [String], streams: String
  ) throws -> Program.Result {
    try program.run(
      ["-c", "exec \"$0\" \"$@\" \(streams)", Program.executable.path] + arguments,
      executable: URL(fileURLWithPath: "/bin/sh"))
  }

  @Test(arguments: [">&-", ">/dev/full", ">&- 2>&- <&-"])
  func `an evaluation's files are there when its standard output is closed or full`(streams: String)
    throws
  {
    let program = try trained()
    defer { program.cleanUp() }
    let files = ["e.json", "e.csv", "e.md", "tasks.yaml"]
    let flags = [
      "--json", files[0], "--csv", files[1], "--markdown", files[2], "--save-tasks", files[3],
    ]
    #expect(try program.run(Self.evaluation + flags).code == 0)
    let expected = try files.map(program.bytes)
    for file in files { try program.write("", to: file) }
    let result = try run(program, Self.evaluation + flags, streams: streams)
    #expect(result.code == 70, "a result was asked for on standard output")
    if !streams.contains("2>") { #expect(result.error.contains("standard output")) }
    #expect(try files.map(program.bytes) == expected)
    let sweep = ["sweep", "run", "--tasks", "2", "--rollouts-per-task", "2", "--quiet", "--csv"]
    _ = try run(program, sweep + ["s.csv"], streams: streams)
    #expect(try program.text(of: "s.csv").hasPrefix("policy") || !program.text(of: "s.csv").isEmpty)
  }

  @Test(arguments: [">&-", ">/dev/full", ">&- 2>&- <&-"])
  func `a finished training is no failure when its standard output is closed or full`(
    streams: String
  ) throws {
    let program = try trained()
    defer { program.cleanUp() }
    let other = Program.smallTraining.map { $0 == "run" ? "other" : $0 }
    let result = try run(program, other + ["--quiet"], streams: streams)
    #expect(result.code == 0, "\(result.error)")
    // No stream has taken the place of a file.
    for name in ["checkpoints/iteration-000003.safetensors", "checkpoints/best.safetensors"] {
      #expect(try program.bytes(of: "other/\(name)") == program.bytes(of: "run/\(name)"))
    }
    let lock = try program.text(of: "other/run.lock").trimmingCharacters(in: .newlines)
    #expect(Int(lock) != nil, "'\(lock)'")
  }

  @Test func `trainings that start at once get a folder each`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let arguments = [
      "train", "navigation-2d", "--iterations", "1", "--meta-batch-size", "1",
      "--rollouts-per-task", "2", "--hidden", "4", "--quiet", "--no-report", "--set",
      "validation.every=0",
    ]
    let results = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 6) { _ in
      let result = try? program.run(arguments)
      results.withLock { $0.append("\(result?.code ?? -1) \(result?.output ?? "")") }
    }
    let names = ["navigation-2d"] + (2...6).map { "navigation-2d-\($0)" }
    #expect(results.withLock { $0.sorted() } == names.map { "0 runs/\($0)\n" })
  }

  @Test(arguments: [
    (["--json"], "/proc/metarl.json"), (["--csv"], "/proc/metarl.csv"),
    (["--markdown"], "missing.txt/e.md"), (["--save-tasks"], "link.yaml"),
  ])
  func `results that cannot be written are found before the work`(flag: [String], path: String)
    throws
  {
    let program = try trained()
    defer { program.cleanUp() }
    try program.write("", to: "missing.txt")
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.appendingPathComponent("link.yaml").path,
      withDestinationPath: "missing.txt")
    // So much work that the test would not end if it were begun.
    let result = try program.run(
      ["evaluate", "run", "--tasks", "1000000", "--rollouts-per-task", "1", "--quiet"] + flag
        + [path])
    #expect(result.code == 64 && result.output == "", "\(result.error)")
    #expect(result.error.contains(path.split(separator: "/").first ?? "?"))
  }

  @Test func `a file keeps its permissions when a result replaces it`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    try program.write("old", to: "e.json")
    let path = program.folder.appendingPathComponent("e.json").path
    #expect(chmod(path, 0o640) == 0)
    #expect(try program.run(Self.evaluation + ["--json", "e.json"]).code == 0)
    var information = stat()
    #expect(stat(path, &information) == 0 && information.st_mode & 0o777 == 0o640)
    #expect(try program.text(of: "e.json").hasPrefix("{"))
  }

  @Test func `a link that leads out of a run folder is refused by resume and plot`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    try program.write("mine\nmine\n", to: "precious/metrics.jsonl")
    let metrics = program.folder.appendingPathComponent("run/metrics.jsonl")
    try FileManager.default.removeItem(at: metrics)
    try FileManager.default.createSymbolicLink(
      atPath: metrics.path, withDestinationPath: "../precious/metrics.jsonl")
    let result = try program.run(["train", "--resume", "run", "--iterations", "4", "--quiet"])
    #expect(result.code == 64 && result.error.contains("it is a link"), "\(result.error)")
    #expect(try program.text(of: "precious/metrics.jsonl") == "mine\nmine\n")
    guard PlotCommandTests.hasGnuplot else { return }
    try FileManager.default.removeItem(at: metrics)
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.appendingPathComponent("run/plots").path,
      withDestinationPath: "../precious")
    let plot = try program.run(["plot", "run", "--only", "adaptation"] + PlotCommandTests.small)
    #expect(plot.code == 64 && plot.error.contains("it is a link"), "\(plot.error)")
  }

  @Test func `a benchmark whose first training was killed before its configuration goes on`() throws
  {
    let program = try Program()
    defer { program.cleanUp() }
    let run = "runs/finn2017/navigation-2d/maml-seed-1"
    try program.write("1234\n", to: "\(run)/run.lock")
    try program.write("half", to: "\(run)/.config.yaml.1234.temporary")
    try program.write("half", to: "\(run)/family/navigation-2d.yaml")
    let arguments = [
      "benchmark", "finn2017", "--family", "navigation-2d", "--method", "maml", "--quiet",
      "--set", "sampling.meta_batch_size=2", "--set", "sampling.rollouts_per_task=2", "--set",
      "validation.tasks=2",
    ]
    let report = try program.run(arguments + ["--report"])
    #expect(report.code == 64 && report.error.contains("no trained policy"), "\(report.error)")
    let result = try program.run(arguments + ["--iterations", "1"])
    #expect(result.code == 0, "\(result.error)")
    #expect(program.contents.contains("\(run)/checkpoints/iteration-000001.safetensors"))
    #expect(!program.contents.contains("\(run)/.config.yaml.1234.temporary"))
  }

  @Test(.enabled(if: PlotCommandTests.hasGnuplot), arguments: [SIGINT, SIGTERM, SIGHUP])
  func `an interrupted film leaves nothing, in TMPDIR and beside its output`(signal: Int32) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let steps = Array(repeating: "[0.01, 0]", count: 100).joined(separator: ", ")
    try program.write(
      """
      environment: navigation-2d
      rollouts:
        - {task: {goal: [0.3, -0.4]}, actions: [\(steps)], continue_after_termination: true}
        - {task: {goal: [0.4, -0.4]}, actions: [\(steps)], continue_after_termination: true}
      """, to: "walk.yaml")
    try program.write("", to: "tmp/keep")
    let process = Process()
    process.executableURL = Program.executable
    process.arguments = ["replay", "walk.yaml", "--output", "walk.jsonl", "--gif", "out/walk.gif"]
    process.currentDirectoryURL = program.folder
    process.environment = [
      "PATH": "/usr/bin:/bin", "METARL_HOME": Program.sources.path,
      "TMPDIR": program.folder.appendingPathComponent("tmp").path,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    func names(_ folder: String) -> [String] {
      let path = program.folder.appendingPathComponent(folder).path
      return (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }
    let deadline = Date(timeIntervalSinceNow: 60)
    while process.isRunning, Date() < deadline,
      !names("tmp").contains(where: { $0.hasPrefix("metarl-scratch-") })
        || !names(".").contains("walk.jsonl")
    { usleep(1000) }
    usleep(50_000)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    try #require(
      process.terminationReason == .uncaughtSignal,
      "exit \(process.terminationStatus), \(program.contents)")
    #expect(process.terminationStatus == signal)
    #expect(
      program.contents.filter { $0 != "tmp/keep" } == ["out", "tmp", "walk.jsonl", "walk.yaml"])
  }
}
