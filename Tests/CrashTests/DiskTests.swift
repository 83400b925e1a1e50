import Experiments
import Files
import Glibc
import Testing

/// Disks that are full or read-only, folders without permission, folders that vanish.
@Suite struct DiskTests {
  private let training = SmallTraining(family: "navigation-2d")

  private static let isRoot = geteuid() == 0

  /// Words that start a program without root's rights, which no permission stops.
  private static let asNobody =
    isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []

  private func system(_ words: [String], in workshop: Workshop) throws -> Bool {
    try ChildProcess(words, folder: workshop.folder, error: .file(workshop.path("system.err")))
      .wait(seconds: 20) == .exited(0)
  }

  /// Calls the body with a small disk mounted at `disk` in a workshop.
  private func withSmallDisk(_ size: String, _ body: (Workshop) throws -> Void) throws {
    let workshop = try Workshop()
    let disk = workshop.path("disk")
    try FileSystem.createFolder(disk)
    try #require(
      try system(["mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", disk], in: workshop),
      "\(workshop.text("system.err"))")
    defer { _ = try? system(["umount", "-l", disk], in: workshop) }
    try body(workshop)
  }

  @Test(.enabled(if: DiskTests.isRoot, "only root can mount a small disk"))
  func `a disk that fills up stops the run, which goes on when there is room`() throws {
    var long = training
    long.iterations = 60
    let flags = ["--checkpoint-every", "1", "--keep", "1000"]
    try withSmallDisk("200k") { workshop in
      try #require(workshop.run(long.arguments(run: "whole") + flags) == .exited(0))
      let end = try workshop.run(long.arguments(run: "disk/run") + flags, log: "full")
      #expect(end == .exited(70))
      let message = workshop.text("full.err").split(separator: "\n").last ?? ""
      for part in [
        "No space left", "Free space", "Last good checkpoint: disk/run/checkpoints/iteration-",
        "metarl train --resume disk/run",
      ] {
        #expect(message.contains(part), "\(message)")
      }
      let folder = try RunFolder.open(workshop.path("disk/run"), forWriting: false)
      let files = try folder.checkpoints()
      #expect(!files.isEmpty && files.count < 60)
      #expect(try folder.newestCheckpoint().warnings.isEmpty)
      for file in files { _ = try Checkpoint(contentsOf: file.path) }
      #expect(workshop.text("disk/run/metrics.jsonl").hasSuffix("}\n"))
      // Refused at the door while it is full, without harm.
      #expect(try workshop.run(["train", "--resume", "disk/run"], log: "again") != .exited(0))
      try #require(
        try system(["mount", "-o", "remount,size=16m", workshop.path("disk")], in: workshop))
      #expect(
        try workshop.run(["train", "--resume", "disk/run"], log: "more") == .exited(0),
        "\(workshop.text("more.err"))")
      let whole = try RunResult(long, run: workshop.path("whole"))
      let resumed = try RunResult(long, run: workshop.path("disk/run"))
      #expect(resumed.difference(from: whole) == nil)
    }
  }

  @Test(.enabled(if: DiskTests.isRoot, "only root can mount a small disk"))
  func `a full disk refuses a new run`() throws {
    try withSmallDisk("64k") { workshop in
      let filler = workshop.path("disk/filler")
      let descriptor = open(filler, O_WRONLY | O_CREAT, 0o644)
      while write(descriptor, filler, filler.utf8.count) > 0 {}
      close(descriptor)
      let end = try workshop.run(training.arguments(run: "disk/run"))
      #expect(end == .exited(64))
      #expect(workshop.text("log.err").contains("No space left"))
    }
  }

  @Test(.enabled(if: DiskTests.isRoot, "only root can mount a small disk"))
  func `a read-only disk refuses a run and leaves it whole`() throws {
    try withSmallDisk("16m") { workshop in
      var short = training
      short.iterations = 7
      try #require(workshop.run(short.arguments(run: "disk/run")) == .exited(0))
      let before = try RunResult(short, run: workshop.path("disk/run"))
      try #require(
        try system(["mount", "-o", "remount,ro", workshop.path("disk")], in: workshop))
      for arguments in [
        ["train", "--resume", "disk/run", "--iterations", "12"],
        training.arguments(run: "disk/new"), training.arguments(run: "disk/run") + ["--force"],
      ] {
        #expect(try workshop.run(arguments, log: "refused") == .exited(64))
        #expect(workshop.text("refused.err").contains("Read-only file system"))
      }
      #expect(try RunResult(short, run: workshop.path("disk/run")) == before)
      // Reading needs no right to write.
      #expect(
        try workshop.run(["evaluate", "disk/run", "--tasks", "2", "--rollouts-per-task", "1"])
          == .exited(0), "\(workshop.text("log.err"))")
    }
  }

  @Test func `permission that is lost stops the run, and given back it goes on`() throws {
    let workshop = try Workshop()
    guard try workshop.run(["--version"], launcher: Self.asNobody) == .exited(0) else {
      return  // The build folder is closed to other users than root.
    }
    try #require(workshop.run(training.arguments(run: "whole")) == .exited(0))
    let process = try workshop.start(
      training.arguments(run: "run"), slowWrites: 30, launcher: Self.asNobody)
    try #require(workshop.waitForRows(4, run: "run", of: process))
    chmod(workshop.path("run/checkpoints"), 0o555)
    #expect(process.wait(seconds: 60) == .exited(70))
    let message = workshop.text("log.err").split(separator: "\n").last ?? ""
    #expect(message.contains("Permission denied"), "\(message)")
    #expect(message.contains("metarl train --resume run"))
    let resume = ["train", "--resume", "run"]
    #expect(try workshop.run(resume, log: "refused", launcher: Self.asNobody) != .exited(0))
    chmod(workshop.path("run/checkpoints"), 0o755)
    #expect(
      try workshop.run(resume, log: "resumed", launcher: Self.asNobody) == .exited(0),
      "\(workshop.text("resumed.err"))")
    let whole = try RunResult(training, run: workshop.path("whole"))
    #expect(try RunResult(training, run: workshop.path("run")).difference(from: whole) == nil)
  }

  @Test func `metrics that cannot be written stop the run after saving what they reach to`() throws
  {
    let workshop = try Workshop()
    guard try workshop.run(["--version"], launcher: Self.asNobody) == .exited(0) else { return }
    try #require(workshop.run(training.arguments(run: "whole")) == .exited(0))
    let process = try workshop.start(
      training.arguments(run: "run"), slowWrites: 30, launcher: Self.asNobody)
    try #require(workshop.waitForRows(4, run: "run", of: process))
    chmod(workshop.path("run/metrics.jsonl"), 0o444)
    #expect(process.wait(seconds: 60) == .exited(70))
    chmod(workshop.path("run/metrics.jsonl"), 0o644)
    let folder = try RunFolder.open(workshop.path("run"), forWriting: false)
    let rows = workshop.text("run/metrics.jsonl").split(separator: "\n").count
    #expect(try folder.newestCheckpoint().loaded?.checkpoint.iteration == rows)
    #expect(
      try workshop.run(
        ["train", "--resume", "run"], log: "resumed", launcher: Self.asNobody) == .exited(0))
    let whole = try RunResult(training, run: workshop.path("whole"))
    #expect(try RunResult(training, run: workshop.path("run")).difference(from: whole) == nil)
  }

  @Test func `a folder that vanishes stops the run and is not made again`() throws {
    let workshop = try Workshop()
    let process = try workshop.start(training.arguments(run: "run"), slowWrites: 30)
    try #require(workshop.waitForRows(2, run: "run", of: process))
    try #require(rename(workshop.path("run"), workshop.path("moved")) == 0)
    #expect(process.wait(seconds: 60) == .exited(70))
    #expect(workshop.text("log.err").contains("removed or replaced"))
    #expect(workshop.text("log.err").contains("--resume NEW-FOLDER"))
    #expect(FileSystem.kind(of: workshop.path("run")) == nil)
    #expect(
      try workshop.run(["train", "--resume", "moved"], log: "moved") == .exited(0),
      "\(workshop.text("moved.err"))")
    #expect(try RunResult(training, run: workshop.path("moved")).rows.count == 12)
  }

  @Test func `a run that took the place of another is not written into`() throws {
    let workshop = try Workshop()
    try #require(workshop.run(training.arguments(run: "whole")) == .exited(0))
    let first = try workshop.start(training.arguments(run: "run"), slowWrites: 30)
    try #require(workshop.waitForRows(2, run: "run", of: first))
    try #require(rename(workshop.path("run"), workshop.path("moved")) == 0)
    #expect(try workshop.run(training.arguments(run: "run"), log: "second") == .exited(0))
    #expect(first.wait(seconds: 60) == .exited(70))
    let whole = try RunResult(training, run: workshop.path("whole"))
    #expect(try RunResult(training, run: workshop.path("run")).difference(from: whole) == nil)
  }
}
