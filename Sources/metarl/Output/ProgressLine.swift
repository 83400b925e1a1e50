/// A bar of blocks, as wide as asked for.
enum ProgressBar {
  /// - Parameters:
  ///   - fraction: done, in [0, 1].
  ///   - width: characters between the brackets, ≥ 1.
  /// - Returns: `[██████░░░░]`.
  static func text(_ fraction: Double, width: Int) -> String {
    let filled = Int((min(max(fraction, 0), 1) * Double(width)).rounded(.down))
    return "[" + String(repeating: "█", count: filled)
      + String(repeating: "░", count: width - filled) + "]"
  }
}

/// Time left, from the steps that were timed so far.
struct TimeLeft {
  private let start = ContinuousClock.now
  private let done: Int
  private let total: Int

  /// Starts the clock.
  ///
  /// - Parameters:
  ///   - done: steps that were finished before.
  ///   - total: steps in all.
  init(done: Int = 0, of total: Int) {
    self.done = done
    self.total = total
  }

  /// The time left in words after so many steps: `3m05s`; `?` before the first.
  func text(after count: Int) -> String {
    let finished = count - done
    guard finished > 0 else { return "?" }
    let seconds = start.duration(to: .now) / Double(finished) * Double(max(total - count, 0))
    return NumberText.duration(
      Double(seconds.components.seconds) + Double(seconds.components.attoseconds) * 1e-18)
  }
}
