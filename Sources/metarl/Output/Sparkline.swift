/// A row of small bars: the course of a number in one line of text.
enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// The bars of a number's course, from its least value to its greatest.
  ///
  /// - Parameters:
  ///   - values: in order; what is not finite leaves a gap.
  ///   - width: the most characters; more values than that are averaged in groups.
  /// - Returns: one character a value or group; empty for no values.
  static func text(_ values: [Double], width: Int) -> String {
    guard !values.isEmpty, width > 0 else { return "" }
    let count = min(values.count, width)
    let means = (0..<count).map { index in
      let group = values[index * values.count / count..<(index + 1) * values.count / count]
        .filter(\.isFinite)
      return group.isEmpty ? Double.nan : group.reduce(0) { $0 + $1 / Double(group.count) }
    }
    let known = means.filter(\.isFinite)
    guard let low = known.min(), let high = known.max() else {
      return String(repeating: " ", count: count)
    }
    return String(
      means.map { mean in
        guard mean.isFinite else { return " " }
        // Halves, so that the difference of two great numbers stays finite.
        let share = high > low ? (mean / 2 - low / 2) / (high / 2 - low / 2) : 0.5
        return bars[min(Int(share * Double(bars.count)), bars.count - 1)]
      })
  }
}
