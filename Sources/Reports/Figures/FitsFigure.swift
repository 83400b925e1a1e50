import Drawing
import Experiments
import Files
import Foundation

/// Curves on a grid of tasks: what is to be fitted, the examples, and the fits by steps.
public enum FitsFigure {
  /// Tasks in a row of the grid.
  private static let columns = 2
  /// Sides of a panel, and the room above it for its title.
  private static let (width, height, lift) = (1.6, 1.0, 0.2)

  /// The figure.
  ///
  /// Every panel has its own scale; the range of y is in its title.
  ///
  /// - Parameters:
  ///   - fits: one a task; six fill the grid.
  ///   - set: the evaluation that they belong to.
  /// - Returns: nil where no number is finite.
  public static func figure(_ fits: [TaskFits], of set: EvaluationSet) -> Figure? {
    let shown = fits.filter { task in
      !task.truth.isEmpty
        && (task.truth + task.fits.flatMap(\.points)).allSatisfy { $0.x.isFinite && $0.y.isFinite }
    }
    guard let first = shown.first else { return nil }
    let rows = (shown.count + columns - 1) / columns
    let pitch = (x: width * 1.06, y: height + lift + 0.06)
    var objects: [String] = []
    var (truth, support): ([[Double?]], [[Double?]]) = ([], [])
    var curves = first.fits.map { _ in [[Double?]]() }
    for (index, task) in shown.enumerated() {
      let corner = SIMD2(
        Double(index % columns) * pitch.x, Double(rows - 1 - index / columns) * pitch.y)
      let xs = task.truth.map(\.x)
      let all = task.truth + task.support
      let (low, high) = (xs.min() ?? 0, xs.max() ?? 1)
      // A fit that leaves the data far behind is cut off at the panel's edge.
      let limit = max(all.map { abs($0.y) }.max() ?? 1, 1e-9) * 1.25
      func place(_ point: SIMD2<Double>) -> [Double?] {
        let x = (point.x - low) / max(high - low, 1e-12)
        let y = (min(max(point.y / limit, -1), 1) + 1) / 2
        return [corner.x + x * width, corner.y + y * height]
      }
      objects.append(
        "set object \(index + 1) rect from \(corner.x),\(corner.y) to \(corner.x + width),"
          + "\(corner.y + height) fs empty border lc rgb '#909090' lw 0.8 behind")
      let errors = task.fits.map { FigureText.significant($0.meanSquaredError) }
      let text =
        "\(index + 1): \(errors.joined(separator: " → ")) (±\(FigureText.significant(limit)))"
      objects.append(
        "set label \(index + 1) \(PlotText.quoted(text)) at \(corner.x + width / 2),"
          + "\(corner.y + height + lift * 0.45) center")
      truth += task.truth.map(place) + [[]]
      support += task.support.filter { $0.x >= low && $0.x <= high }.map(place)
      for (place_, fit) in task.fits.enumerated() where place_ < curves.count {
        curves[place_] += fit.points.map(place) + [[]]
      }
    }
    let names = first.fits.map {
      $0.steps == 0 ? "before" : "after \(FigureText.steps($0.steps))"
    }
    let styles = first.fits.indices.map { index in
      index == 0
        ? "lw 1.6 dt '-' lc rgb '\(PlotStyle.before)'"
        : index == first.fits.count - 1
          ? "lw 2.4 lc rgb '\(PlotStyle.after)'" : "lw 1.4 lc rgb '\(PlotStyle.series[4])'"
    }
    var blocks = [PlotText.block("truth", truth), PlotText.block("support", support)]
    var plots = ["$truth with lines lw 2 lc rgb '\(PlotStyle.reference)' title 'true'"]
    for index in names.indices {
      blocks.append(PlotText.block("fit\(index)", curves[index]))
      plots.append("$fit\(index) with lines \(styles[index]) title '\(names[index])'")
    }
    plots.append("$support with points pt 7 ps 0.7 lc rgb 'black' title 'support'")
    let lines = [
      "\(FigureText.family(set)): fits before and after adaptation",
      "\(shown.count) of: " + FigureText.tasks(set),
      "\(FigureText.shortNames([set.reports[0].policy])[0]); mean squared errors above",
    ]
    let commands = """
      set title \(PlotText.title(lines))
      unset border
      unset tics
      unset grid
      set lmargin 1
      set rmargin 1
      set bmargin 6
      set xrange [0:\(Double(min(columns, shown.count)) * pitch.x)]
      set yrange [0:\(Double(rows) * pitch.y)]
      \(objects.joined(separator: "\n"))
      \(blocks.joined(separator: "\n"))
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return Figure(
      name: "fits",
      caption:
        "The curve of each task, the support points that it is fitted from, and the fits by number "
        + "of steps; a fit beyond a panel is cut off at its edge.",
      description: shown.enumerated().map { index, task in
        "Task \(index + 1) (\(task.task.shortText)): mean squared error "
          + task.fits.map { "\(FigureText.significant($0.meanSquaredError)) after \($0.steps)" }
          .joined(separator: ", ") + " steps."
      }.joined(separator: " "),
      width: 660, height: 240 + 170 * rows, key: ["true"] + names + ["support"],
      commands: commands)
  }
}
