import Experiments
import Files
import MetaLearning

/// What a line of progress says about one iteration.
struct ProgressFigures {
  let iteration: Int
  let returnBefore: Double
  let returnAfter: Double
  let kl: Double?
  let outcome: String
  /// Episodes that diverged, and all of the iteration.
  let divergedEpisodes: Int
  let episodes: Int
  let stepsPerSecond: Double

  /// The figures of an iteration that was just done.
  init(_ report: IterationReport) {
    iteration = report.iteration
    (returnBefore, returnAfter) = (report.returnBefore, report.returnAfter)
    kl = report.kl
    outcome = report.outcome.label
    (divergedEpisodes, episodes) = (report.divergedEpisodes, report.episodes)
    stepsPerSecond = Double(report.environmentSteps.total) / max(report.seconds, 1e-9)
  }

  /// The figures of a row of `metrics.jsonl`.
  ///
  /// - Parameters:
  ///   - row: the row.
  ///   - previous: the row before it, whose counts of steps are subtracted; nil for the first.
  init(row: JSONValue, after previous: JSONValue?) {
    iteration = row["iteration"]?.integer ?? 0
    returnBefore = row["return_before"]?.number ?? .nan
    returnAfter = row["return_after"]?.number ?? .nan
    kl = row["kl"]?.number
    outcome = row["outcome"]?.text ?? "-"
    divergedEpisodes = row["diverged_episodes"]?.integer ?? 0
    episodes = row["episodes"]?.integer ?? 0
    let steps = Self.steps(row) - (previous.map(Self.steps) ?? 0)
    stepsPerSecond = steps / max(row["seconds"]?.number ?? .nan, 1e-9)
  }

  /// Steps of the training up to a row, without those of validations.
  ///
  /// The seconds of a row are the iteration's, and a validation comes after it.
  private static func steps(_ row: JSONValue) -> Double {
    (row.members ?? []).filter { $0.key.hasPrefix("steps_") && $0.key != "steps_validation" }
      .reduce(0) { $0 + ($1.value.number ?? 0) }
  }

  /// The line that is redrawn on a terminal, never wider than it.
  ///
  /// What matters most comes first and keeps its place; what does not fit is left out.
  ///
  /// - Parameters:
  ///   - total: iterations asked for.
  ///   - left: time left in words.
  ///   - history: the adapted returns up to this one.
  ///   - columns: of the terminal.
  ///   - hasColour: whether escape sequences may colour the sparkline.
  /// - Returns: the line, without an end.
  func liveLine(
    total: Int, left: String, history: [Double], columns: Int, hasColour: Bool
  ) -> String {
    let room = max(columns - 1, 1)
    let number = "\(iteration)"
    let counter =
      String(repeating: " ", count: max("\(total)".count - number.count, 0)) + "\(number)/\(total)"
    // Where there is no room for it, the label goes before any figure does.
    let title = room >= 48 ? "return " : ""
    let returns =
      "\(title)\(NumberText.fixed(returnBefore)) → \(NumberText.fixed(returnAfter))"
    // Broken-down episodes make returns worthless: they stand beside them, whatever has to go.
    let broken = divergences.map { [$0] } ?? []
    var parts = [counter, padded(returns, to: 17 + title.count)] + broken
    var used = parts.joined(separator: "  ").count
    guard used <= room else {
      return String(([counter, returns] + broken).joined(separator: "  ").prefix(room))
    }
    // Widest first: the bar and the sparkline take what the figures leave.
    let details = [
      padded("\(left) left", to: 11),
      padded("gain \(NumberText.fixed(returnAfter - returnBefore))", to: 12),
      padded("KL \(kl.map { NumberText.scientific($0) } ?? "-")", to: 10),
      padded("\(NumberText.short(stepsPerSecond)) steps/s", to: 12),
    ]
    let pictures = room >= 60 ? min(max((room - used) / 4, 12), 40) + 10 : 0
    for detail in details where used + 2 + detail.count + pictures <= room {
      parts.append(detail)
      used += 2 + detail.count
    }
    let bar = min(room - used - 4 - 12 - 2, 20)
    if pictures > 0, bar >= 4 {
      let fraction = Double(iteration) / Double(max(total, 1))
      parts[0] = ProgressBar.text(fraction, width: bar) + " " + counter
      used += bar + 3
    }
    let width = min(room - used - 2, 40, total)
    let spark = Sparkline.text(history, width: width)
    if room - used - 2 >= 8, !spark.isEmpty {
      // Its room is there from the start, so that what follows keeps its place.
      let gap = String(repeating: " ", count: max(width - spark.count, 0))
      parts.insert((hasColour ? "\u{1B}[36m\(spark)\u{1B}[0m" : spark) + gap, at: 2)
    }
    return parts.joined(separator: "  ")
  }

  /// `12/320 diverged`; nil where no episode did.
  var divergences: String? {
    guard divergedEpisodes > 0 else { return nil }
    return episodes > 0
      ? "\(divergedEpisodes)/\(episodes) diverged" : "\(divergedEpisodes) diverged"
  }

  /// The line of an iteration in a log.
  func logLine(total: Int, left: String) -> String {
    [
      "iteration \(iteration)/\(total)",
      "return \(NumberText.fixed(returnBefore)) → \(NumberText.fixed(returnAfter))",
      divergences,
      "gain \(NumberText.fixed(returnAfter - returnBefore))",
      "KL \(kl.map { NumberText.scientific($0) } ?? "-")", outcome,
      "\(NumberText.short(stepsPerSecond)) steps/s", "\(left) left",
    ].compactMap(\.self).joined(separator: "  ")
  }

  private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}
