import Experiments
import MetaLearning

/// Shows a training while it runs: one live line on a terminal, otherwise one line an
/// iteration.
final class TrainingProgress {
  private let quiet: Bool
  private let isLive: Bool
  private var total = 0
  private var timeLeft = TimeLeft(of: 0)
  /// Adapted returns since this training was started or resumed.
  private var history: [Double] = []

  /// - Parameter quiet: shows warnings and nothing else.
  init(quiet: Bool) {
    self.quiet = quiet
    isLive = !quiet && Console.errorIsTerminal
  }

  /// Shows what a training reports.
  func observe(_ event: TrainingEvent) {
    switch event {
    case .started(let iteration, let total):
      self.total = total
      history = []
      timeLeft = TimeLeft(done: iteration, of: total)
      // Iterations of robots take a while: something is seen from the start.
      if isLive, iteration < total {
        Console.redraw("\(iteration)/\(total)  iteration \(iteration + 1) is under way")
      }
    case .iteration(let report, _):
      show(report)
    case .warning(let text), .noPictures(let text):
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
    let figures = ProgressFigures(report)
    if isLive {
      history.append(report.returnAfter)
      Console.redraw(
        figures.liveLine(
          total: total, left: left, history: history, columns: Console.columns,
          hasColour: Console.errorHasColour))
    } else {
      Console.note(figures.logLine(total: total, left: left))
    }
  }
}
