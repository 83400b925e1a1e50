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

  @Test(.enabled(if: hasGnuplot))
  func `axis, band, size and title are those that were asked for`() throws {
    let program = try Self.trained()
    defer { program.cleanUp() }
    let result = try program.run([
      "plot", "run", "--only", "learning", "--x", "environment-steps", "--spread", "interval",
      "--size", "300x200", "--title", "My 100 % title", "--format", "tex", "--output", "figures",
    ])
    #expect(result.code == 0 && result.output == "figures/learning.tex\n", "\(result.error)")
    let text = try program.text(of: "figures/learning.tex")
    #expect(text.hasPrefix("\\begin{tikzpicture}"))
    #expect(text.contains("My 100 \\% title") && text.contains("environment steps"))
    #expect(text.contains("rectangle (7.620,5.080)"))
    let page = try program.run(
      ["report", "run", "--title", "Ours", "--x", "environment-steps", "--size", "400x300"]
        + Self.small)
    #expect(page.code == 0, "\(page.error)")
    let html = try program.text(of: "run/report.html")
    #expect(html.contains("<h1>Ours</h1>"))
    // The command that makes the page again makes this one.
    #expect(html.contains("--x environment-steps --size 400x300 --title Ours"))
  }

  @Test(arguments: [
    (["--size", "300"], "WIDTHxHEIGHT"), (["--size", "1x1"], "WIDTHxHEIGHT"),
    (["--x", "steps"], "environment-steps"), (["--spread", "sd"], "interval"),
  ])
  func `a look that there is not is refused with those that there are`(
    flags: [String], says: String
  ) throws {
    let program = try Program()
    defer { program.cleanUp() }
    for command in ["plot", "report"] {
      let result = try program.run([command, "run"] + flags)
      #expect(result.code == 64 && result.error.contains(says), "\(result.error)")
    }
  }

  #if MuJoCo
    @Test(.enabled(if: hasGnuplot))
    func `a robot has trajectories instead of paths`() throws {
      let program = try Program()
      defer { program.cleanUp() }
      let training = try program.run([
        "train", "swimmer-velocity", "--run-dir", "run", "--iterations", "1", "--meta-batch-size",
        "2", "--rollouts-per-task", "2", "--hidden", "4", "--set", "validation.tasks=1", "--quiet",
      ])
      #expect(training.code == 0, "\(training.error)")
      let result = try program.run(
        ["plot", "run", "--only", "paths", "trajectories", "--format", "pdf", "--output", "."]
          + Self.small)
      #expect(result.code == 0 && result.output == "./trajectories.pdf\n", "\(result.error)")
      #expect(try program.bytes(of: "trajectories.pdf").starts(with: Data("%PDF".utf8)))
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
