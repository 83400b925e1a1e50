import Foundation
import Testing

@Suite struct ReportCommandTests {
  @Test func `a report is one page in the run folder with the verdict that is printed`() throws {
    let program = try PlotCommandTests.trained()
    defer { program.cleanUp() }
    let result = try program.run(["report", "run"] + PlotCommandTests.small)
    #expect(result.code == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.last == "run/report.html")
    let html = try program.text(of: "run/report.html")
    #expect(html.utf8.count < 5_000_000)
    let headline = try #require(lines.first?.split(separator: ".").first)
    #expect(html.contains("<strong>\(headline)</strong>"))
    #expect(html.contains("metarl report run --tasks 6 --rollouts-per-task 3 --steps 2"))
    #expect(html.contains("<img") == PlotCommandTests.hasGnuplot)
  }

  @Test func `without gnuplot there is a page and a warning`() throws {
    let program = try PlotCommandTests.trained()
    defer { program.cleanUp() }
    let result = try program.run(
      ["report", "run", "--output", "page.html"] + PlotCommandTests.small,
      environment: ["PATH": "/nowhere"])
    #expect(result.code == 0)
    #expect(result.error.contains("warning") && result.error.contains("gnuplot-nox"))
    #expect(!(try program.text(of: "page.html")).contains("<img"))
  }

  @Test func `runs of different families are refused`() throws {
    let program = try PlotCommandTests.trained()
    defer { program.cleanUp() }
    let other = try program.run(
      ["train", "gaussian-bandit", "--run-dir", "other", "--iterations", "1", "--quiet"]
        + ["--meta-batch-size", "2", "--rollouts-per-task", "3", "--hidden", "4"])
    #expect(other.code == 0, "\(other.error)")
    let result = try program.run(["report", "run", "other"] + PlotCommandTests.small)
    #expect(result.code == 64 && result.error.contains("gaussian-bandit"), "\(result.error)")
    #expect(!program.contents.contains("run/report.html"))
  }
}
