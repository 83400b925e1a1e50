import Experiments
import Files
import Testing

/// `metarl train --resume` on runs that were finished, changed or damaged in between.
@Suite struct ResumeTests {
  private let training = SmallTraining(family: "navigation-2d")

  /// A workshop with a run `whole` in one go and a run `run` of the first 7 iterations.
  private func prepared() throws -> (Workshop, RunResult) {
    let workshop = try Workshop()
    try #require(workshop.run(training.arguments(run: "whole")) == .exited(0))
    var short = training
    short.iterations = 7
    try #require(workshop.run(short.arguments(run: "run")) == .exited(0))
    return (workshop, try RunResult(training, run: workshop.path("whole")))
  }

  private func expectSame(_ workshop: Workshop, as expected: RunResult) throws {
    let difference = try RunResult(training, run: workshop.path("run")).difference(from: expected)
    #expect(difference == nil)
  }

  @Test func `a run extended with other workers equals the longer run`() throws {
    let (workshop, expected) = try prepared()
    #expect(
      try workshop.run(["train", "--resume", "run", "--iterations", "12", "--workers", "1"])
        == .exited(0), "\(workshop.text("log.err"))")
    try expectSame(workshop, as: expected)
    #expect(workshop.text("run/config.yaml").contains("iterations: 12"))
  }

  @Test func `flags that would change the mathematics are refused and nothing is touched`()
    throws
  {
    let (workshop, _) = try prepared()
    func contents() throws -> [[UInt8]] {
      try ["config.yaml", "metrics.jsonl", "progress.csv"].map {
        try FileSystem.contents(of: workshop.path("run/\($0)"))
      }
    }
    let before = try contents()
    for (flags, word) in [
      (["--seed", "2"], "seed"), (["--inner-learning-rate", "0.2"], "inner_learning_rate"),
      (["--precision", "double"], "precision"), (["--hidden", "16"], "policy.hidden"),
      (["--set", "validation.every=3"], "validation.every"), (["--outer", "adam"], "outer.step"),
      (["--iterations", "6"], "7 iterations already"), (["--force"], "--force"),
      (["navigation-2d"], "task family"), (["--config", "x.yaml"], "--config"),
    ] {
      #expect(try workshop.run(["train", "--resume", "run"] + flags, log: word) == .exited(64))
      #expect(workshop.text("\(word).err").contains(word), "\(flags)")
    }
    #expect(try contents() == before)
  }

  @Test func `a finished run is left as it is`() throws {
    let (workshop, expected) = try prepared()
    #expect(try workshop.run(["train", "--resume", "whole"]) == .exited(0))
    #expect(try RunResult(training, run: workshop.path("whole")) == expected)
  }

  @Test(arguments: ["cut", "flipped", "all"])
  func `a damaged newest checkpoint is named and the one before it is used`(how: String) throws {
    let (workshop, expected) = try prepared()
    let names = try FileSystem.names(inFolder: workshop.path("run/checkpoints"))
      .filter { $0.hasPrefix("iteration-") }
    #expect(names == ["iteration-000006.safetensors", "iteration-000007.safetensors"])
    for name in how == "all" ? names : [names[1]] {
      let path = workshop.path("run/checkpoints/\(name)")
      var bytes = try FileSystem.contents(of: path)
      if how == "cut" {
        bytes.removeLast(Int.random(in: 1...bytes.count))
      } else {
        bytes[Int.random(in: 0..<bytes.count)] ^= 1 << UInt8.random(in: 0...7)
      }
      try DurableFile.write(bytes, to: path)
    }
    #expect(
      try workshop.run(["train", "--resume", "run", "--iterations", "12"]) == .exited(0),
      "\(workshop.text("log.err"))")
    let warnings = workshop.text("log.err").split(separator: "\n").filter {
      $0.contains("warning") && $0.contains("checkpoint")
    }
    #expect(warnings.count == (how == "all" ? 2 : 1))
    #expect(warnings.first?.contains("iteration-000007.safetensors") == true)
    try expectSame(workshop, as: expected)
  }

  @Test func `a damaged best checkpoint is said, and evaluation passes it over`() throws {
    let (workshop, _) = try prepared()
    try DurableFile.write([1, 2, 3], to: workshop.path("run/checkpoints/best.safetensors"))
    #expect(
      try workshop.run(["evaluate", "run", "--tasks", "2", "--rollouts-per-task", "1"])
        == .exited(0))
    #expect(workshop.text("log.err").contains("best.safetensors"))
    #expect(
      try workshop.run(["train", "--resume", "run", "--iterations", "8"], log: "train")
        == .exited(0))
    #expect(workshop.text("train.err").contains("missing or damaged"))
  }

  @Test func `a configuration edited between checkpoints is refused`() throws {
    let (workshop, _) = try prepared()
    let text = workshop.text("run/config.yaml")
    let edited = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.contains("discount:") ? "  discount: 0.5" : $0
    }
    try DurableFile.write(edited.joined(separator: "\n"), to: workshop.path("run/config.yaml"))
    #expect(
      try workshop.run(["train", "--resume", "run", "--iterations", "12"]) == .exited(64))
    #expect(workshop.text("log.err").contains("advantages.discount"))
  }

  @Test func `other versions than those a run was started with are named, and it goes on`() throws {
    let (workshop, expected) = try prepared()
    let text = workshop.text("run/config.yaml")
    let edited = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.contains(" gsl:") ? "  gsl: \"1.0\"" : $0
    }.joined(separator: "\n")
    #expect(edited != text)
    try DurableFile.write(edited, to: workshop.path("run/config.yaml"))
    #expect(try workshop.run(["train", "--resume", "run", "--iterations", "12"]) == .exited(0))
    #expect(workshop.text("log.err").contains("was started with gsl 1.0; here it is "))
    try expectSame(workshop, as: expected)
    // What it was started with stays on record.
    #expect(workshop.text("run/config.yaml").contains("1.0"))
  }

  @Test func `a changed definition is refused, before the first checkpoint too`() throws {
    let workshop = try Workshop()
    let source = "\(Workshop.sources)/Environments/Families/navigation-2d.yaml"
    let definition = String(decoding: try FileSystem.contents(of: source), as: UTF8.self)
    try DurableFile.write(definition, to: workshop.path("mine.yaml"))
    let process = try workshop.start(
      SmallTraining(family: "./mine.yaml", iterations: 1000).arguments(run: "run")
        + ["--checkpoint-every", "500"])
    try #require(workshop.waitForRows(2, run: "run", of: process))
    process.kill(9)
    _ = process.wait(seconds: 20)
    let changed = definition.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.hasPrefix("horizon:") ? "horizon: 50" : $0
    }.joined(separator: "\n")
    // The run goes on with the definition that it was started with, which it carries.
    let carried = workshop.path("run/family/navigation-2d.yaml")
    try DurableFile.write(changed, to: carried)
    #expect(try workshop.run(["train", "--resume", "run"], log: "resume") == .exited(64))
    #expect(workshop.text("resume.err").contains("has changed since"))
    // Without it, the file that the run was started from counts.
    try FileSystem.removeTree(workshop.path("run/family"))
    try DurableFile.write(changed, to: workshop.path("mine.yaml"))
    #expect(try workshop.run(["train", "--resume", "run"], log: "file") == .exited(64))
    #expect(workshop.text("file.err").contains("has changed since"))
    try DurableFile.write(definition, to: workshop.path("mine.yaml"))
    #expect(
      try workshop.run(
        ["train", "--resume", "run", "--iterations", "3"], log: "restored") == .exited(0),
      "\(workshop.text("restored.err"))")
  }
}
