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
    let paths = ["learning", "adaptation", "tasks", "paths"].map { "run/plots/\($0).svg" }
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

  @Test func `without gnuplot nothing is evaluated and one line says how to get it`() throws {
    let program = try Self.trained()
    defer { program.cleanUp() }
    let result = try program.run(["plot", "run"], environment: ["PATH": "/nowhere"])
    #expect(result.code == 64 && result.output == "")
    #expect(result.error.contains("apt-get install gnuplot-nox"))
    #expect(result.error.split(separator: "\n").count == 1)
    #expect(!program.contents.contains("run/plots"))
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
