import Foundation
import Testing

@testable import metarl

/// One grammar for all commands: lists, names, negative numbers, files.
@Suite struct GrammarTests {
  @Test(
    arguments: [
      ("1,2,3", [1, 2, 3]), ("1-3", [1, 2, 3]), ("5, 7-8", [5, 7, 8]), ("4", [4]), ("0-0", [0]),
      ("18446744073709551614-18446744073709551615", [.max - 1, .max]),
    ] as [(String, [UInt64])])
  func `seeds are lists, with ranges in them`(text: String, seeds: [UInt64]) {
    #expect(SeedList(argument: text)?.values == seeds)
  }

  @Test(arguments: [
    "", "1,", "1,1", "1-3,2", "3-1", "1-", "-1", "1-2-3", "x", "1.5", "0-18446744073709551615",
    "1-20000",
  ])
  func `what is no list of seeds is refused`(text: String) {
    #expect(SeedList(argument: text) == nil)
  }

  @Test func `words come one by one, as lists or both, and a path with a comma stays whole`() throws
  {
    #expect(ListArgument.words(["a,b", "c", " d , e ", ","]) == ["a", "b", "c", "d", "e"])
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("", to: "x,y.txt")
    let path = program.folder.appendingPathComponent("x,y.txt").path
    #expect(ListArgument.words([path, "b"]) == [path, "b"])
  }

  @Test(arguments: [
    (["--seed", "-1"], ["--seed=-1"]), (["--steps", "-1,2", "x"], ["--steps=-1,2", "x"]),
    (["--tolerance", "-.5"], ["--tolerance=-.5"]), (["--a", "-inf"], ["--a=-inf"]),
    (["-o", "-1"], ["-o", "-1"]), (["--json", "-"], ["--json", "-"]),
    (["--seed=3", "-1"], ["--seed=3", "-1"]), (["--quiet", "-q"], ["--quiet", "-q"]),
    (["--", "-1"], ["--", "-1"]), (["--json", "--csv"], ["--json", "--csv"]),
    (["---completion", "--seed", "-1"], ["---completion", "--seed", "-1"]),
  ])
  func `a negative number belongs to the flag before it`(typed: [String], read: [String]) {
    #expect(UsageAdvice.joiningNegativeNumbers(typed) == read)
  }

