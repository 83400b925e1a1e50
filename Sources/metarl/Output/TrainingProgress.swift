import Experiments
import MetaLearning

/// Shows a training while it runs: one live line on a terminal, otherwise one line an
/// iteration.
final class TrainingProgress {
  private let quiet: Bool
  private let isLive: Bool
  private var total = 0
  private var timeLeft = TimeLeft(of: 0)

  /// - Parameter quiet: shows warnings and nothing else.
  init(quiet: Bool) {
    self.quiet = quiet
    isLive = !quiet && Console.errorIsTerminal
  }

  /// Shows what a training tells.
  func observe(_ event: TrainingEvent) {
    switch event {
    case .started(let iteration, let total):
      self.total = total
      timeLeft = TimeLeft(done: iteration, of: total)
    case .iteration(let report, _):
      show(report)
    case .warning(let text):
      if isLive { Console.redraw("") }
      Console.warn(text)
    case .validation, .checkpoint:
      break
    }
  }

  /// Clears the live line.
  func finish() {
    if isLive { Console.redraw("") }
  }

  private func show(_ report: IterationReport) {
    guard !quiet else { return }
    let left = timeLeft.text(after: report.iteration)
    if isLive {
      Console.redraw(Self.liveLine(report, total: total, left: left, columns: Console.columns))
    } else {
      Console.note(Self.logLine(report, total: total, left: left))
    }
  }

  /// The line that is redrawn on a terminal, never wider than it.
  static func liveLine(
    _ report: IterationReport, total: Int, left: String, columns: Int
  ) -> String {
    let counter = "\(report.iteration)/\(total)"
    let figures = [
      "\(NumberText.fixed(report.returnBefore)) → \(NumberText.fixed(report.returnAfter))",
      "gain \(NumberText.fixed(report.gain))", "KL \(kl(report))",
      "\(stepsPerSecond(report)) steps/s", "\(left) left",
    ].joined(separator: "  ")
    let text = "\(counter)  \(figures)"
    let room = columns - text.count - 5
    guard room >= 4 else { return String(text.prefix(max(columns - 1, 1))) }
    let fraction = Double(report.iteration) / Double(max(total, 1))
    return "\(ProgressBar.text(fraction, width: min(room, 30))) \(text)"
  }

  /// The line of an iteration in a log.
  static func logLine(_ report: IterationReport, total: Int, left: String) -> String {
    [
      "iteration \(report.iteration)/\(total)",
      "return \(NumberText.fixed(report.returnBefore)) → \(NumberText.fixed(report.returnAfter))",
      "gain \(NumberText.fixed(report.gain))", "KL \(kl(report))", report.outcome.label,
      "\(stepsPerSecond(report)) steps/s", "\(left) left",
    ].joined(separator: "  ")
  }

  private static func kl(_ report: IterationReport) -> String {
    report.kl.map { NumberText.scientific($0) } ?? "-"
  }

  private static func stepsPerSecond(_ report: IterationReport) -> String {
    NumberText.short(Double(report.environmentSteps.total) / max(report.seconds, 1e-9))
  }
}
