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
    #expect(html.contains("metarl report run-again --tasks 6 --rollouts-per-task 3 --steps 2"))
    #expect(html.contains("processor</td>") && html.contains("digest of these parameters</td>"))
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

  @Test func `a training ends with a report, of the tasks and with the words that it says`() throws
  {
    let program = try Program()
    defer { program.cleanUp() }
    let training = Program.smallTraining + ["--set", "report_tasks=4"]
    let result = try program.run(training)
    #expect(result.code == 0 && result.output == "run\n", "\(result.error)")
    #expect(result.error.contains("\nReport: run/report.html\n"))
    let html = try program.text(of: "run/report.html")
    #expect(html.contains("metarl report run-again --tasks 4 --rollouts-per-task 3 --steps 3"))
    let line = try #require(result.error.split(separator: "\n").dropLast().last)
    #expect(html.contains(line.split(separator: ". ", maxSplits: 1)[1]))

    let off = try program.run(training + ["--run-dir", "off", "--no-report", "--quiet"])
    #expect(off.code == 0 && !program.contents.contains("off/report.html"))
  }

  @Test func `without gnuplot a training says so once and ends well`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(
      Program.smallTraining + ["--set", "report_tasks=2", "--set", "picture_every=1", "--quiet"],
      environment: ["PATH": "/nowhere"])
    #expect(result.code == 0)
    #expect(result.error.matches(of: /gnuplot-nox/).count == 1, "\(result.error)")
    #expect(program.contents.contains("run/report.html"))
  }

  @Test func `a report that cannot be written is a warning`() throws {
    let program = try PlotCommandTests.trained()
    defer { program.cleanUp() }
    try program.write("in the way", to: "run/report.html/file")
    let result = try program.run(
      ["train", "--resume", "run", "--iterations", "4", "--set", "report_tasks=2", "--quiet"])
    #expect(result.code == 0 && result.output == "run\n")
    #expect(
      result.error.contains("metarl: warning: no report: cannot")
        && result.error.contains("run/report.html"), "\(result.error)")
    #expect(try program.text(of: "run/metrics.jsonl").split(separator: "\n").count == 4)
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
