import Foundation
import Testing

/// Every promise for every row: what one algorithm keeps, the next one keeps without a test of its
/// own.
@Suite struct AlgorithmsTests {
  /// The names that the program itself lists.
  static let names: [String] = {
    guard let program = try? Program(), let result = try? program.run(["algorithms"]) else {
      return []
    }
    program.cleanUp()
    return result.output.split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
  }()

  private func trained(
    _ program: Program, _ algorithm: String, _ folder: String, _ extra: [String]
  ) throws -> Program.Result {
    var arguments = Program.smallTraining
    let place = try #require(arguments.firstIndex(of: "run"))
    arguments[place] = folder
    arguments += ["--algorithm", algorithm, "--quiet"] + extra
    // What is not trained has no iterations, and says so.
    if algorithm == "random" {
      let refused = try program.run(arguments)
      #expect(refused.code == 64 && refused.error.contains("'random' is not trained"))
      arguments += ["--iterations", "0"]
    }
    return try program.run(arguments)
  }

  private func checkpoints(_ program: Program, _ folder: String) throws -> [Data] {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: program.folder.appendingPathComponent("\(folder)/checkpoints").path)
    return try names.sorted().map { try program.bytes(of: "\(folder)/checkpoints/\($0)") }
  }

  @Test func `the list has a line an algorithm`() {
    #expect(Self.names.count >= 17)
    #expect(Set(Self.names).isSuperset(of: ["maml", "cavia", "reptile", "multi-task", "oracle"]))
  }

  @Test(arguments: names)
  func `every row trains to the same bits with other workers and in two parts`(
    algorithm: String
  ) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let whole = try trained(program, algorithm, "whole", ["--workers", "1", "--iterations", "4"])
    #expect(whole.code == 0, "\(whole.error)")
    let parts = try trained(program, algorithm, "parts", ["--workers", "3", "--iterations", "2"])
    #expect(parts.code == 0, "\(parts.error)")
    let resumed = try program.run([
      "train", "--resume", "parts", "--iterations", algorithm == "random" ? "0" : "4",
      "--workers", "2", "--quiet",
    ])
    #expect(resumed.code == 0, "\(resumed.error)")
    #expect(try checkpoints(program, "whole").last == checkpoints(program, "parts").last)
  }

  @Test(arguments: names)
  func `every row is inspected, evaluated and replayed`(algorithm: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let training = try trained(program, algorithm, "run", [])
    #expect(training.code == 0, "\(training.error)")
    let inspection = try program.run(["inspect", "run"])
    #expect(inspection.code == 0 && inspection.output.contains(algorithm), "\(inspection.error)")
    let evaluation = try program.run([
      "evaluate", "run", "--compare", "random", "--tasks", "5", "--rollouts-per-task", "2",
    ])
    #expect(evaluation.code == 0, "\(evaluation.error)")
    try program.write(
      """
      environment: navigation-2d
      rollouts:
        - {task: {goal: [0.3, 0.2]}, policy: run, adaptation_steps: 2}
      """, to: "walk.yaml")
    let replay = try program.run(["replay", "walk.yaml", "--output", "walk.jsonl"])
    if algorithm == "oracle" {
      #expect(replay.code == 64 && replay.error.contains("shown the task"))
    } else {
      #expect(replay.code == 0, "\(replay.error)")
      #expect(try program.run(["replay", "--verify", "walk.jsonl"]).code == 0)
    }
  }

  @Test func `a row lies under the file and the flags, whoever names it`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("adam:\n  epochs: 2\n", to: "c.yaml")
    func resolved(_ folder: String, _ arguments: [String]) throws -> String {
      var small = Program.smallTraining
      small[try #require(small.firstIndex(of: "run"))] = folder
      let result = try program.run(small + arguments + ["--quiet"])
      #expect(result.code == 0, "\(result.error)")
      return String(decoding: try program.bytes(of: "\(folder)/config.yaml"), as: UTF8.self)
    }
    for (folder, naming) in [
      ("flag", ["--algorithm", "promp"]), ("set", ["--set", "algorithm=promp"]),
    ] {
      let text = try resolved(folder, naming + ["--config", "c.yaml"])
      for line in ["algorithm: promp", "epochs: 2", "objective: clipped", "step: adam"] {
        #expect(text.contains(line), "\(folder): \(line)")
      }
    }
    try program.write("algorithm: promp\nadam:\n  epochs: 3\n", to: "d.yaml")
    let file = try resolved("file", ["--config", "d.yaml", "--set", "clip.range=0.25"])
    for line in ["epochs: 3", "objective: clipped", "range: 0.25"] {
      #expect(file.contains(line), "\(line)")
    }
    let former = try resolved("former", ["--algorithm", "pretrained"])
    #expect(former.contains("algorithm: multi-task"))
  }
}
