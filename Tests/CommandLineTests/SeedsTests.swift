import Foundation
import Testing

/// Several seeds in one training, and trainings that are only planned.
@Suite struct SeedsTests {
  private static func training(_ flags: [String]) -> [String] {
    Program.smallTraining.map { $0 == "run" ? "nav" : $0 } + flags + ["--quiet"]
  }

  @Test func `every seed has its folder, and the bits of a training of its own`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(Self.training(["--seeds", "1-2,5"]))
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output == "nav-seed-1\nnav-seed-2\nnav-seed-5\n")
    let alone = try program.run(
      Program.smallTraining.map { $0 == "run" ? "alone" : $0 } + ["--seed", "5", "--quiet"])
    #expect(alone.code == 0)
    let name = "checkpoints/iteration-000003.safetensors"
    #expect(try program.bytes(of: "nav-seed-5/\(name)") == program.bytes(of: "alone/\(name)"))
    #expect(try program.bytes(of: "nav-seed-1/\(name)") != program.bytes(of: "alone/\(name)"))
  }

  @Test func `the same command goes on where it was stopped, and leaves what is done`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Self.training(["--seeds", "1-2"])).code == 0)
    let name = "checkpoints/iteration-000003.safetensors"
    let whole = try program.bytes(of: "nav-seed-2/\(name)")
    // As a stop after two iterations of the second seed leaves it.
    try FileManager.default.removeItem(
      at: program.folder.appendingPathComponent("nav-seed-2/\(name)"))
    let rows = try program.text(of: "nav-seed-2/metrics.jsonl").split(separator: "\n")
    try program.write(rows[0] + "\n" + rows[1] + "\n", to: "nav-seed-2/metrics.jsonl")
    let metrics = try program.bytes(of: "nav-seed-1/metrics.jsonl")
    let again = try program.run(Self.training(["--seeds", "1-3"]).dropLast())
    #expect(again.code == 0, "\(again.error)")
    #expect(again.output == "nav-seed-1\nnav-seed-2\nnav-seed-3\n")
    #expect(again.error.contains("[1/3] nav-seed-1 has done 3 iterations already"))
    #expect(try program.bytes(of: "nav-seed-2/\(name)") == whole)
    #expect(try program.text(of: "nav-seed-2/metrics.jsonl").split(separator: "\n").count == 3)
    #expect(try program.bytes(of: "nav-seed-1/metrics.jsonl") == metrics)
    let longer = try program.run(Self.training(["--seeds", "1-2", "--iterations", "4"]))
    #expect(longer.code == 0, "\(longer.error)")
    #expect(program.contents.contains("nav-seed-1/checkpoints/iteration-000004.safetensors"))
  }

  @Test func `a folder of another configuration is refused before anything is trained`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Self.training(["--seeds", "2"])).code == 0)
    let before = program.contents
    let other = try program.run(
      Self.training(["--seeds", "1-2", "--inner-learning-rate", "0.7"]))
    #expect(other.code == 64, "\(other.error)")
    #expect(other.error.contains("adaptation.inner_learning_rate 0.1"), "\(other.error)")
    #expect(program.contents == before)
    let forced = try program.run(
      Self.training(["--seeds", "1-2", "--inner-learning-rate", "0.7", "--force"]))
    #expect(forced.code == 0, "\(forced.error)")
  }

  @Test func `a seed that diverges keeps no other from being trained`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(
      Self.training([
        "--seeds", "1-2", "--inner-learning-rate", "1e300", "--set",
        "outer.maximum_consecutive_rejections=1",
      ]))
    #expect(result.code == 70, "\(result.error)")
    #expect(result.error.contains("2 of 2 trainings failed: seeds 1, 2"), "\(result.error)")
    #expect(program.contents.contains("nav-seed-2/metrics.jsonl"))
  }

  @Test func `an interrupted command says how to go on`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let long = Self.training(["--seeds", "1-2"]).dropLast().map { $0 == "3" ? "400" : $0 }
    let stopped = try program.run(long, signal: SIGINT)
    #expect(stopped.code == 130, "\(stopped.error)")
    #expect(stopped.error.contains("go on with: the same command"))
    #expect(!program.contents.contains("nav-seed-2"))
  }

  @Test func `a dry run prints a configuration that trains the same, and writes nothing`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let dry = try program.run(Self.training(["--dry-run", "--seed", "4"]))
    #expect(dry.code == 0 && program.contents == [], "\(dry.error)")
    #expect(dry.output.contains("# run folder: nav\n"))
    #expect(dry.output.contains("# memory: at least "))
    // Weights and biases 2·8 + 8 and 8·2 + 2, and σ of two actions.
    #expect(dry.output.contains("# parameters: 44\n"), "\(dry.output)")
    // 2 tasks, 3 episodes before and after the step.
    #expect(dry.output.contains("# episodes an iteration: 12, of at most 100 steps\n"))
    #expect(try program.run(Self.training(["--seed", "4"])).code == 0)
    let recorded = try program.text(of: "nav/config.yaml").split(separator: "\n# How the run")[0]
    #expect(dry.output.contains(recorded))
    try program.write(dry.output, to: "plan.yaml")
    let again = try program.run(
      ["train", "--config", "plan.yaml", "--run-dir", "again", "--quiet"])
    #expect(again.code == 0, "\(again.error)")
    let name = "checkpoints/iteration-000003.safetensors"
    #expect(try program.bytes(of: "again/\(name)") == program.bytes(of: "nav/\(name)"))
    let resumed = try program.run(["train", "--resume", "nav", "--iterations", "9", "--dry-run"])
    #expect(resumed.code == 0 && resumed.output.contains("\niterations: 9\n"))
    #expect(try program.text(of: "nav/config.yaml").contains("\niterations: 3\n"))
    let seeds = try program.run(Self.training(["--seeds", "1-2", "--dry-run"]))
    #expect(seeds.output.contains("# run folders: nav-seed-1, nav-seed-2\n"))
  }
}
