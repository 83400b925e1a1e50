import Foundation
import Testing

/// What the system withholds is answered with a word, and nothing hangs on what others hold.
@Suite struct LimitTests {
  /// Runs a line of shell with the program as `$0`; minus a signal's number when one ended it.
  private func shell(_ program: Program, _ line: String) throws -> Program.Result {
    try program.run(
      ["-c", line, Program.executable.path], executable: URL(fileURLWithPath: "/bin/bash"))
  }

  @Test(arguments: [
    ("ulimit -n 20", "may open 20 files", "ulimit -n"),
    ("ulimit -s 256", "may have 256 kB", "ulimit -s"),
  ])
  func `too low a limit is told with the way to raise it`(
    limit: String, says: String, advice: String
  ) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try shell(program, "\(limit); \"$0\" environments")
    #expect(result.code == 70, "\(result.error)")
    #expect(result.error.contains(says) && result.error.contains(advice), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1)
  }

  @Test func `limits that may be raised are raised`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let training = Program.smallTraining.joined(separator: " ")
      .replacing("report_tasks=0", with: "report_tasks=2")
    let result = try shell(program, "ulimit -Sn 20; ulimit -Ss 256; \"$0\" \(training) --quiet")
    #expect(result.code == 0, "\(result.code): \(result.error)")
    #expect(!result.error.contains("no report"))
  }

  @Test func `a reader of progress that does not read holds nothing up`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    let block = [UInt8](repeating: 0x2E, count: 4096)
    while write(ends[1], block, block.count) > 0 {}
    let process = Process()
    process.executableURL = Program.executable
    process.arguments = Program.smallTraining
    process.currentDirectoryURL = program.folder
    process.environment = ["METARL_HOME": Program.sources.path]
    process.standardError = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let deadline = Date(timeIntervalSinceNow: 100)
    while process.isRunning, Date() < deadline { usleep(5000) }
    #expect(!process.isRunning)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
  }

  @Test func `a signal stops a training whose progress nobody reads`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    let block = [UInt8](repeating: 0x2E, count: 4096)
    while write(ends[1], block, block.count) > 0 {}
    try #require(fcntl(ends[1], F_SETFL, 0) == 0)
    let process = Process()
    process.executableURL = Program.executable
    process.arguments = Program.smallTraining
    process.currentDirectoryURL = program.folder
    process.environment = ["METARL_HOME": Program.sources.path]
    process.standardError = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let configuration = program.folder.appending(path: "run/config.yaml").path
    let deadline = Date(timeIntervalSinceNow: 100)
    while !FileManager.default.fileExists(atPath: configuration), Date() < deadline { usleep(5000) }
    usleep(500_000)
    // It waits for its reader; a reader that comes later would be told.
    #expect(process.isRunning)
    // The handler's own notice does not block either.
    try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    kill(process.processIdentifier, SIGTERM)
    while process.isRunning, Date() < deadline { usleep(5000) }
    #expect(!process.isRunning)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 128 + SIGTERM)
  }

  /// In a view of the file system with a `/tmp` of its own, where the system allows one.
  @Test func `a pipe with the name of LIBXSMM's lock file is told and not waited for`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let view = "unshare --user --map-root-user --mount bash -c"
    let prepare = "mount -t tmpfs none /tmp && mkfifo /tmp/.libxsmm.0"
    guard try shell(program, "\(view) '\(prepare) && test -x \"$0\"' \"$0\"").code == 0 else {
      return
    }
    let result = try shell(
      program, "\(view) '\(prepare); exec timeout 60 \"$0\" check gradients' \"$0\"")
    guard
      try !shell(program, "METARL_INSTRUCTION_SET=avx2 \"$0\" --version --verbose").output
        .contains("none")
    else { return }
    #expect(result.code == 64 || result.code == 70, "\(result.code): \(result.error)")
    #expect(result.error.contains("/tmp/.libxsmm.0', the lock file of LIBXSMM"), "\(result.error)")
  }

  @Test func `a table grows with its cells and not with their square`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let environments = Program.sources.appending(path: "Environments")
    let text = try String(
      contentsOf: environments.appending(path: "Families/hopper-dynamics.yaml"), encoding: .utf8)
    let start = try #require(text.range(of: "  observation:\n"))
    let end = try #require(text.range(of: "  reward:\n"))
    let parts = String(repeating: "    - {read: qvel, clip: 10}\n", count: 1000)
    try program.write(
      text[..<start.upperBound] + parts + text[end.lowerBound...], to: "f.yaml")
    try FileManager.default.copyItem(
      at: environments.appending(path: "Models/hopper.xml"),
      to: program.folder.appending(path: "hopper.xml"))
    let shown = try program.run(["environments", "show", "./f.yaml"])
    #expect(shown.code == 0)
    // 6,000 observations of about a hundred characters, and the list of all parts.
    #expect(shown.output.contains("observation[5999]"))
    #expect(shown.output.utf8.count < 2_000_000, "\(shown.output.utf8.count)")
    #expect(shown.output.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test func `the baseline's matrix counts among the memory that is needed`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let environments = Program.sources.appending(path: "Environments")
    let text = try String(
      contentsOf: environments.appending(path: "Families/hopper-dynamics.yaml"), encoding: .utf8)
    let start = try #require(text.range(of: "  observation:\n"))
    let end = try #require(text.range(of: "  reward:\n"))
    let parts = String(repeating: "    - {read: qvel, clip: 10}\n", count: 12_000)
    try program.write(
      text[..<start.upperBound] + parts + text[end.lowerBound...], to: "f.yaml")
    try FileManager.default.copyItem(
      at: environments.appending(path: "Models/hopper.xml"),
      to: program.folder.appending(path: "hopper.xml"))
    let result = try program.run([
      "train", "./f.yaml", "--run-dir", "run", "--meta-batch-size", "1", "--rollouts-per-task",
      "1", "--hidden", "2", "--workers", "1",
    ])
    #expect(result.code == 64, "\(result.error)")
    // 16 (2 · 72,000 + 4)² bytes.
    #expect(result.error.contains("takes at least 332.3 GB"), "\(result.error)")
    #expect(program.contents == ["f.yaml", "hopper.xml"])
  }
}
