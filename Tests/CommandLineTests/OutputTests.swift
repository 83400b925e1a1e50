import Experiments
import Files
import MetaLearning
import Testing

@testable import metarl

@Suite struct OutputTests {
  @Test(arguments: [20, 40, 60, 80, 120, 200])
  func `the live line never fills the terminal's last column`(columns: Int) {
    var report = IterationReport()
    report.iteration = 1234
    report.returnsBefore = [-1234.5]
    report.returnsAfter = [-234.5]
    report.kl = 0.0098
    report.seconds = 1
    report.environmentSteps.preAdaptation = 1_234_567
    let line = ProgressFigures(report).liveLine(
      total: 5000, left: "2h07m", history: (0..<1234).map(Double.init), columns: columns,
      hasColour: false)
    #expect(line.count < columns)
    #expect(line.contains("1234/5000"))
    if columns >= 120 {
      for part in [
        "return -1234.50 → -234.50", "gain 1000.00", "KL 9.8e-03", "1.2M steps/s", "2h07m",
      ] {
        #expect(line.contains(part), "\(part)")
      }
    }
  }

  @Test func `a row's speed is that of the iteration, without the validation after it`() {
    func row(_ iteration: Int, validation: Int) -> JSONValue {
      .object([
        .init("iteration", .integer(iteration)), .init("seconds", .number(2)),
        .init("steps_pre_adaptation", .integer(600 * iteration)),
        .init("steps_post_adaptation", .integer(400 * iteration)),
        .init("steps_validation", .integer(validation)),
      ])
    }
    let first = ProgressFigures(row: row(1, validation: 0), after: nil)
    let second = ProgressFigures(row: row(2, validation: 5000), after: row(1, validation: 0))
    #expect(first.stepsPerSecond == 500)
    #expect(second.stepsPerSecond == 500)
  }

  @Test(arguments: [80, 200])
  func `the live line shows the course of the adapted return and colours nothing else`(
    columns: Int
  ) {
    var report = IterationReport()
    report.iteration = 40
    report.returnsBefore = [-21.3]
    report.returnsAfter = [-11.7]
    let line = { hasColour in
      ProgressFigures(report).liveLine(
        total: 500, left: "42s", history: [-20, -15, -11.7], columns: columns,
        hasColour: hasColour)
    }
    #expect(line(false).contains("  ▁▅█  "))
    #expect(line(false).contains("42s left"))
    #expect(!line(false).contains("\u{1B}"))
    #expect(
      line(true).replacing("\u{1B}[36m", with: "").replacing("\u{1B}[0m", with: "") == line(false))
    #expect(line(true).contains("\u{1B}[36m▁▅█\u{1B}[0m"))
  }

  @Test(arguments: [40, 60, 80, 120, 200])
  func `episodes that diverged stand beside the returns of the live line`(columns: Int) {
    var report = IterationReport()
    (report.iteration, report.seconds) = (40, 1)
    (report.returnsBefore, report.returnsAfter) = ([-21.3], [-11.7])
    (report.episodes, report.divergedEpisodes) = (800, 442)
    func line(_ report: IterationReport) -> String {
      ProgressFigures(report).liveLine(
        total: 500, left: "42s", history: [-20, -15], columns: columns, hasColour: false)
    }
    #expect(line(report).count < columns)
    #expect(line(report).contains("442/800 d"))
    #expect(
      ProgressFigures(report).logLine(total: 500, left: "42s").contains(
        "-11.70  442/800 diverged  gain"))
    report.divergedEpisodes = 0
    #expect(!line(report).contains("broke"))
  }

  @Test(arguments: [1, 20, 40, 60, 80, 120, 200], [0, 7, 1200])
  func `a bar of pieces fits the terminal, and its figures keep their places`(
    columns: Int, done: Int
  ) throws {
    let titles = ["x", String(repeating: "runs/a\nlong name ", count: 40)]
    let lines = titles.map {
      WorkProgress.line($0, done: done, of: 1200, left: "3m05s", columns: columns)
    }
    for line in lines {
      #expect(line.count < max(columns, 2) && !line.contains("\n"))
    }
    guard columns >= 40 else { return }
    let places = lines.map { $0.range(of: "\(done)/1200")?.upperBound }
    #expect(places[0] != nil && places[0] == places[1])
    for line in lines {
      #expect(line.contains("3m05s left"))
      #expect(line.contains("█") == (columns > 60 && done == 1200))
    }
    if columns >= 80 { #expect(lines[0].hasSuffix("  x") && lines[1].hasSuffix("…")) }
  }

  @Test(
    arguments: [
      ([], 8, ""), ([1], 8, "▅"), ([0, 7], 8, "▁█"), ([0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"),
      ([0, 0, 4, 4], 2, "▁█"), ([0, .nan, 1], 8, "▁ █"), ([.nan, .infinity], 8, "  "),
      ([-1e308, 1e308], 8, "▁█"), ([1, 2], 0, ""),
    ])
  func `a sparkline runs from the least to the greatest`(
    values: [Double], width: Int, text: String
  ) {
    #expect(Sparkline.text(values, width: width) == text)
  }

  @Test(arguments: [(0.0, "[░░░░]"), (0.5, "[██░░]"), (1.0, "[████]"), (7.0, "[████]")])
  func `a bar is filled in proportion`(fraction: Double, text: String) {
    #expect(ProgressBar.text(fraction, width: 4) == text)
  }

  @Test func `names from files send no commands to the terminal`() {
    #expect(Console.printable("a\u{1B}[2Jb\u{7}\u{9B}c\td\ne") == "a?[2Jb??c\td\ne")
  }

  @Test func `a table keeps its columns and its lines`() {
    var table = TextTable(["name", "x"])
    table.append(["a\nb", "10"])
    table.append(["long name", "9"])
    #expect(table.text == "name        x\na?b        10\nlong name   9")
  }

  @Test(arguments: [(42.4, "42s"), (185, "3m05s"), (7620, "2h07m"), (.infinity, "?")])
  func `time spans are short`(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds) == text)
  }

  @Test(arguments: [(87, "87"), (53_000, "53k"), (1_234_567, "1.2M"), (2.5e9, "2.5G")])
  func `rates are short`(rate: Double, text: String) {
    #expect(NumberText.short(rate) == text)
  }
}
