import ArgumentParser
import Experiments
import Files
import Foundation

/// Tries every parser of files from elsewhere on hostile inputs, each in a process of its own.
@main
struct Fuzz: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metarl-fuzz",
    abstract: "Tries every parser on mutations of valid files and on files of hostile size.",
    discussion: """
      Each parser runs in a process of its own. No input may crash it or take more than a \
      second of processor time; memory may not grow by more than 50 MB over all small inputs, \
      nor by more than four times its size and 50 MB for a large one. Models in MJCF are compiled \
      in a process with limits first, of 0.3 s and 256 MB here: they may take 400 MB in all. With --trace nothing may be opened but what belongs to the input. Inputs depend on the seed \
      and their index alone. The exit code is 1 when a promise is broken.
      """)

  @Option(help: "Mutated inputs a parser.")
  var inputs = 100_000
  @Option(
    help: "Valid files blown up to 64 kB … 8 MB a parser, besides the patterns; 0: no large inputs."
  )
  var large = 60
  @Option(help: "Only this parser; may be given again.")
  var parser: [String] = []
  @Option(help: "Another seed gives other inputs.")
  var seed: UInt64 = 1
  @Option(help: "Processes at a time.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  @Flag(help: "Watches every file that is opened, with strace; slow.")
  var trace = false
  @Flag(help: "Lists the parsers.")
  var list = false
  @Option(help: "Writes the input of this index of the one parser to standard output.")
  var show: Int?
  @Option(help: .private)
  var child: String?

  private var chosen: [FuzzedParser] {
    get throws {
      guard !parser.isEmpty else { return FuzzedParser.all }
      return try parser.map { name in
        guard let found = FuzzedParser.all.first(where: { $0.name == name }) else {
          let known = FuzzedParser.all.map(\.name).joined(separator: ", ")
          throw ValidationError("There is no parser '\(name)'; known: \(known)")
        }
        return found
      }
    }
  }

  func run() async throws {
    let parsers = try chosen
    if list {
      for parser in parsers { say("\(parser.name): \(parser.reads)") }
    } else if let show {
      try withScratch { scratch in
        let prepared = try parsers[0].prepare(scratch)
        var mutator = Mutator(seeds: prepared.seeds)
        try FileHandle.standardOutput.write(
          contentsOf: prepared.generate?(show, seed) ?? mutator.input(show, seed: seed))
      }
    } else if let child {
      let run = FuzzRun(
        parser: parsers[0], inputs: inputs, largeInputs: large, seed: seed, scratch: child)
      let progress = FileManager.default.createFile(atPath: child + "/progress", contents: nil)
      precondition(progress, "the scratch folder cannot be written")
      let file = open(child + "/progress", O_WRONLY)
      let result = try await run.run { name in
        let line = Array((name + "\n").utf8.prefix(500))
        _ = pwrite(file, line, line.count, 0)
      }
      say(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    } else {
      try await report(parsers)
    }
  }

  /// Runs the parsers, prints the table, and fails when a promise is broken.
  private func report(_ parsers: [FuzzedParser]) async throws {
    say(FuzzTable.header)
    var failures: [String] = []
    try await withThrowingTaskGroup(of: (Int, FuzzRun.Result).self) { group in
      var results: [Int: FuzzRun.Result] = [:]
      var (next, shown) = (0, 0)
      for _ in 0..<min(max(jobs, 1), parsers.count) {
        let index = next
        group.addTask { (index, try runInProcess(parsers[index])) }
        next += 1
      }
      while let (index, result) = try await group.next() {
        results[index] = result
        while let ready = results[shown] {
          say(FuzzTable.row(parsers[shown], ready))
          failures += ready.failures.prefix(20).map { "\(parsers[shown].name): \($0)" }
          shown += 1
        }
        guard next < parsers.count else { continue }
        let index = next
        group.addTask { (index, try runInProcess(parsers[index])) }
        next += 1
      }
    }
    guard failures.isEmpty else {
      say("\nBroken promises:")
      for failure in failures { say("- \(failure)") }
      throw ExitCode(1)
    }
  }

  /// Writes a line at once, also into a file.
  private func say(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
  }

  /// Runs a parser in a process of its own; a death of it is a failure with the input's name.
  private func runInProcess(_ parser: FuzzedParser) throws -> FuzzRun.Result {
    try withScratch { scratch in
      let process = Process()
      let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      let traced = OpenTrace(scratch: scratch)
      process.executableURL = trace ? OpenTrace.program : program
      process.arguments =
        (trace ? traced.arguments + [program.path] : []) + [
          "--child", scratch, "--parser", parser.name, "--inputs", "\(inputs)", "--large",
          "\(large)",
          "--seed", "\(seed)",
        ]
      let output = Pipe()
      process.standardOutput = output
      // What libraries say about broken input would drown the table; kept for a crash.
      _ = FileManager.default.createFile(atPath: scratch + "/errors", contents: nil)
      process.standardError = FileHandle(forWritingAtPath: scratch + "/errors")
      try process.run()
      let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      if process.terminationStatus == 0, process.terminationReason == .exit {
        var result = try JSONDecoder().decode(FuzzRun.Result.self, from: bytes)
        if trace { result.failures += try traced.failures(besides: [BroughtFiles.folder()]) }
        return result
      }
      let last = (try? String(contentsOfFile: scratch + "/progress", encoding: .utf8)) ?? "none"
      let errors = (try? String(contentsOfFile: scratch + "/errors", encoding: .utf8)) ?? ""
      var result = FuzzRun.Result()
      let name = last.prefix { $0 != "\n" }
      let hangs =
        process.terminationReason == .uncaughtSignal
        && [SIGALRM, SIGPROF].contains(process.terminationStatus)
      result.failures = [
        "input \(name): "
          + (hangs
            ? "hangs" : "ends the process (\(process.terminationStatus)): \(errors.suffix(500))")
      ]
      return result
    }
  }

  private func withScratch<Value>(_ body: (String) throws -> Value) throws -> Value {
    let root = FileSystem.kind(of: "/dev/shm") == .folder ? "/dev/shm" : NSTemporaryDirectory()
    let scratch = FileSystem.join(root, "metarl-fuzz-\(UUID().uuidString)")
    try FileSystem.createFolder(scratch)
    defer { try? FileSystem.removeTree(scratch) }
    return try body(scratch)
  }
}
