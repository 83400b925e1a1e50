import Foundation
import Testing

/// What of an evaluation's JSON file is looked at.
private struct EvaluationFile: Decodable {
  struct Point: Decodable {
    let step: Int
    let mean: Double
    let ci95: [Double]?
    let per_task: [Double]
  }
  struct Gain: Decodable {
    let mean: Double
    let ci95: [Double]?
  }
  let family: String
  let preset: String?
  let split: String
  let tasks: Int
  let rollouts_per_task: Int
  let inner_learning_rates: [Double]
  let curve: [Point]
  let paired_gain: Gain
  let share_worse: Double
  let comparisons: [EvaluationFile]?
}

@Suite struct EvaluationTests {
  private func trained() throws -> Program {
    let program = try Program()
    let result = try program.run(Program.smallTraining + ["--quiet"])
    #expect(result.code == 0, "\(result.error)")
    return program
  }

  @Test func `the report has one row a step, and its JSON the documented keys`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    let result = try program.run([
      "evaluate", "run", "--tasks", "4", "--rollouts-per-task", "3", "--compare", "random",
      "--json", "out/evaluation.json",
    ])
    #expect(result.code == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n")
    for (step, alpha) in ["-", "0.1", "0.05", "0.05"].enumerated() {
      #expect(
        lines.contains { $0.split(separator: " ").prefix(2) == ["\(step)", Substring(alpha)] })
    }
    let file = try JSONDecoder().decode(
      EvaluationFile.self, from: try program.bytes(of: "out/evaluation.json"))
    #expect(file.family == "navigation-2d")
    #expect(file.preset == nil)
    #expect(file.split == "held_out")
    #expect(file.tasks == 4)
    #expect(file.rollouts_per_task == 3)
    #expect(file.inner_learning_rates == [0.1, 0.05, 0.05])
    #expect(file.curve.map(\.step) == [0, 1, 2, 3])
    for point in file.curve {
      #expect(point.per_task.count == 4)
      let mean = point.per_task.reduce(0, +) / 4
      #expect(abs(point.mean - mean) < 1e-9)
      let interval = try #require(point.ci95)
      #expect(interval[0] < point.mean && point.mean < interval[1])
    }
    let gains = zip(file.curve[1].per_task, file.curve[0].per_task).map { $0 - $1 }
    #expect(abs(file.paired_gain.mean - gains.reduce(0, +) / 4) < 1e-9)
    #expect(file.share_worse == Double(gains.filter { $0 < 0 }.count) / 4)
    #expect(file.comparisons?.count == 1)
    #expect(file.comparisons?[0].curve[0].mean != file.curve[0].mean)
  }

  @Test func `an evaluation depends on its seed alone, not on workers`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    func evaluate(_ flags: [String]) throws -> String {
      let result = try program.run(
        ["evaluate", "run", "--tasks", "3", "--rollouts-per-task", "2", "--steps", "1"] + flags)
      #expect(result.code == 0, "\(result.error)")
      return result.output
    }
    let one = try evaluate(["--workers", "1"])
    #expect(try evaluate(["--workers", "2"]) == one)
    #expect(try evaluate(["--seed", "9"]) != one)
    #expect(try evaluate(["--split", "shifted"]) != one)
    #expect(try evaluate(["--policy", "random"]) != one)
    #expect(try evaluate(["--inner-learning-rate", "0.7"]) != one)
  }

  @Test func `runs of different seeds meet the same held-out tasks and say so`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    var other = Program.smallTraining + ["--seed", "2", "--quiet"]
    other[try #require(other.firstIndex(of: "run"))] = "other"
    #expect(try program.run(other).code == 0)
    let headlines = try ["run", "other"].map { run in
      let result = try program.run(
        ["evaluate", run, "--tasks", "3", "--rollouts-per-task", "2", "--steps", "1"]
          + ["--task-csv", "\(run).csv"])
      #expect(result.code == 0, "\(result.error)")
      return try #require(result.output.split(separator: "\n").first)
    }
    #expect(headlines[0] == headlines[1])
    #expect(headlines[0].contains("seed 0, tasks "))
    let tables = try ["run.csv", "other.csv"].map {
      try program.text(of: $0).split(separator: "\n").map { $0.split(separator: ",") }
    }
    #expect(tables[0].count == 1 + 3 * 2 && tables[0][0].suffix(2) == ["goal[0]", "goal[1]"])
    #expect(tables[0].map { $0.suffix(2) } == tables[1].map { $0.suffix(2) })
    let progress = try program.text(of: "run/progress.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let all = try #require(progress[0].firstIndex(of: "environment_steps"))
    let parts = progress[0].indices.filter { progress[0][$0].hasPrefix("steps_") }
    #expect(parts.count == 4)
    for row in progress.dropFirst() {
      #expect(Int(row[all]) == parts.reduce(0) { $0 + (Int(row[$1]) ?? -1) })
    }
  }

  @Test func `a truncated or damaged checkpoint is refused in one line`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    let good = try program.bytes(of: "run/checkpoints/best.safetensors")
    var flipped = good
    flipped[good.count / 2] ^= 1
    for (name, bytes) in [("cut", good.prefix(good.count - 7)), ("flipped", flipped)] {
      try bytes.write(to: program.folder.appendingPathComponent("\(name).safetensors"))
      let result = try program.run(["evaluate", "\(name).safetensors", "--tasks", "2"])
      #expect(result.code == 64)
      #expect(result.output == "")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
      #expect(result.error.contains("\(name).safetensors"))
    }
  }

  @Test func `a checkpoint of another family is refused by name`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    try program.write(
      """
      environment: point-mass
      rollouts:
        - {task: {split: train}, policy: run}
      """, to: "wrong.yaml")
    let result = try program.run(["replay", "wrong.yaml"])
    #expect(result.code == 64)
    #expect(result.error.contains("navigation-2d"))
    #expect(result.error.contains("point-mass"))
    #expect(!program.contents.contains("wrong.jsonl"))
  }

  @Test func `inspect says what a run and a checkpoint are`() throws {
    let program = try trained()
    defer { program.cleanUp() }
    for path in ["run", "run/checkpoints/best.safetensors"] {
      let result = try program.run(["inspect", path])
      #expect(result.code == 0, "\(result.error)")
      #expect(result.output.contains("policy.hidden"))
      #expect(result.output.contains("parameter digest"))
      #expect(result.output.contains("layer1.weight"))
      #expect(result.output.contains("8 × 2"))
    }
  }
}
