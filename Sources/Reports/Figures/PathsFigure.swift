import Drawing
import Experiments
import Files
import Foundation

/// The paths on a grid of tasks, before and after adaptation, with the goals.
public enum PathsFigure {
  /// Tasks in a row of the grid.
  private static let columns = 3

  /// The figure.
  ///
  /// All panels have one scale; its size is in the title.
  ///
  /// - Parameters:
  ///   - paths: one a task; nine fill the grid.
  ///   - set: the evaluation that they belong to.
  ///   - steps: adaptation steps after which the later paths were taken.
  /// - Returns: nil where nothing moved or no number is finite.
  public static func figure(_ paths: [TaskPaths], of set: EvaluationSet, steps: Int) -> Figure? {
    figure(
      paths, family: FigureText.family(set), tasks: FigureText.tasks(set),
      policy: set.reports[0].policy, steps: steps)
  }

  /// The figure, with its titles in words: family, where the tasks are from, and the policy.
  static func figure(
    _ paths: [TaskPaths], family: String, tasks: String, policy: String, steps: Int
  ) -> Figure? {
    let all = paths.flatMap { [$0.before, $0.after] }
    let points = all.flatMap { $0.sampled + $0.mean } + paths.compactMap(\.goal)
    let finite = points.filter { $0.x.isFinite && $0.y.isFinite }
    guard let any = finite.first else { return nil }
    var (low, high) = (any, any)
    for point in finite {
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    let size = max((high - low).max() * 1.08, 1e-6)
    let center = (low + high) / 2
    let (pitch, lift) = (size * 1.08, size * 0.16)
    let rows = (paths.count + columns - 1) / columns

    var objects: [String] = []
    var (before, after) = (Lines(), Lines())
    var goals: [[Double?]] = []
    for (index, one) in paths.enumerated() {
      let corner = SIMD2(
        Double(index % columns) * pitch, Double(rows - 1 - index / columns) * (pitch + lift))
      let shift = corner + SIMD2(repeating: size / 2) - center
      objects.append(
        "set object \(index + 1) rect from \(corner.x),\(corner.y) to \(corner.x + size),"
          + "\(corner.y + size) fs empty border lc rgb '#909090' lw 0.8 behind")
      let text =
        "\(index + 1): \(FigureText.fixed(one.returnBefore, decimals: 1)) to "
        + FigureText.fixed(one.returnAfter, decimals: 1)
      objects.append(
        "set label \(index + 1) \(PlotText.quoted(text)) at \(corner.x + size / 2),"
          + "\(corner.y + size + lift * 0.42) center")
      before.add(one.before, shift)
      after.add(one.after, shift)
      if let goal = one.goal { goals.append([goal.x + shift.x, goal.y + shift.y]) }
    }
    let lines = [
      "\(family): paths before and after \(FigureText.steps(steps))",
      "\(paths.count) of: " + tasks,
      "\(FigureText.shortNames([policy])[0]); boxes \(FigureText.significant(size)) m wide, mean returns above",
    ]
    let (first, last) = ("before", "after \(FigureText.steps(steps))")
    var blocks = [
      PlotText.block("before", before.sampled), PlotText.block("after", after.sampled),
      PlotText.block("meanBefore", before.mean), PlotText.block("meanAfter", after.mean),
    ]
    var plots = [
      line("before", PlotStyle.before, isMean: false, first),
      line("meanBefore", PlotStyle.before, isMean: true, first),
      line("after", PlotStyle.after, isMean: false, last),
      line("meanAfter", PlotStyle.after, isMean: true, last),
    ]
    if !goals.isEmpty {
      blocks.append(PlotText.block("goals", goals))
      plots.append("$goals with points pt 3 ps 1.4 lw 1.6 lc rgb 'black' title 'goal'")
    }
    let commands = """
      set title \(PlotText.title(lines))
      unset border
      unset tics
      unset grid
      set lmargin 1
      set rmargin 1
      set bmargin 6
      set size ratio -1
      set xrange [0:\(Double(min(columns, paths.count)) * pitch)]
      set yrange [0:\(Double(rows) * (pitch + lift))]
      \(objects.joined(separator: "\n"))
      \(blocks.joined(separator: "\n"))
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return Figure(
      name: "paths",
      caption:
        "One episode with sampled actions (thin) and the way of the mean actions (thick), before "
        + "adaptation and after it, on each task; the star is the goal.",
      description: description(paths, steps: steps), width: 660, height: 800,
      title: lines,
      key: [first, last].flatMap { [title($0, isMean: false), title($0, isMean: true)] } + ["goal"],
      commands: commands)
  }

  /// The rows of both sorts of path of one policy on all tasks.
  private struct Lines {
    var (sampled, mean): ([[Double?]], [[Double?]]) = ([], [])

    mutating func add(_ paths: TaskPaths.Paths, _ shift: SIMD2<Double>) {
      sampled += rowsOf(paths.sampled, shift)
      mean += rowsOf(paths.mean, shift)
    }
  }

  private static func title(_ when: String, isMean: Bool) -> String {
    "\(when): \(isMean ? "mean" : "sampled")"
  }

  /// How a sort of path is drawn.
  private static func line(
    _ block: String, _ colour: String, isMean: Bool, _ when: String
  ) -> String {
    // Sampled paths are pale (two digits of transparency) and thin.
    let style =
      isMean
      ? "lw 2.4 dt \(colour == PlotStyle.before ? "'-'" : "1") lc rgb '\(colour)'"
      : "lw 0.7 lc rgb '#80\(colour.dropFirst())'"
    return "$\(block) with lines \(style) title '\(title(when, isMean: isMean))'"
  }

  /// Points of a path, with an empty row behind it that lifts the pen.
  private static func rowsOf(_ path: TaskPaths.Path, _ shift: SIMD2<Double>) -> [[Double?]] {
    path.map { point in [point.x + shift.x, point.y + shift.y] } + [[]]
  }

  private static func description(_ paths: [TaskPaths], steps: Int) -> String {
    let tasks = paths.enumerated().map { index, one in
      "Task \(index + 1) (\(one.task.shortText)): return \(FigureText.fixed(one.returnBefore)) "
        + "before and \(FigureText.fixed(one.returnAfter)) after adaptation."
    }
    return "Paths of the policy on \(paths.count) tasks, before adaptation and after "
      + "\(FigureText.steps(steps)). " + tasks.joined(separator: " ")
  }
}
