import Experiments
import Glibc
import Testing

/// Signals, terminals and pipes that go away.
@Suite struct SignalTests {
  private let training = SmallTraining(family: "navigation-2d")

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func `a signal ends the run after its iteration, with a checkpoint and how to go on`(
    signal: Int32, code: Int32
  ) throws {
    let workshop = try Workshop()
    try #require(workshop.run(training.arguments(run: "whole")) == .exited(0))
    let process = try workshop.start(training.arguments(run: "run"), slowWrites: 20)
    try #require(workshop.waitForRows(4, run: "run", of: process))
    process.kill(signal)
    #expect(process.wait(seconds: 60) == .exited(code))
    #expect(workshop.text("log.err").contains("metarl train --resume run"))
    let folder = try RunFolder.open(workshop.path("run"), forWriting: false)
    let rows = workshop.text("run/metrics.jsonl").split(separator: "\n").count
    #expect(rows < training.iterations)
    #expect(try folder.newestCheckpoint().loaded?.checkpoint.iteration == rows)
    #expect(try workshop.run(["train", "--resume", "run"]) == .exited(0))
    let whole = try RunResult(training, run: workshop.path("whole"))
    #expect(try RunResult(training, run: workshop.path("run")).difference(from: whole) == nil)
  }

  @Test func `a second signal ends the run within two seconds`() throws {
    let workshop = try Workshop()
    var long = training
    (long.tasks, long.episodes) = (200, 200)
    let process = try workshop.start(long.arguments(run: "run"))
    let deadline = now() + 60
    while workshop.text("log.err").isEmpty, now() < deadline { usleep(2000) }
    process.kill(SIGINT)
    usleep(200_000)
    try #require(process.isRunning, "the iteration is too short for this test")
    process.kill(SIGINT)
    #expect(process.wait(seconds: 2) == .exited(130))
    #expect(workshop.text("log.err").contains("stopped at once"))
    _ = try RunFolder.open(workshop.path("run"), forWriting: true)
  }

  @Test func `nohup keeps a hangup away`() throws {
    let workshop = try Workshop()
    let process = try workshop.start(
      training.arguments(run: "run"), slowWrites: 10, launcher: ["nohup"])
    try #require(workshop.waitForRows(2, run: "run", of: process))
    process.kill(SIGHUP)
    #expect(process.wait(seconds: 60) == .exited(0))
    #expect(try RunResult(training, run: workshop.path("run")).rows.count == 12)
  }

  @Test func `a pipe that is closed by its reader does not end the run`() throws {
    let workshop = try Workshop()
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process = try workshop.start(
      training.arguments(run: "run"), slowWrites: 5, output: .descriptor(ends[1]),
      error: .descriptor(ends[1]))
    close(ends[1])
    var byte: UInt8 = 0
    #expect(read(ends[0], &byte, 1) == 1)
    close(ends[0])
    #expect(process.wait(seconds: 60) == .exited(0))
    #expect(try RunResult(training, run: workshop.path("run")).rows.count == 12)
  }

  @Test func `a terminal that goes away does not end a run that is not its own`() throws {
    let workshop = try Workshop()
    // Source: linux/tty ioctls, include/uapi/asm-generic/ioctls.h.
    let (unlock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (no, number): (Int32, Int32) = (0, 0)
    try #require(ioctl(terminal, unlock, &no) == 0 && ioctl(terminal, getNumber, &number) == 0)
    let name = "/dev/pts/\(number)"
    let side = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    let process = try workshop.start(
      training.arguments(run: "run"), slowWrites: 5, output: .descriptor(side),
      error: .descriptor(side))
    close(side)
    try #require(workshop.waitForRows(2, run: "run", of: process))
    close(terminal)
    #expect(process.wait(seconds: 60) == .exited(0))
    #expect(try RunResult(training, run: workshop.path("run")).rows.count == 12)
  }

  @Test func `one process writes at a time, and a killed one leaves no lock`() throws {
    let workshop = try Workshop()
    try #require(workshop.run(training.arguments(run: "whole")) == .exited(0))
    let first = try workshop.start(training.arguments(run: "run"), slowWrites: 100)
    try #require(workshop.waitForRows(1, run: "run", of: first))
    for arguments in [
      ["train", "--resume", "run"], training.arguments(run: "run") + ["--force"],
    ] {
      let began = now()
      #expect(try workshop.run(arguments, log: "second") == .exited(64))
      #expect(now() - began < 20)
      #expect(workshop.text("second.err").contains("process \(first.id) is writing"))
    }
    #expect(first.isRunning)
    first.kill(SIGKILL)
    _ = first.wait(seconds: 20)
    #expect(
      try workshop.run(["train", "--resume", "run"], log: "third") == .exited(0),
      "\(workshop.text("third.err"))")
    let whole = try RunResult(training, run: workshop.path("whole"))
    #expect(try RunResult(training, run: workshop.path("run")).difference(from: whole) == nil)
  }
}
