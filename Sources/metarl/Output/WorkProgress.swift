import Synchronization

/// How many of a number of equal items of work are done, on standard error.
///
/// One live line on a terminal, never wider than it and redrawn at most ten times a second;
/// nothing otherwise.
final class WorkProgress: Sendable {
  private struct State {
    var title: String
    var done = 0
    var drawn: ContinuousClock.Instant?
    var isOver = false
  }

  private let total: Int
  private let state: Mutex<State>
  private let timeLeft: TimeLeft
  private let isShown: Bool

  /// Time between two drawings of the line.
  private static let pause = Duration.milliseconds(100)

  /// A count of `total` items.
  ///
  /// - Parameters:
  ///   - title: what is being done.
  ///   - total: items in all.
  ///   - quiet: shows nothing.
  init(_ title: String, of total: Int, quiet: Bool) {
    self.total = total
    state = Mutex(State(title: title))
    timeLeft = TimeLeft(of: total)
    isShown = !quiet && Console.errorIsTerminal
    update { _ in }
  }

  /// Says what is being done from now on.
  func begin(_ title: String) {
    update {
      $0.title = title
      $0.drawn = nil
    }
  }

  /// Counts one piece; callable from any thread.
  func advance() {
    update { $0.done += 1 }
  }

  /// Sets how many items are done.
  func reach(_ count: Int) {
    update { $0.done = count }
  }

  /// Writes something else above the line.
  func interrupted(_ write: () -> Void) {
    if isShown { Console.redraw("") }
    write()
    update { $0.drawn = nil }
  }

  /// Clears the line for good.
  func finish() {
    guard isShown else { return }
    state.withLock { state in
      if !state.isOver { Console.redraw("") }
      state.isOver = true
    }
  }

  private func update(_ change: (inout State) -> Void) {
    guard isShown else { return }
    state.withLock { state in
      guard !state.isOver else { return }
      change(&state)
      let now = ContinuousClock.now
      if let drawn = state.drawn, now - drawn < Self.pause, state.done < total { return }
      state.drawn = now
      Console.redraw(
        Self.line(
          state.title, done: state.done, of: total, left: timeLeft.text(after: state.done),
          columns: Console.columns))
    }
  }

  /// The line: bar, count and time left keep their places whatever the title is.
  ///
  /// - Parameters:
  ///   - title: what is being done; cut off where there is no room.
  ///   - done: items.
  ///   - total: items in all.
  ///   - left: time left in words.
  ///   - columns: of the terminal.
  /// - Returns: the line, shorter than the terminal is wide.
  static func line(
    _ title: String, done: Int, of total: Int, left: String, columns: Int
  ) -> String {
    let room = max(columns - 1, 1)
    let count = "\(done)/\(total)"
    let padding = String(repeating: " ", count: max(2 * "\(total)".count + 1 - count.count, 0))
    let time = "\(left) left"
    var parts = [
      padding + count, time + String(repeating: " ", count: max(11 - time.count, 0)),
    ]
    let width = room >= 120 ? 40 : 20
    let fraction = Double(done) / Double(max(total, 1))
    if room >= 60 { parts.insert(ProgressBar.text(fraction, width: width), at: 0) }
    let used = parts.joined(separator: "  ").count + 2
    let shown = TextTable.printable(title)
    if used + 4 <= room {
      parts.append(
        used + shown.count <= room ? shown : shown.prefix(room - used - 1) + "…")
    }
    return String(parts.joined(separator: "  ").prefix(room))
  }
}
