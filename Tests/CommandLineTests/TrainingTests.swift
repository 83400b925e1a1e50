import Foundation
import Testing

@Suite struct TrainingTests {
  @Test func `a training leaves the documented run folder and prints its path`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(Program.smallTraining)
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output == "run\n")
    let progress = result.error.split(separator: "\n").filter { $0.hasPrefix("iteration ") }
    #expect(progress.count == 3)
    #expect(!result.error.contains("\u{1B}"), "no cursor movement into a file")
    #expect(
      program.contents.filter { !$0.hasSuffix("run.lock") } == [
        "run", "run/checkpoints", "run/checkpoints/best.safetensors",
        "run/checkpoints/iteration-000002.safetensors",
        "run/checkpoints/iteration-000003.safetensors", "run/config.yaml", "run/family",
        "run/family/navigation-2d.yaml", "run/metrics.jsonl", "run/progress.csv", "run/tensorboard",
        "run/tensorboard/events.out.tfevents.0000000000.configuration",
        "run/tensorboard/events.out.tfevents.0000000000.metarl",
      ])
    let rows = try program.text(of: "run/metrics.jsonl").split(separator: "\n")
    #expect(rows.count == 3)
    for key in [
      "iteration", "return_before", "return_after", "gain", "kl", "outcome", "entropy",
      "steps_pre_adaptation", "steps_post_adaptation", "steps_validation", "seconds",
      "seconds_sampling", "seconds_adaptation", "seconds_outer",
    ] {
      #expect(rows[0].contains("\"\(key)\":"), "\(key)")
    }
    #expect(try program.text(of: "run/progress.csv").split(separator: "\n").count == 4)
    let configuration = try program.text(of: "run/config.yaml")
    #expect(configuration.contains("definition_digest:"))
    #expect(configuration.contains("hidden: [8]"))
  }

  @Test func `every key of the metrics and of the configuration is documented`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    let documentation = String(
      decoding: try Data(
        contentsOf: Program.sources.appendingPathComponent("docs/Formats.md")),
      as: UTF8.self)
    let header = try program.text(of: "run/progress.csv").split(separator: "\n")[0]
    for key in header.split(separator: ",") {
      #expect(documentation.contains("`\(key)`"), "\(key) in docs/Formats.md")
    }
    let configuration = try program.text(of: "run/config.yaml")
    let keys = configuration.prefix(
      upTo: try #require(configuration.range(of: "provenance:")).lowerBound
    )
    .matches(of: /(?m)^ *([a-z_]+): ./).map(\.1)
    #expect(keys.count > 20)
    for key in keys {
      #expect(
        documentation.contains("`\(key)`") || documentation.contains(".\(key)`"),
        "\(key) in docs/Formats.md")
    }
  }

  @Test func `quiet says nothing`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(Program.smallTraining + ["--quiet"])
    #expect(result.code == 0)
    #expect(result.error == "")
  }

  @Test func `flags win over the file, and the file over the defaults`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write(
      "seed: 5\nadaptation: {inner_learning_rate: 0.3}\ntrust_region: {damping: 0.25}\n",
      to: "my.yaml")
    let result = try program.run(
      Program.smallTraining + [
        "--config", "my.yaml", "--set", "trust_region.damping=0.125", "--inner-learning-rate",
        "0.7",
      ])
    #expect(result.code == 0, "\(result.error)")
    let configuration = try program.text(of: "run/config.yaml")
    #expect(configuration.contains("seed: 5"))
    #expect(configuration.contains("inner_learning_rate: 0.7"))
    #expect(configuration.contains("damping: 0.125"))
    #expect(configuration.contains("discount: 0.99"))
  }

  @Test func `any number of workers and a second run give the same checkpoint bytes`() throws {
    let programs = try (0..<3).map { _ in try Program() }
    defer { programs.forEach { $0.cleanUp() } }
    let bytes = try zip(programs, ["1", "2", "5"]).map { program, workers in
      let result = try program.run(Program.smallTraining + ["--workers", workers, "--quiet"])
      #expect(result.code == 0, "\(result.error)")
      return try program.bytes(of: "run/checkpoints/iteration-000003.safetensors")
    }
    #expect(bytes[0] == bytes[1])
    #expect(bytes[0] == bytes[2])
    let other = try programs[0].run(
      Program.smallTraining + ["--seed", "2", "--run-dir", "other", "--quiet"])
    #expect(other.code == 0)
    #expect(
      try programs[0].bytes(of: "other/checkpoints/iteration-000003.safetensors") != bytes[0])
  }

  @Test func `the greatest seed trains, goes on and is evaluated`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let seed = "\(UInt64.max)"
    let training = Program.smallTraining + ["--seed", seed, "--quiet"]
    #expect(try program.run(training).code == 0)
    #expect(try program.text(of: "run/config.yaml").contains("seed: \(seed)\n"))
    let resumed = try program.run(
      ["train", "--resume", "run", "--iterations", "4", "--quiet"])
    #expect(resumed.code == 0, "\(resumed.error)")
    let again = try program.run(
      ["train", "--config", "run/config.yaml", "--run-dir", "again", "--quiet"])
    #expect(again.code == 0, "\(again.error)")
    let name = "checkpoints/iteration-000004.safetensors"
    #expect(try program.bytes(of: "again/\(name)") == program.bytes(of: "run/\(name)"))
    let evaluated = try program.run(
      ["evaluate", "run", "--tasks", "2", "--rollouts-per-task", "2", "--steps", "1", "--quiet"]
        + ["--seed", seed])
    #expect(evaluated.code == 0 && evaluated.output.contains("seed \(seed), tasks "))
  }

  @Test func `a non-empty run folder is refused, and emptied when forced`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    let before = try program.bytes(of: "run/metrics.jsonl")
    let refused = try program.run(Program.smallTraining + ["--quiet"])
    #expect(refused.code == 64)
    #expect(refused.error.contains("--force"))
    #expect(try program.bytes(of: "run/metrics.jsonl") == before)
    #expect(try program.run(Program.smallTraining + ["--quiet", "--force"]).code == 0)

    try program.write("mine", to: "home/letter.txt")
    let foreign = try program.run([
      "train", "navigation-2d", "--run-dir", "home", "--force", "--iterations", "1",
    ])
    #expect(foreign.code == 64)
    #expect(try program.text(of: "home/letter.txt") == "mine")
  }

  @Test func `without a run folder the next free name under runs is taken`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let arguments = [
      "train", "navigation-2d@finn2017", "--iterations", "1", "--meta-batch-size", "1",
      "--rollouts-per-task", "2", "--hidden", "4", "--quiet",
    ]
    #expect(try program.run(arguments).output == "runs/navigation-2d-finn2017\n")
    #expect(try program.run(arguments).output == "runs/navigation-2d-finn2017-2\n")
  }

  @Test func `an interrupted run goes on to the bytes of one that was not`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let long = Program.smallTraining.map { $0 == "3" ? "40" : $0 }
    let interrupted = try program.run(long, signal: SIGINT)
    #expect(interrupted.code == 130, "\(interrupted.error)")
    #expect(interrupted.error.contains("metarl train --resume run"))
    let refused = try program.run(["train", "--resume", "run", "--seed", "9"])
    #expect(refused.code == 64)
    #expect(refused.error.contains("seed"))
    let resumed = try program.run(["train", "--resume", "run", "--workers", "1", "--quiet"])
    #expect(resumed.code == 0, "\(resumed.error)")
    #expect(
      try program.run(long.map { $0 == "run" ? "whole" : $0 } + ["--quiet"]).code == 0)
    let name = "checkpoints/iteration-000040.safetensors"
    #expect(try program.bytes(of: "run/\(name)") == program.bytes(of: "whole/\(name)"))
    #expect(
      try program.text(of: "run/metrics.jsonl").split(separator: "\n").count == 40)
  }
}
