import Foundation
import Testing

@Suite struct AdaptCommandTests {
  private func trained() throws -> Program {
    let program = try Program()
    let result = try program.run(Program.smallTraining + ["--quiet"])
    #expect(result.code == 0, "\(result.error)")
    return program
  }

  private func digest(_ program: Program, _ path: String) throws -> String {
    let result = try program.run(["inspect", path])
    #expect(result.code == 0, "\(result.error)")
    return String(try #require(result.output.firstMatch(of: /parameter digest +([0-9a-f]{64})/)).1)
  }

  @Test func `an adapted policy is inspected, evaluated, replayed and adapted further`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    let adapt = ["adapt", "run", "--task", "{goal: [0.3, -0.4]}", "--rollouts-per-task", "4"]
    let result = try program.run(adapt + ["--output", "a.safetensors"])
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output.contains("task {goal: [0.3, -0.4]}, 4 episodes a step, seed 1"))
    #expect(try program.run(adapt + ["-o", "b.safetensors"]).code == 0)
    #expect(try program.bytes(of: "a.safetensors") == program.bytes(of: "b.safetensors"))
    #expect(try digest(program, "a.safetensors") != digest(program, "run"))
    let inspected = try program.run(["inspect", "a.safetensors"]).output
    #expect(inspected.contains(/adaptation_steps +1\n/), "\(inspected)")
    let evaluated = try program.run([
      "evaluate", "a.safetensors", "--tasks", "2", "--rollouts-per-task", "2", "--steps", "1",
      "--quiet",
    ])
    #expect(evaluated.code == 0, "\(evaluated.error)")

    try program.write(
      """
      environment: navigation-2d
      rollouts:
        - {task: {goal: [0.3, -0.4]}, policy: a.safetensors, episodes: 3}
      """, to: "walk.yaml")
    let replayed = try program.run(["replay", "walk.yaml", "--quiet"])
    #expect(replayed.code == 0, "\(replayed.error)")
    // What the adapted policy did is what it adapts to next, with half the step.
    let further = try program.run([
      "adapt", "a.safetensors", "--episodes", "walk.jsonl", "--output", "run/adapted/c.safetensors",
    ])
    #expect(further.code == 0, "\(further.error)")
    #expect(
      further.output.contains("3 episodes of 'walk.jsonl'") && further.output.contains("0.05"))
    #expect(
      try digest(program, "run/adapted/c.safetensors") != digest(program, "a.safetensors"))
  }

  @Test func `the steps of a task and of its index are those of an evaluation of it`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    let common = ["--rollouts-per-task", "3", "--seed", "9"]
    let result = try program.run(
      ["adapt", "run", "--task", "2", "--steps", "2", "--output", "a.safetensors"] + common)
    #expect(result.code == 0, "\(result.error)")
    let evaluated = try program.run(
      ["evaluate", "run", "--tasks", "3", "--steps", "2", "--quiet", "--json", "e.json"] + common)
    #expect(evaluated.code == 0, "\(evaluated.error)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: program.bytes(of: "e.json")) as? [String: Any])
    let curve = try #require(object["curve"] as? [[String: Any]])
    for step in 0..<2 {
      let value = try #require((curve[step]["per_task"] as? [Double])?[2])
      #expect(result.output.contains(String(format: "%.4f", value)), "\(result.output)")
    }
  }

  @Test(arguments: [
    (["--output", "a"], "--task or --episodes"),
    (["--task", "1", "--episodes", "x", "--output", "a"], "--task or --episodes"),
    (["--task", "{goal: [1]}", "--output", "a"], "goal"),
    (["--task", "{gaol: [1, 2]}", "--output", "a"], "did you mean 'goal'"),
    (["--task", "0", "--steps", "0", "--output", "a"], "--steps"),
    (["--task", "0", "--inner-learning-rate", "1,2", "--output", "a"], "2 numbers"),
    (["--episodes", "x", "--steps", "2", "--output", "a"], "--steps goes with --task"),
    (["--episodes", "absent.jsonl", "--output", "a"], "absent.jsonl"),
    (["--episodes", "empty.csv", "--output", "a"], "empty.csv"),
    (["--task", "0", "--output", "/proc/a"], "/proc/a"),
  ])
  func `a mistake is named in one line and nothing is written`(flags: [String], reason: String)
    throws
  {
    let program = try trained()
    defer { program.cleanUp() }
    try program.write("", to: "empty.csv")
    let before = program.contents
    let result = try program.run(["adapt", "run"] + flags)
    #expect(result.code == 64 && result.error.contains(reason), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    #expect(program.contents == before)
  }
}
