import Testing

@Suite struct BaselineTests {
  private func trained(_ program: Program, _ folder: String, _ extra: [String]) throws {
    var arguments = Program.smallTraining
    let place = try #require(arguments.firstIndex(of: "run"))
    arguments[place] = folder
    let result = try program.run(arguments + extra + ["--quiet"])
    #expect(result.code == 0, "\(result.error)")
  }

  @Test func `baselines train on equal experience and are compared in one report`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try trained(program, "a", [])
    try trained(program, "b", ["--seed", "2"])
    try trained(program, "shared", ["--algorithm", "pretrained"])
    try trained(program, "told", ["--algorithm", "oracle"])
    let result = try program.run([
      "evaluate", "--runs", "a", "b", "--compare", "random", "--compare", "shared", "--compare",
      "told", "--tasks", "5", "--rollouts-per-task", "2", "--csv", "out/e.csv", "--markdown",
      "out/e.md", "--save-tasks", "out/tasks.yaml",
    ])
    #expect(result.code == 0, "\(result.error)")
    for text in ["2 runs together", "against random", "against told"] {
      #expect(result.output.contains(text), "\(text)")
    }
    let table = String(decoding: try program.bytes(of: "out/e.csv"), as: UTF8.self)
    // Two runs, an untrained policy of each one's seed, and the baseline: four rows each.
    #expect(table.split(separator: "\n").count == 1 + 5 * 4 + 1)
    #expect(table.contains("told,oracle,0,"))
    let again = try program.run([
      "evaluate", "a", "--tasks-file", "out/tasks.yaml", "--rollouts-per-task", "2",
    ])
    #expect(again.code == 0, "\(again.error)")
    #expect(again.output.contains("list: 5 tasks"))
  }

  @Test func `tasks that were trained on are refused unless allowed`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try trained(program, "run", [])
    let arguments = ["evaluate", "run", "--split", "train", "--tasks", "2", "--steps", "1"]
    let refused = try program.run(arguments)
    #expect(refused.code == 64)
    #expect(refused.error.contains("--allow-training-tasks"))
    let allowed = try program.run(arguments + ["--allow-training-tasks"])
    #expect(allowed.code == 0, "\(allowed.error)")
    #expect(allowed.output.contains("that the policy was trained on"))
  }

  @Test func `a sweep has one row a point and step`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try trained(program, "run", [])
    let result = try program.run([
      "sweep", "run", "--inner-learning-rate", "0.1,0.2", "--rollouts-per-task", "2", "--steps",
      "0,1", "--task-range", "goal[0]=0:2:1", "--tasks", "3", "--csv", "out/sweep.csv",
    ])
    #expect(result.code == 0, "\(result.error)")
    let table = String(decoding: try program.bytes(of: "out/sweep.csv"), as: UTF8.self)
    #expect(table.split(separator: "\n").count == 1 + 3 * 2 * 2)
    let wrong = try program.run(["sweep", "run", "--task-range", "velocity=0:2:1"])
    #expect(wrong.code == 64 && wrong.error.contains("known: goal"), "\(wrong.error)")
  }
}
