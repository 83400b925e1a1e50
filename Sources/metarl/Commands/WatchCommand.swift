import ArgumentParser
import Experiments
import Files
import Foundation

/// `metarl watch RUN`.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow a training from another terminal.",
    discussion: """
      Reads the run folder's metrics as they are written and shows the same line as the \
      training itself: returns before and after adaptation, the course of the return after it, \
      and the time left. Into a file or pipe it writes one line an iteration. It ends when the \
      training does, or at once when none is running; control-C ends it and not the training.

      Examples:
        metarl watch runs/nav
        metarl watch runs/nav --once
      """)

  @Argument(help: ArgumentHelp("A run folder.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Flag(help: "Shows the newest iteration and ends.")
  var once = false

  @Option(
    help: ArgumentHelp("Seconds between two looks at the run folder.", valueName: "seconds"))
  var interval = 0.5

  func validate() throws {
    guard interval >= 0.05, interval <= 3600 else {
      throw ValidationError("--interval is \(interval); give 0.05 to 3600 seconds.")
    }
  }

  func run() throws {
    let folder = try RunFolder.open(runFolder, forWriting: false)
    let total = try folder.configuration().iterations
    var follower = MetricsFollower(folder)
    var shown = 0
    while true {
      // Asked before reading: rows of a training that ends in between are still read.
      let isRunning = folder.isBeingWritten ?? true
      let new = try follower.newRows()
      if !new.isEmpty { show(follower.rows, new: new.count, total: total) }
      shown = follower.rows.last?["iteration"]?.integer ?? 0
      if once || shown >= total || !isRunning { break }
      usleep(UInt32(interval * 1e6))
    }
    if Console.errorIsTerminal { Console.redraw("") }
    finish(follower.rows, total: total, isRunning: folder.isBeingWritten ?? true)
  }

  /// Redraws the line on a terminal; elsewhere writes a line for each new row.
  private func show(_ rows: [JSONValue], new: Int, total: Int) {
    if Console.errorIsTerminal {
      guard let row = rows.last else { return }
      let figures = ProgressFigures(row: row, after: rows.dropLast().last)
      let history = rows.map { $0["return_after"]?.number ?? .nan }
      Console.redraw(
        figures.liveLine(
          total: total, left: timeLeft(rows[...], total: total), history: history,
          columns: Console.columns, hasColour: Console.errorHasColour))
    } else {
      guard !once else { return }
      for index in max(rows.count - new, 0)..<rows.count {
        let figures = ProgressFigures(row: rows[index], after: index > 0 ? rows[index - 1] : nil)
        Console.note(
          figures.logLine(total: total, left: timeLeft(rows[...index], total: total)))
      }
    }
  }

  /// The last line: where the training stands.
  private func finish(_ rows: [JSONValue], total: Int, isRunning: Bool) {
    guard let row = rows.last else {
      Console.print("\(runFolder): no iteration is done yet.")
      return
    }
    let figures = ProgressFigures(row: row, after: rows.dropLast().last)
    let spark = Sparkline.text(rows.map { $0["return_after"]?.number ?? .nan }, width: 15)
    let state =
      figures.iteration >= total
      ? "finished"
      : isRunning ? "running, \(timeLeft(rows[...], total: total)) left" : "stopped"
    Console.print(
      "\(runFolder): iteration \(figures.iteration)/\(total), \(state); return "
        + "\(NumberText.fixed(figures.returnBefore)) → \(NumberText.fixed(figures.returnAfter))  "
        + (figures.divergences.map { $0 + "  " } ?? "") + spark)
    if figures.iteration < total, !isRunning {
      Console.note("Go on with: metarl train --resume \(runFolder)")
    }
  }

  /// From the mean duration of the last twenty iterations.
  private func timeLeft(_ rows: ArraySlice<JSONValue>, total: Int) -> String {
    let recent = rows.suffix(20).compactMap { $0["seconds"]?.number }
    guard !recent.isEmpty, let done = rows.last?["iteration"]?.integer else { return "?" }
    let mean = recent.reduce(0, +) / Double(recent.count)
    return NumberText.duration(mean * Double(max(total - done, 0)))
  }
}
