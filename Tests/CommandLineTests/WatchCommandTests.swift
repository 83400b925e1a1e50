import Foundation
import Testing

@Suite struct WatchCommandTests {
  @Test func `a finished training is told line by line, with its course at the end`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    let before = program.contents
    let watch = try program.run(["watch", "run"])
    #expect(watch.code == 0, "\(watch.error)")
    let lines = watch.error.split(separator: "\n")
    #expect(lines.map { $0.prefix(13) } == ["iteration 1/3", "iteration 2/3", "iteration 3/3"])
    #expect(watch.output.hasPrefix("run: iteration 3/3, finished; return "))
    #expect(watch.output.contains("█"))
    #expect(!(watch.output + watch.error).contains("\u{1B}"), "no cursor movement into a file")
    let once = try program.run(["watch", "run", "--once"])
    #expect(once.code == 0)
    #expect(once.error == "")
    #expect(once.output == watch.output)
    #expect(program.contents == before)
  }

  @Test func `a training that stopped is not waited for`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    let rows = try program.text(of: "run/metrics.jsonl").split(separator: "\n")
    // The last line is half written.
    try program.write(
      rows[0] + "\n" + rows[1] + "\n" + rows[2].prefix(40), to: "run/metrics.jsonl")
    let watch = try program.run(["watch", "run"])
    #expect(watch.code == 0)
    #expect(watch.output.hasPrefix("run: iteration 2/3, stopped; "), "\(watch.output)")
    #expect(watch.error.contains("metarl train --resume run"))
    try program.write("", to: "run/metrics.jsonl")
    #expect(try program.run(["watch", "run"]).output == "run: no iteration is done yet.\n")
  }

  @Test(arguments: [["absent"], ["."], ["run", "--interval", "0"], ["run", "--interval", "nan"]])
  func `what cannot be watched is refused`(arguments: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["watch"] + arguments)
    #expect(result.code == 64)
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
  }
}
