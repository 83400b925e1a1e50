import Drawing
import Experiments
import Files
import Foundation
import MetaLearning
import Statistics

/// Learning curves: return before and after adaptation against meta-iterations.
public enum LearningFigure {
  /// Points of a curve at most: as many as can be told apart; of longer trainings they are
  /// means of a few iterations.
  private static let mostPoints = 125
  /// Share of a curve's points, its worst ones, that may lie outside of the picture: the first
  /// iterations of a training would otherwise press all others together.
  private static let shareOutside = 0.02
  /// Share of the height that leaving them out must free.
  private static let leastGain = 0.3

  /// The figure.
  ///
  /// Runs that differ in the seed alone are one curve, their mean, with a band of their spread.
  ///
  /// - Parameters:
  ///   - histories: of runs of one family, at least one.
  ///   - family: its name with the preset.
  ///   - style: axis and band.
  /// - Returns: nil when no run has metrics.
  public static func figure(
    _ histories: [LearningHistory], family: String, style: LearningStyle = LearningStyle()
  ) -> Figure? {
    let groups = LearningHistory.groups(histories.filter { !$0.rows.isEmpty })
    guard !groups.isEmpty else { return nil }
    var blocks: [String] = []
    var layers: [(band: String?, line: String)] = []
    var titles: [String] = []
    let labels = groups.count > 1 ? GroupName.labels(groups.map { $0.map(\.run) }) : [""]
    let scale = style.scale(histories)
    let place = scale.unit == 1 ? "1" : "($1/\(scale.unit))"
    for (index, group) in groups.enumerated() {
      for (key, words) in [("return_before", "before"), ("return_after", "after")] {
        let isAfter = key == "return_after"
        let steps = group[0].configuration.learner.inTraining.adaptation.steps
        if isAfter && steps == 0 { continue }
        let color =
          groups.count > 1
          ? PlotStyle.pick(PlotStyle.series, index)
          : isAfter ? PlotStyle.after : PlotStyle.before
        let name = "\(words)\(index)"
        let rows = rows(group, key, style)
        blocks.append(PlotText.block(name, rows))
        // Marks tell policies apart without their colours; eight a curve.
        let mark =
          "pt \(PlotStyle.pick(PlotStyle.marks, index)) ps 0.9 pi \(max(1, rows.count / 8))"
        let style = groups.count > 1 ? "linespoints \(mark)" : "lines"
        let state =
          steps == 0
          ? "without adaptation"
          : isAfter ? "after \(FigureText.steps(steps))" : "before adaptation"
        let title = [labels[index], state].filter { !$0.isEmpty }.joined(separator: ", ")
        titles.append(String(title.suffix(110)))
        layers.append(
          (
            band: group.count > 1
              ? "$\(name) using \(place):3:4 with filledcurves fc rgb '\(color)' "
                + "fs transparent solid 0.2 noborder notitle" : nil,
            line: "$\(name) using \(place):2 with \(style) lw \(isAfter ? 2.5 : 1.8) "
              + "dt \(isAfter || steps == 0 ? "1" : "'-'") lc rgb '\(color)' "
              + "title \(PlotText.quoted(title))"
          ))
      }
    }
    let plots = layers.compactMap(\.band) + layers.map(\.line)
    let sizes = Set(groups.map { $0[0].configuration.learner.sampling.metaBatchSize }).sorted()
    let bands = groups.contains { $0.count > 1 }
    let seeds = histories.map { "\($0.configuration.seed)" }
    var lines = [
      "\(family): return while learning",
      "training tasks, \(sizes.map(String.init).joined(separator: " or ")) an iteration, "
        + Self.seeds(seeds),
    ]
    let averaged = groups.map { pieceSize(iterations($0.map { $0.column("return_before") })) }.max()
    if let averaged, averaged > 1 { lines.append("means of \(averaged) iterations") }
    if bands { lines.append("band: \(style.spread.words)") }
    let lower = lowerEnd(groups, style)
    if let lower, let note = outside(groups, style, below: lower) { lines.append(note) }
    let commands = """
      set title \(PlotText.title(lines))
      set xlabel '\(style.axis.label)\(scale.words)'
      set ylabel 'mean undiscounted return'
      \(lower.map { "set yrange [\(PlotText.number($0)):*]\n" } ?? "")\
      \(blocks.joined(separator: "\n"))
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return Figure(
      name: "learning",
      caption: "Return on training tasks while learning, before adaptation (dashed) and after it.",
      description: description(groups, style, family: family), title: lines, key: titles,
      commands: commands)
  }

  /// `seed 1` or `seeds 1, 2, 3`.
  static func seeds(_ seeds: [String]) -> String {
    var unique: [String] = []
    for seed in seeds where !unique.contains(seed) { unique.append(seed) }
    return (unique.count == 1 ? "seed " : "seeds ") + unique.joined(separator: ", ")
  }

  /// Place, mean, and the ends of the band over the runs that have got there.
  private static func rows(
    _ group: [LearningHistory], _ key: String, _ style: LearningStyle
  ) -> [[Double?]] {
    let columns = group.map { $0.column(key) }
    let steps = style.axis == .environmentSteps ? group.map { $0.environmentSteps() } : []
    let iterations = iterations(columns)
    let size = pieceSize(iterations)
    return stride(from: 0, to: iterations.count, by: size).map { start in
      let piece = iterations[start..<min(start + size, iterations.count)]
      let means = columns.compactMap { column in
        let values = piece.compactMap { column[$0] }
        return values.isEmpty ? nil : mean(of: values)
      }
      let place =
        style.axis == .iterations
        ? mean(of: piece.map(Double.init))
        : mean(of: steps.flatMap { column in piece.compactMap { column[$0] } })
      let band = style.spread.band(means)
      return [place, mean(of: means), band.low, band.high]
    }
  }

  /// The lower end of the vertical axis; nil where every point is shown.
  private static func lowerEnd(
    _ groups: [[LearningHistory]], _ style: LearningStyle
  ) -> Double? {
    let curves = groups.flatMap { group in
      ["return_before", "return_after"].map { key in
        rows(group, key, style).compactMap { $0[1] }.filter(\.isFinite).sorted()
      }
    }.filter { !$0.isEmpty }
    guard let all = curves.map({ $0[0] }).min(),
      let shown = curves.map({ $0[Int(shareOutside * Double($0.count))] }).min(),
      let highest = curves.map({ $0[$0.count - 1] }).max(),
      shown - all > leastGain * (highest - shown)
    else { return nil }
    return shown - 0.05 * abs(shown)
  }

  /// What the picture leaves out, in words: how many points, up to which iteration, how far down.
  private static func outside(
    _ groups: [[LearningHistory]], _ style: LearningStyle, below lower: Double
  ) -> String? {
    let hidden = groups.flatMap { group in
      ["return_before", "return_after"].flatMap { key in
        rows(group, key, style).compactMap { row -> (place: Double, value: Double)? in
          guard let place = row[0], let value = row[1], value < lower else { return nil }
          return (place, value)
        }
      }
    }
    guard let last = hidden.map(\.place).max(), let lowest = hidden.map(\.value).min() else {
      return nil
    }
    return "below the picture: \(hidden.count) point\(hidden.count == 1 ? "" : "s") up to "
      + "\(style.axis.unit) \(Int(last.rounded(.up))), down to \(FigureText.significant(lowest))"
  }

  private static func iterations(_ columns: [[Int: Double]]) -> [Int] {
    Set(columns.flatMap(\.keys)).sorted()
  }

  /// How many iterations a point is the mean of.
  private static func pieceSize(_ iterations: [Int]) -> Int {
    max(1, (iterations.count + mostPoints - 1) / mostPoints)
  }

  private static func description(
    _ groups: [[LearningHistory]], _ style: LearningStyle, family: String
  ) -> String {
    let labels = GroupName.labels(groups.map { $0.map(\.run) })
    let sentences = zip(groups, labels).map { group, label in
      let (before, after) = (
        rows(group, "return_before", style), rows(group, "return_after", style)
      )
      func ends(_ rows: [[Double?]]) -> String {
        guard let start = rows.first?[1], let end = rows.last?[1] else { return "unknown" }
        return "\(FigureText.fixed(start)) to \(FigureText.fixed(end))"
      }
      return "\(label): from the first to the last iteration the return before "
        + "adaptation went from \(ends(before)), after adaptation from \(ends(after))."
    }
    return "Learning curves on \(family). " + sentences.joined(separator: " ")
  }
}
