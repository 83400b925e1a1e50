import Drawing
import Experiments
import Files
import MetaLearning
import Statistics

/// Pictures with one mark a task.
public enum TaskFigures {
  /// Returns after adaptation against those before it, task by task.
  ///
  /// - Parameter set: the evaluated policy's runs are averaged; the untrained one is shown too.
  /// - Returns: nil for a policy that does not adapt.
  public static func scatter(_ set: EvaluationSet) -> Figure? {
    guard let own = outcome(set.groups[0]) else { return nil }
    let untrained = set.groups.dropFirst().first { $0.policyKind == .random }.flatMap(outcome)
    var blocks = [PlotText.block("own", zip(own.before, own.after).map { [$0, $1] })]
    var plots = ["x with lines lw 1 dt '-' lc rgb '#404040' title 'no change'"]
    if let untrained {
      blocks.append(
        PlotText.block("untrained", zip(untrained.before, untrained.after).map { [$0, $1] }))
      plots.append(
        "$untrained with points pt 4 ps 0.9 lw 1.2 lc rgb '\(PlotStyle.reference)' "
          + "title 'untrained'")
    }
    let label = FigureText.groupNames(set)[0]
    plots.append(
      "$own with points pt 7 ps 0.9 lc rgb '\(PlotStyle.after)' title "
        + PlotText.quoted(label, limit: 40))
    let all = own.before + own.after + (untrained.map { $0.before + $0.after } ?? [])
    let worse = zip(own.before, own.after).count { $1 < $0 }
    let steps = FigureText.steps(own.steps)
    let lines = [
      "\(FigureText.family(set)): every task before and after \(steps)", FigureText.tasks(set),
    ]
    let commands = """
      set title \(PlotText.title(lines))
      set xlabel 'return before adaptation'
      set ylabel 'return after \(steps)'
      set size ratio -1
      \(square(all))
      \(blocks.joined(separator: "\n"))
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return Figure(
      name: "tasks",
      caption: "Every mark is a task; above the dashed line it became better by adapting.",
      description: "Return of each of \(own.before.count) tasks before adaptation and after "
        + "\(steps): \(own.before.count - worse) tasks did not become worse, \(worse) did.",
      width: 660, height: 660, title: lines,
      key: ["no change", "untrained", String(label.suffix(40))], commands: commands)
  }

  /// Tasks that show the range: those with the least, the middle and the greatest value of the
  /// first number that varies.
  ///
  /// - Parameters: as `parameters`'.
  /// - Returns: up to three indices.
  public static func typical(
    _ tasks: [TaskParameters], units: [(name: String, unit: String)]
  ) -> [Int] {
    TaskAxis.typical(TaskAxis.axes(tasks, units: units), count: tasks.count)
  }

  /// Returns before and after adaptation against the numbers of the tasks.
  ///
  /// - Parameters:
  ///   - set: what was evaluated.
  ///   - tasks: its tasks.
  ///   - units: the unit of each parameter by its name.
  /// - Returns: one a number that varies; none for a policy that does not adapt.
  public static func parameters(
    _ set: EvaluationSet, tasks: [TaskParameters], units: [(name: String, unit: String)]
  ) -> [Figure] {
    guard let own = outcome(set.groups[0]) else { return [] }
    precondition(
      tasks.count == own.before.count, "\(tasks.count) tasks, \(own.before.count) results")
    return TaskAxis.axes(tasks, units: units).map { axis in
      parameter(axis, set, before: own.before, after: own.after, steps: own.steps)
    }
  }

  private static func parameter(
    _ axis: TaskAxis, _ set: EvaluationSet, before: [Double], after: [Double], steps: Int
  ) -> Figure {
    let steps = FigureText.steps(steps)
    let rows: [[Double?]] = zip(axis.places(order: before), zip(before, after))
      .sorted { $0.0 < $1.0 }.map { [$0.0, $0.1.0, $0.1.1] }
    let lines = ["\(FigureText.family(set)): return by \(axis.words)", FigureText.tasks(set)]
    let tics = (axis.levels ?? []).map { "'\(FigureText.significant($0))' \($0)" }
    let commands = """
      set title \(PlotText.title(lines))
      set xlabel \(PlotText.quoted(axis.label))
      set ylabel 'mean undiscounted return'
      \(tics.isEmpty ? "" : "set xtics (\(tics.joined(separator: ", ")))")
      \(axis.unit == "°" ? "set xrange [-189:189]\nset xtics -180,60" : "")
      set offsets graph 0.03, graph 0.03, graph 0.05, graph 0.05
      \(PlotText.block("tasks", rows))
      plot $tasks using 1:2:(0):($3-$2) with vectors nohead lw 1 lc rgb '#b0b0b0' notitle, \\
        $tasks using 1:2 with points pt 5 ps 0.8 lc rgb '\(PlotStyle.before)' title 'before adaptation', \\
        $tasks using 1:3 with points pt 7 ps 0.9 lc rgb '\(PlotStyle.after)' title 'after \(steps)'
      """
    return Figure(
      name: "parameter-" + PlotText.fileName(axis.name),
      caption: "Every pair of marks is a task: a square before adaptation, a disc after it.",
      description: "Return of each of \(before.count) tasks before adaptation and after \(steps) "
        + "against the task's \(axis.words).",
      title: lines, key: ["before adaptation", "after \(steps)"], commands: commands)
  }

  /// Returns of every task before and after all steps, averaged over runs; nil without steps.
  private static func outcome(
    _ group: PolicyGroup
  ) -> (before: [Double], after: [Double], steps: Int)? {
    let steps = group.stepCount
    guard steps > 0 else { return nil }
    func average(_ step: Int) -> [Double] {
      group.reports[0].curve.returns[step].indices.map { task in
        mean(of: group.reports.map { $0.curve.returns[step][task] })
      }
    }
    return (average(0), average(steps), steps)
  }

  /// Equal ranges of both axes around all finite values.
  private static func square(_ values: [Double]) -> String {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return "" }
    let margin = max(0.05 * (high - low), 1e-6)
    let range = "[\(low - margin):\(high + margin)]"
    return "set xrange \(range)\nset yrange \(range)"
  }
}