  /// Every list that a command takes is written with commas; the evaluations are the same.
  @Test func `runs and compared policies are lists with commas`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    for seed in ["1", "2"] {
      let result = try program.run(
        Program.smallTraining.map { $0 == "run" ? "run-\(seed)" : $0 }
          + ["--seed", seed, "--quiet"])
      #expect(result.code == 0, "\(result.error)")
    }
    let small = ["--tasks", "3", "--rollouts-per-task", "2", "--steps", "1", "--quiet"]
    let commas = try program.run(["evaluate", "--runs", "run-1,run-2"] + small)
    #expect(commas.code == 0, "\(commas.error)")
    #expect(
      try program.run(["evaluate", "--runs", "run-1", "run-2"] + small).output == commas.output)
    let compared = try program.run(["evaluate", "run-1", "--compare", "random,run-2"] + small)
    #expect(compared.code == 0 && compared.output.contains("run-2"), "\(compared.error)")
    let drawn = try program.run(
      ["plot", "run-1,run-2", "--only", "learning,adaptation", "--output", "p"] + small)
    if PlotCommandTests.hasGnuplot {
      #expect(drawn.output == "p/learning.svg\np/adaptation.svg\n", "\(drawn.error)")
    }
  }

  @Test func `JSON and tables go to standard output, and what people read beside it`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    let small = ["--tasks", "2", "--rollouts-per-task", "2", "--quiet"]
    let before = program.contents
    let json = try program.run(["evaluate", "run", "--json", "-"] + small)
    #expect(json.code == 0, "\(json.error)")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    #expect((object as? [String: Any])?["family"] as? String == "navigation-2d")
    #expect(json.error.contains("Mean undiscounted return"))
    let csv = try program.run(["sweep", "run", "--steps", "0,1", "--csv", "-"] + small)
    #expect(csv.code == 0 && csv.output.hasPrefix("inner_learning_rate,"), "\(csv.error)")
    #expect(csv.error.contains("episodes"))
    let page = try program.run(["report", "run", "--output", "-"] + small)
    #expect(page.code == 0 && page.output.hasPrefix("<!doctype html>"), "\(page.error)")
    #expect(program.contents == before)
    let both = try program.run(["evaluate", "run", "--json", "-", "--csv", "-"] + small)
    #expect(both.code == 64 && both.error.contains("--json and --csv"), "\(both.error)")
  }

  /// The table is larger than the metrics, so that a replacement would be seen.
  @Test(arguments: [
    ["evaluate", "run", "--csv", "run/progress.csv"],
    ["evaluate", "run", "--json", "run/run.lock"],
    ["evaluate", "run", "--markdown", "run/config.yaml"],
    ["evaluate", "run", "--save-tasks", "run/checkpoints/best.safetensors"],
    ["evaluate", "run", "--json", "run/report.html"],
    ["evaluate", "run", "--csv", "elsewhere/../run/metrics.jsonl"],
    ["evaluate", "run", "--csv", "link/progress.csv"],
    ["sweep", "run", "--csv", "run/tensorboard/events"],
    ["report", "run", "-o", "run/metrics.jsonl"], ["plot", "run", "-o", "run/checkpoints"],
    ["evaluate", "run", "--tasks-file", "tasks.yaml", "--save-tasks", "tasks.yaml"],
    ["replay", "walk.yaml", "-o", "walk.yaml"], ["replay", "walk.yaml", "-o", "run/config.yaml"],
    ["replay", "walk.yaml", "--view", "run/progress.csv"],
    ["evaluate", "run", "--csv", "a.csv", "--json", "./a.csv"],
  ])
  func `no command replaces a run's own files or what it reads`(arguments: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    try program.write("", to: "elsewhere/nothing")
    try program.write("- {goal: [0.1, 0.2]}\n", to: "tasks.yaml")
    try program.write(
      "environment: navigation-2d\nrollouts: [{task: {goal: [0, 1]}, actions: [[0, 0]]}]\n",
      to: "walk.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.appendingPathComponent("link").path, withDestinationPath: "run")
    let files = program.contents.filter { !$0.hasPrefix("link") }
    func all() -> [Data?] { files.map { try? program.bytes(of: $0) } }
    let before = all()
    let small = arguments[0] == "replay" ? [] : ["--tasks", "1", "--rollouts-per-task", "2"]
    let result = try program.run(arguments + small)
    #expect(result.code == 64, "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    #expect(all() == before)
    #expect(program.contents.filter { !$0.hasPrefix("link") } == files)
  }

  @Test func `pictures and tables of other names may lie in a run folder`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    let result = try program.run([
      "evaluate", "run", "--csv", "run/evaluation/table.csv", "--json", "run/nav.json", "--tasks",
      "1", "--rollouts-per-task", "2", "--quiet",
    ])
    #expect(result.code == 0, "\(result.error)")
    #expect(program.contents.contains("run/evaluation/table.csv"))
  }

  @Test func `a number of a vector that runs is named, and moves the tasks`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    let small = ["--tasks", "2", "--rollouts-per-task", "2", "--steps", "0", "--quiet"]
    let unnamed = try program.run(["sweep", "run", "--task-range", "goal=0:1:1"] + small)
    #expect(unnamed.code == 64, "\(unnamed.output)")
    #expect(unnamed.error.contains("goal[0]=… or goal[1]=…"), "\(unnamed.error)")
    let named = try program.run(["sweep", "run", "--task-range", "goal[1]=0:1:1"] + small)
    #expect(named.code == 0 && named.output.contains("goal[1]"), "\(named.error)")
  }

  @Test(arguments: ["config.yaml", "metrics.jsonl", "progress.csv"])
  func `a run's file of text is no checkpoint, and its folder is named`(name: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    for command in ["evaluate", "sweep", "inspect"]
    where !(command == "inspect" && name.hasSuffix("l")) {
      let result = try program.run([command, "run/\(name)"])
      #expect(result.code == 64)
      #expect(result.error.contains("is no checkpoint"), "\(result.error)")
      #expect(result.error.contains("'run'"), "\(result.error)")
    }
    let mistyped = try program.run(["evaluate", "run", "--compare", "rnadom"])
    #expect(mistyped.code == 64 && mistyped.error.contains("did you mean 'random'?"))
  }

  @Test func `the outer learning rate is a flag, of the step that has one`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let without = try program.run(Program.smallTraining + ["--outer-learning-rate", "0.5"])
    #expect(without.code == 64 && without.error.contains("--outer adam"), "\(without.error)")
    #expect(program.contents == [])
    let with = try program.run(
      Program.smallTraining + ["--outer-learning-rate", "0.5", "--outer", "adam", "--quiet"])
    #expect(with.code == 0, "\(with.error)")
    #expect(try program.text(of: "run/config.yaml").contains("  learning_rate: 0.5\n"))
  }
}
