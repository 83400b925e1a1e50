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
    let line = TrainingProgress.liveLine(report, total: 5000, left: "2h07m", columns: columns)
    #expect(line.count < columns)
    #expect(line.contains("1234/5000"))
    if columns >= 120 {
      for part in ["-1234.50 → -234.50", "gain 1000.00", "KL 9.8e-03", "1.2M steps/s", "2h07m"] {
        #expect(line.contains(part), "\(part)")
      }
    }
  }

  @Test(arguments: [(0.0, "[░░░░]"), (0.5, "[██░░]"), (1.0, "[████]"), (7.0, "[████]")])
  func `a bar is filled in proportion`(fraction: Double, text: String) {
    #expect(ProgressBar.text(fraction, width: 4) == text)
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
