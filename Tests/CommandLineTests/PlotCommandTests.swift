import Foundation
import Testing

@Suite struct PlotCommandTests {
  static let hasGnuplot = FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")
  static let small = ["--tasks", "6", "--rollouts-per-task", "3", "--steps", "2", "--quiet"]

  static func trained() throws -> Program {
    let program = try Program()
    let result = try program.run(Program.smallTraining + ["--quiet"])
    #expect(result.code == 0, "\(result.error)")
    return program
  }

  @Test(.enabled(if: hasGnuplot))
  func `every figure of navigation goes to the run folder`() throws {
    let program = try Self.trained()
    defer { program.cleanUp() }
    let result = try program.run(["plot", "run"] + Self.small)
    #expect(result.code == 0, "\(result.error)")
    let names = [
      "learning", "adaptation", "tasks", "parameter-goal-angle", "parameter-goal-length", "paths",
    ]
    let paths = names.map { "run/plots/\($0).svg" }
    #expect(result.output == paths.joined(separator: "\n") + "\n")
    for path in paths {
      let text = try program.text(of: path)
      #expect(text.contains("navigation-2d") && text.hasSuffix("</svg>\n\n"), "\(path)")
    }
  }

  @Test(.enabled(if: hasGnuplot))
  func `chosen figures take a format and a folder`() throws {
    let program = try Self.trained()
    defer { program.cleanUp() }
    let result = try program.run([
      "plot", "run", "--only", "learning", "--format", "png", "--output", "pictures",
    ])
    #expect(result.code == 0 && result.output == "pictures/learning.png\n", "\(result.error)")
    #expect(try program.bytes(of: "pictures/learning.png").starts(with: [0x89, 0x50]))
  }

  #if MuJoCo
    @Test(.enabled(if: hasGnuplot))
    func `a robot has courses instead of paths`() throws {
      let program = try Program()
      defer { program.cleanUp() }
      let training = try program.run([
        "train", "swimmer-velocity", "--run-dir", "run", "--iterations", "1", "--meta-batch-size",
        "2", "--rollouts-per-task", "2", "--hidden", "4", "--set", "validation.tasks=1", "--quiet",
      ])
      #expect(training.code == 0, "\(training.error)")
      let result = try program.run(
        ["plot", "run", "--only", "paths", "courses", "--format", "pdf", "--output", "."]
          + Self.small)
      #expect(result.code == 0 && result.output == "./courses.pdf\n", "\(result.error)")
      #expect(try program.bytes(of: "courses.pdf").starts(with: Data("%PDF".utf8)))
    }
  #endif

  @Test(.enabled(if: hasGnuplot))
  func `a sweep's table is drawn beside it`() throws {
    let program = try Self.trained()
    defer { program.cleanUp() }
    let swept = try program.run([
      "sweep", "run", "--inner-learning-rate", "0.1,0.2", "--rollouts-per-task", "2", "--steps",
      "0,1", "--tasks", "3", "--csv", "out/sweep.csv", "--quiet",
    ])
    #expect(swept.code == 0, "\(swept.error)")
    let result = try program.run(["plot", "--sweep", "out/sweep.csv"])
    #expect(result.code == 0 && result.output == "out/response.svg\n", "\(result.error)")
    #expect(try program.text(of: "out/response.svg").contains("inner learning rate"))
    try program.write("a,b\n1,2\n", to: "wrong.csv")
    let wrong = try program.run(["plot", "--sweep", "wrong.csv"])
    #expect(wrong.code == 64 && wrong.error.contains("metarl sweep --csv"), "\(wrong.error)")
    #expect(wrong.error.split(separator: "\n").count == 1)
  }

  @Test func `without gnuplot nothing is evaluated and one line says how to get it`() throws {
    let program = try Self.trained()
    defer { program.cleanUp() }
    let result = try program.run(["plot", "run"], environment: ["PATH": "/nowhere"])
    #expect(result.code == 64 && result.output == "")
    #expect(result.error.contains("apt-get install gnuplot-nox"))
    #expect(result.error.split(separator: "\n").count == 1)
    #expect(!program.contents.contains("run/plots"))
  }

  @Test func `runs of different families are refused, each named`() throws {
    let program = try Self.trained()
    defer { program.cleanUp() }
    let other = try program.run([
      "train", "bernoulli-bandit", "--run-dir", "bandit", "--iterations", "1", "--quiet",
      "--no-report",
    ])
    #expect(other.code == 0, "\(other.error)")
    for command in ["plot", "report"] {
      let mixed = try program.run([command, "run", "bandit"])
      #expect(mixed.code == 64 && mixed.error.contains("'bandit' is a run of bernoulli-bandit"))
    }
  }

  @Test func `a run that is none and a run given twice are refused`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let twice = try program.run(["plot", "a", "a"])
    #expect(twice.code == 64 && twice.error.contains("given twice"))
    let none = try program.run(["plot", "nothing"])
    #expect(none.code == 64 && none.error.contains("'nothing'"), "\(none.error)")
  }
}
