import Drawing
import Experiments
import Files
import Foundation

/// Response curves: the return against what a sweep has varied.
public enum SweepFigure {
  /// Something that a sweep varies.
  private struct Axis {
    let name: String
    /// In a title.
    let words: String
    /// At the axis, with the unit.
    let label: String
    let isLogarithmic: Bool
    /// What a value of it is called in a key or a title.
    let called: (Double) -> String
    let value: (SweepTable.Row) -> Double

    /// The different values, in order.
    func values(_ rows: [SweepTable.Row]) -> [Double] { Set(rows.map(value)).sorted() }
  }

  /// The figures of a table.
  ///
  /// The number of the task runs along the axis where there is one, otherwise what has most values
  /// of learning rate, episodes and steps. What else varies has a curve for each of its values,
  /// first the steps; a third and fourth have a figure for each.
  ///
  /// - Parameter table: at least one row.
  /// - Returns: at least one figure; `response`, or `response-1`, `response-2`, ….
  public static func figures(_ table: SweepTable) -> [Figure] {
    let axes = axes(table)
    let varied = axes.filter { $0.values(table.rows).count > 1 }
    let along =
      varied.first { $0.name == "task" }
      ?? varied.max { $0.values(table.rows).count < $1.values(table.rows).count }
      ?? axes[axes.count - 1]
    var others = varied.filter { $0.name != along.name }
    // Steps are what is compared first, and tell before from after.
    others.sort { $0.name == "step" && $1.name != "step" }
    let pages = pages(of: table.rows, by: Array(others.dropFirst()))
    return pages.enumerated().map { index, rows in
      figure(
        table, rows, along: along, curves: others.first,
        fixed: axes.filter { axis in
          axis.name != along.name && axis.name != others.first?.name && axis.name != "task"
        },
        name: pages.count == 1 ? "response" : "response-\(index + 1)")
    }
  }

  private static func axes(_ table: SweepTable) -> [Axis] {
    var axes: [Axis] = []
    if let label = table.taskLabel {
      let unit = table.unit.isEmpty ? "" : " / \(table.unit)"
      axes.append(
        Axis(
          name: "task", words: label, label: label + unit, isLogarithmic: false,
          called: { "\(label) \(FigureText.significant($0))" }, value: { $0.taskValue ?? .nan }))
    }
    func spansDecades(_ value: (SweepTable.Row) -> Double) -> Bool {
      let values = table.rows.map(value)
      guard let low = values.min(), let high = values.max() else { return false }
      return low > 0 && high >= 8 * low
    }
    let (rate, episodes): ((SweepTable.Row) -> Double, (SweepTable.Row) -> Double) = (
      { $0.innerLearningRate }, { Double($0.rolloutsPerTask) }
    )
    return axes + [
      Axis(
        name: "rate", words: "inner learning rate",
        label: "inner learning rate of the first step",
        isLogarithmic: spansDecades(rate),
        called: { "learning rate \(FigureText.significant($0))" }, value: rate),
      Axis(
        name: "episodes", words: "episodes", label: "episodes a task and step",
        isLogarithmic: spansDecades(episodes),
        called: { "\(Int($0)) episodes a task and step" }, value: episodes),
      Axis(
        name: "step", words: "adaptation steps", label: "adaptation steps", isLogarithmic: false,
        called: { $0 == 0 ? "before adaptation" : "after \(FigureText.steps(Int($0)))" },
        value: { Double($0.step) }),
    ]
  }

  /// The rows sorted by every combination of the axes.
  private static func pages(of rows: [SweepTable.Row], by axes: [Axis]) -> [[SweepTable.Row]] {
    guard let axis = axes.first else { return [rows] }
    return axis.values(rows).flatMap { value in
      pages(of: rows.filter { axis.value($0) == value }, by: Array(axes.dropFirst()))
    }
  }

  private static func figure(
    _ table: SweepTable, _ rows: [SweepTable.Row], along: Axis, curves: Axis?, fixed: [Axis],
    name: String
  ) -> Figure {
    var blocks: [String] = []
    var (bands, lines): ([String], [String]) = ([], [])
    var (sentences, titles): ([String], [String]) = ([], [])
    var shown = 0
    for (index, value) in (curves?.values(rows) ?? [0]).enumerated() {
      let curve = rows.filter { row in curves.map { $0.value(row) == value } ?? true }
        .sorted { along.value($0) < along.value($1) }
      let isBefore = curves?.name == "step" && value == 0
      let others = PlotStyle.series.filter { $0 != PlotStyle.before }
      let color = isBefore ? PlotStyle.before : PlotStyle.pick(others, shown)
      let mark = isBefore ? 4 : PlotStyle.pick(PlotStyle.marks, shown)
      if !isBefore { shown += 1 }
      let block = "curve\(index)"
      blocks.append(
        PlotText.block(
          block, curve.map { [along.value($0), $0.mean, $0.interval?.lower, $0.interval?.upper] }))
      bands.append(
        "$\(block) using 1:3:4 with filledcurves fc rgb '\(color)' "
          + "fs transparent solid 0.15 noborder notitle")
      let title = curves?.called(value) ?? "mean return"
      titles.append(String(title.suffix(40)))
      lines.append(
        "$\(block) using 1:2 with linespoints lw 1.8 dt \(isBefore ? "'-'" : "1") "
          + "pt \(mark) ps 0.8 lc rgb '\(color)' "
          + "title \(PlotText.quoted(title, limit: 40))")
      let figures = curve.map {
        "\(FigureText.significant(along.value($0))): \(FigureText.fixed($0.mean))"
      }
      sentences.append("\(title): \(figures.joined(separator: ", ")).")
    }
    func constant(_ name: String) -> String? {
      fixed.first { $0.name == name }.flatMap { axis in axis.values(rows).first.map(axis.called) }
    }
    let tasks = [
      "split \(table.split)", "\(table.tasks) tasks", constant("episodes"), "seed \(table.seed)",
    ]
    let policy = [
      FigureText.shortNames([table.policy])[0], constant("rate"), constant("step"),
    ]
    let title = [
      "\(table.family): return by \(along.words)",
      tasks.compactMap { $0 }.joined(separator: ", "),
      policy.compactMap { $0 }.joined(separator: ", "),
      "bands: 95 % Student t interval over tasks",
    ]
    let values = along.values(rows)
    let tics = values.map { "'\(FigureText.significant($0))' \($0)" }.joined(separator: ", ")
    let commands = """
      set title \(PlotText.title(title))
      set xlabel \(PlotText.quoted(along.label))
      set ylabel 'mean undiscounted return'
      \(along.isLogarithmic ? "set logscale x" : "")
      \(values.count <= 8 ? "set xtics (\(tics))" : "")
      set offsets graph 0.03, graph 0.03, graph 0.05, graph 0.05
      \(blocks.joined(separator: "\n"))
      plot \((bands + lines).joined(separator: ", \\\n  "))
      """
    return Figure(
      name: name,
      caption: "Mean return by \(along.label), with 95 % intervals.",
      description: "Response curves on \(table.family) by \(along.label). "
        + sentences.joined(separator: " "), title: title, key: titles, commands: commands)
  }
}
