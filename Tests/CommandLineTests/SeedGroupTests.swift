import Foundation
import Testing

/// Several seeds of a policy as one, and what is not one policy.
@Suite struct SeedGroupTests {
  private static let small = [
    "--tasks", "5", "--rollouts-per-task", "2", "--steps", "1", "--quiet",
  ]

  /// Runs `a-1`, `a-2`, `b-1`, `b-2` that differ in seed and inner learning rate.
  private func trained() throws -> Program {
    let program = try Program()
    for (name, rate) in [("a", "0.1"), ("b", "0.2")] {
      for seed in ["1", "2"] {
        let result = try program.run(
          Program.smallTraining + [
            "--run-dir", "runs/\(name)-\(seed)", "--seed", seed, "--iterations", "1",
            "--inner-learning-rate", rate, "--set", "validation.every=1", "--quiet", "--no-report",
          ])
        #expect(result.code == 0, "\(result.error)")
      }
    }
    return program
  }

  @Test func `runs of both sides are groups, whatever their order, and tested over runs`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    let result = try program.run(
      ["evaluate", "--runs", "runs/a-1", "runs/a-2", "--compare", "runs/b-2"]
        + ["--compare", "random", "--compare", "runs/b-1", "--json", "out.json"] + Self.small)
    #expect(result.code == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n")
    for title in [
      "a, 2 seeds against b, 2 seeds, over runs and tasks",
      "a, 2 seeds against random, over runs and tasks",
      "b, 2 seeds: 2 runs together [95 % interval over runs and tasks]",
    ] { #expect(lines.contains { $0.hasPrefix("\(title), tasks ") }, "\(result.output)") }
    #expect(lines[2].contains("a, 2 seeds") && lines[2].contains("b, 2 seeds"), "\(lines[2])")
    #expect(!result.output.contains("no test"))
    let json = try JSONSerialization.jsonObject(with: program.bytes(of: "out.json"))
    let object = try #require(json as? [String: Any])
    let others = try #require(object["comparisons"] as? [[String: Any]])
    #expect(
      others.compactMap { $0["policy"] as? String }
        == ["runs/a-2", "runs/b-2", "runs/b-1", "random, seed 1", "random, seed 2"])
    let points = try #require(others[1]["first_against_this"] as? [[String: Any]])
    #expect(points[1]["runs_p"] is Double && points[1]["wilcoxon_p"] is NSNull)
    #expect(others[2]["first_against_this"] == nil)
  }

  @Test func `several runs against one have no test, and a note says why`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    let result = try program.run(
      ["evaluate", "--runs", "runs/a-1", "runs/a-2", "--compare", "runs/b-1"] + Self.small)
    #expect(result.code == 0, "\(result.error)")
    #expect(
      result.output.contains(
        "Note: no test of a, 2 seeds against runs/b-1: of runs/b-1 there is one run"))
  }

  @Test func `what is not one policy from several seeds is refused with its difference`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    func refusal(_ arguments: [String]) throws -> String {
      let result = try program.run(["evaluate"] + arguments + Self.small)
      #expect(result.code == 64 && result.output == "", "\(result.output)")
      #expect(result.error.split(separator: "\n").count == 1)
      return result.error
    }
    let groups = try refusal(["--runs", "runs/a-1", "runs/a-2", "--runs", "runs/b-1", "runs/b-2"])
    #expect(groups.contains("'runs/b-1' is no run of the policy of 'runs/a-1'"), "\(groups)")
    #expect(groups.contains("adaptation.inner_learning_rate is 0.2 instead of 0.1"), "\(groups)")
    #expect(groups.contains("--compare"))
    #expect(try refusal(["--runs", "runs/a-1", "runs/a-1"]).contains("given twice"))
    let byFile = try refusal(
      ["--runs", "runs/a-1", "runs/a-1/checkpoints/best.safetensors"])
    #expect(byFile.contains("both have seed 1"), "\(byFile)")
    try FileManager.default.copyItem(
      at: program.folder.appendingPathComponent("runs/a-1"),
      to: program.folder.appendingPathComponent("runs/copy"))
    #expect(try refusal(["--runs", "runs/a-1", "runs/copy"]).contains("both have seed 1"))
    #expect(
      try refusal(["runs/a-1", "--compare", "runs/b-1", "--compare", "runs/b-1"])
        .contains("given twice"))
    for (flags, key) in [
      (["--algorithm", "multi-task"], "algorithm is multi-task instead of maml"),
      (["--iterations", "2"], "iterations is 2 instead of 1"),
      (["--set", "validation.tasks=3"], "validation.tasks is 3 instead of 2"),
    ] {
      let other = try program.run(
        Program.smallTraining + ["--run-dir", "runs/other", "--seed", "3", "--iterations", "1"]
          + ["--inner-learning-rate", "0.1", "--set", "validation.every=1", "--quiet", "--force"]
          + ["--no-report"] + flags)
      #expect(other.code == 0, "\(other.error)")
      let error = try refusal(["--runs", "runs/a-1", "runs/other"])
      #expect(error.contains(key), "\(error)")
    }
  }

  @Test func `runs of families with one name and two definitions are refused`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    for (seed, horizon) in [("1", "20"), ("2", "10")] {
      let shown = try program.run(["environments", "show", "point-mass"])
      #expect(shown.code == 0)
      let source = try String(
        contentsOf: Program.sources.appendingPathComponent(
          "Environments/Families/point-mass.yaml"), encoding: .utf8)
      let changed = source.replacing(/horizon: \d+/, with: "horizon: \(horizon)")
      #expect(changed != source)
      try program.write(changed, to: "families-\(seed)/point-mass.yaml")
      let result = try program.run([
        "train", "families-\(seed)/point-mass.yaml", "--run-dir", "run-\(seed)", "--seed", seed,
        "--iterations", "1", "--meta-batch-size", "2", "--rollouts-per-task", "2", "--hidden", "4",
        "--set", "validation.tasks=1", "--quiet", "--no-report",
      ])
      #expect(result.code == 0, "\(result.error)")
    }
    let result = try program.run(["evaluate", "--runs", "run-1", "run-2"] + Self.small)
    #expect(
      result.code == 64 && result.error.contains("the family's definition"), "\(result.error)")
  }

  @Test(.enabled(if: PlotCommandTests.hasGnuplot))
  func `reports and pictures call a group by one name`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    let runs = ["runs/a-1", "runs/b-1", "runs/a-2", "runs/b-2"]
    let report = try program.run(["report"] + runs + ["--output", "page.html"] + Self.small)
    #expect(report.code == 0, "\(report.error)")
    let html = try program.text(of: "page.html")
    #expect(html.contains("a, 2 seeds against b, 2 seeds, over runs and tasks"))
    #expect(html.contains("a, 2 seeds against random, over runs and tasks"))
    let plot = try program.run(
      ["plot"] + runs + ["--only", "learning", "adaptation", "tasks", "--output", "plots"]
        + Self.small)
    #expect(plot.code == 0, "\(plot.error)")
    for name in ["learning", "adaptation", "tasks"] {
      #expect(try program.text(of: "plots/\(name).svg").contains("a, 2 seeds"), "\(name)")
    }
    for name in ["learning", "adaptation"] {
      #expect(try program.text(of: "plots/\(name).svg").contains("b, 2 seeds"), "\(name)")
    }
  }
}
