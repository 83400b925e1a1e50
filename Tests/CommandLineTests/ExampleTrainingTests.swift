import Foundation
import Testing

/// Families of examples, through the same commands.
@Suite struct ExampleTrainingTests {
  /// Rows that have a meaning on examples.
  static let names = AlgorithmsTests.names.filter {
    !["promp", "ppo", "e-maml", "dice"].contains($0)
  }

  private static func training(_ folder: String, _ extra: [String] = []) -> [String] {
    [
      "train", "sinusoid", "--run-dir", folder, "--iterations", "4", "--meta-batch-size", "3",
      "--shots", "4", "--queries", "3", "--hidden", "6", "--adaptation-steps", "2",
      "--checkpoint-every", "1", "--no-report", "--quiet", "--set", "validation.every=2",
      "--set", "validation.tasks=2",
    ] + extra
  }

  private func lastName(_ program: Program, _ folder: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: program.folder.appendingPathComponent("\(folder)/checkpoints").path)
    return try #require(names.filter { $0 != "best.safetensors" }.max())
  }

  private func last(_ program: Program, _ folder: String) throws -> Data {
    try program.bytes(of: "\(folder)/checkpoints/\(lastName(program, folder))")
  }

  // What is not trained has nothing to learn.
  @Test(arguments: names.filter { $0 != "random" })
  func `every row learns from examples, to the same bits with other workers and in two parts`(
    algorithm: String
  ) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let row = ["--algorithm", algorithm]
    let whole = try program.run(Self.training("whole", row + ["--workers", "1"]))
    #expect(whole.code == 0, "\(whole.error)")
    let parts = try program.run(
      Self.training("parts", row + ["--workers", "3", "--iterations", "2"]))
    #expect(parts.code == 0, "\(parts.error)")
    let resumed = try program.run([
      "train", "--resume", "parts", "--iterations", "4", "--workers", "2", "--quiet", "--no-report",
    ])
    #expect(resumed.code == 0, "\(resumed.error)")
    #expect(try last(program, "whole") == last(program, "parts"))
    let evaluation = try program.run([
      "evaluate", "whole", "--compare", "random", "--tasks", "5", "--steps", "2", "--quiet",
    ])
    #expect(evaluation.code == 0, "\(evaluation.error)")
    #expect(evaluation.output.contains("Negative mean squared error"))
  }

  @Test func `an evaluation has 600 tasks, one step size, and the training's shots`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Self.training("run")).code == 0)
    let result = try program.run([
      "evaluate", "run", "--steps", "3", "--json", "-", "--quiet",
    ])
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output.contains("\"tasks\":600"))
    #expect(result.output.contains("\"inner_learning_rates\":[0.01,0.01,0.01]"))
    let more = try program.run(["evaluate", "run", "--shots", "7", "--tasks", "5", "--quiet"])
    #expect(more.output.contains("7 shots, 3 query examples"), "\(more.output)")
    let inspection = try program.run(["inspect", "run"])
    #expect(inspection.code == 0 && inspection.output.contains("sinusoid"))
    let sweep = try program.run([
      "sweep", "run", "--inner-learning-rate", "0.01,0.02", "--tasks", "5", "--steps", "0,1",
      "--quiet",
    ])
    #expect(sweep.code == 0 && sweep.output.contains("Negative mean squared error"))
    let adapted = try program.run([
      "adapt", "run", "--task", "{amplitude: 2, phase: 1}", "--output", "a.safetensors",
    ])
    #expect(adapted.code == 0, "\(adapted.error)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func `the report of a training shows its fits`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Self.training("run")).code == 0)
    let plot = try program.run(["plot", "run", "--only", "fits", "--tasks", "6", "--quiet"])
    #expect(plot.code == 0, "\(plot.error)")
    let picture = try program.text(of: "run/plots/fits.svg")
    #expect(picture.contains("support") && picture.contains("after 3 steps"))
    let report = try program.run(["report", "run", "--tasks", "6", "--quiet"])
    #expect(report.code == 0, "\(report.error)")
    #expect(try program.text(of: "run/report.html").contains("negative mean squared error"))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func `characters are trained on, judged by accuracy and shown with predictions`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let training = try program.run([
      "train", "glyphs", "--run-dir", "run", "--iterations", "2", "--meta-batch-size", "2",
      "--hidden", "8", "--queries", "2", "--set", "validation.every=0", "--no-report", "--quiet",
    ])
    #expect(training.code == 0, "\(training.error)")
    let evaluation = try program.run(["evaluate", "run", "--tasks", "4", "--steps", "1", "-q"])
    #expect(evaluation.output.contains("Accuracy on query examples"), "\(evaluation.error)")
    #expect(evaluation.output.contains("2 query examples of each of 5 classes"))
    let plot = try program.run([
      "plot", "run", "--only", "episodes", "--tasks", "2", "--steps", "1", "-q",
    ])
    #expect(plot.code == 0, "\(plot.error)")
    #expect(try program.text(of: "run/plots/episodes.svg").contains("of 60 found"))
  }

  @Test func `a convolutional network resumes to the same bits with other workers`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    func training(_ folder: String, _ extra: [String]) -> [String] {
      [
        "train", "glyphs@cnn", "--run-dir", folder, "--meta-batch-size", "2", "--queries", "1",
        "--set", "policy.filters=3,2", "--set", "validation.every=0", "--checkpoint-every", "1",
        "--no-report", "--quiet",
      ] + extra
    }
    let whole = try program.run(training("whole", ["--iterations", "3", "--workers", "1"]))
    #expect(whole.code == 0, "\(whole.error)")
    #expect(try program.run(training("parts", ["--iterations", "1", "--workers", "2"])).code == 0)
    let resumed = try program.run([
      "train", "--resume", "parts", "--iterations", "3", "--quiet", "--no-report",
    ])
    #expect(resumed.code == 0, "\(resumed.error)")
    #expect(try last(program, "whole") == last(program, "parts"))
    let evaluation = try program.run(["evaluate", "whole", "--tasks", "3", "--steps", "1", "-q"])
    #expect(evaluation.code == 0, "\(evaluation.error)")
    #expect(evaluation.output.contains("batch norm transductive"))
    let header = String(
      decoding: try program.bytes(of: "whole/checkpoints/\(try lastName(program, "whole"))").prefix(
        8000),
      as: UTF8.self)
    #expect(header.contains("batch_norm") && header.contains("transductive"))
  }

  @Test func `a training starts from the family's section, under row, file and flags`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    func plan(_ extra: [String]) throws -> String {
      let result = try program.run(["train", "sinusoid", "--dry-run"] + extra)
      #expect(result.code == 0, "\(result.error)")
      return result.output
    }
    let plain = try plan([])
    #expect(plain.contains("  hidden: [40, 40]") && plain.contains("inner_learning_rate: 0.01"))
    #expect(plain.contains("examples an iteration: 500"))
    let row = try plan(["--algorithm", "cavia"])
    #expect(row.contains("  hidden: [40, 40]") && row.contains("inner_learning_rate: 1.0"))
    try program.write("policy: {hidden: [7]}\n", to: "my.yaml")
    let file = try plan(["--config", "my.yaml", "--inner-learning-rate", "0.5"])
    #expect(file.contains("  hidden: [7]") && file.contains("inner_learning_rate: 0.5"))
    #expect(try program.run(["train", "sinusoid@nichol2018", "--dry-run"]).output.contains("tanh"))
  }

  @Test(arguments: [
    ("train sinusoid --rollouts-per-task 3", "--shots and --queries"),
    ("train navigation-2d --shots 3", "for families of examples"),
    ("train sinusoid --algorithm promp", "outer.objective is clipped"),
    ("train sinusoid --algorithm e-maml", "outer.support_credit"),
    ("train sinusoid --algorithm dice", "adaptation.estimator is dice"),
    ("train sinusoid --set policy.filters=4", "policy.filters is for images"),
    ("train navigation-2d --set policy.filters=4", "policy.filters is for images"),
    ("train glyphs --set policy.filters=4,4,4,4,4", "take fewer"),
    ("train glyphs@cnn --algorithm cavia", "policy.context"),
    ("train sinusoid --shots 0", "'examples.shots' must be a whole number from 1 to 100000"),
  ])
  func `what has no meaning on examples is refused`(line: String, message: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(line.split(separator: " ").map(String.init))
    #expect(result.code == 64 && result.error.contains(message), "\(result.error)")
    #expect(program.contents.isEmpty)
  }

  @Test
  func `a section of a family that the configuration does not know is answered with its line`()
    throws
  {
    let program = try Program()
    defer { program.cleanUp() }
    let text = try String(
      contentsOf: Program.sources.appendingPathComponent("Environments/Families/sinusoid.yaml"),
      encoding: .utf8
    ).replacing("name: sinusoid", with: "name: mine")
    for (from, to, message) in [
      ("iterations: 5000", "iteratons: 5000", "did you mean 'iterations'"),
      ("iterations: 5000", "seed: 5", "is chosen with the training"),
    ] {
      try program.write(text.replacing(from, with: to), to: "mine.yaml")
      let result = try program.run(["train", "./mine.yaml", "--dry-run"])
      #expect(result.code == 64 && result.error.contains(message), "\(result.error)")
      #expect(result.error.contains("mine.yaml:"))
    }
  }
}
