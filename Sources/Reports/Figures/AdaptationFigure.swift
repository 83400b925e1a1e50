import Drawing
import Experiments
import Files
import MetaLearning
import Statistics

/// Adaptation curves: the return after 0, 1, … steps, each policy with its interval.
public enum AdaptationFigure {
  private struct Series {
    let label: String
    let points: [(mean: Double, interval: Interval?)]
    let isReference: Bool
  }

  /// The figure.
  ///
  /// Several runs of a policy are one curve. A policy that does not adapt is a level
  /// line.
  ///
  /// - Parameter set: policies on the same tasks.
  /// - Returns: the figure.
  public static func figure(_ set: EvaluationSet) -> Figure {
    let series = series(set)
    let last = max(series.map(\.points.count).max() ?? 1, 2) - 1
    let spread = 0.03 * Double(last)
    var blocks: [String] = []
    var plots: [String] = []
    var titles: [String] = []
    var shown = 0
    for (index, one) in series.enumerated() {
      let color = one.isReference ? PlotStyle.reference : PlotStyle.pick(PlotStyle.series, shown)
      let mark = one.isReference ? 4 : PlotStyle.pick(PlotStyle.marks, shown)
      if !one.isReference { shown += 1 }
      // Side by side, so that intervals do not cover each other.
      let shift = spread * (Double(index) - Double(series.count - 1) / 2)
      let places = one.points.count == 1 ? Array(0...last) : Array(one.points.indices)
      let rows: [[Double?]] = places.map { step in
        let point = one.points[min(step, one.points.count - 1)]
        return [
          Double(step) + shift, point.mean, point.interval?.lower ?? point.mean,
          point.interval?.upper ?? point.mean,
        ]
      }
      blocks.append(PlotText.block("policy\(index)", rows))
      let title = one.label + (one.points.count == 1 ? " (does not adapt)" : "")
      titles.append(String(title.suffix(60)))
      plots.append(
        "$policy\(index) using 1:2:3:4 with yerrorlines lw 2 pt \(mark) ps 0.8 "
          + "dt \(one.isReference ? "'-'" : "1") lc rgb '\(color)' title "
          + PlotText.quoted(title, limit: 60))
    }
    let interval =
      set.groups.contains { $0.runs != nil }
      ? "95 % interval over tasks, of several runs over runs and tasks"
      : "95 % Student t interval over tasks"
    let lines = [
      "\(FigureText.family(set)): return by adaptation steps", FigureText.tasks(set),
      "bars: \(interval)",
    ]
    let commands = """
      set title \(PlotText.title(lines))
      set xlabel 'adaptation steps'
      set ylabel 'mean undiscounted return'
      set xrange [\(-spread * Double(series.count) - 0.08):\(Double(last) + 0.08 + spread * Double(series.count))]
      set xtics 0,\(max(1, last / 10))
      \(blocks.joined(separator: "\n"))
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return Figure(
      name: "adaptation",
      caption: "Mean return after each adaptation step, with 95 % intervals.",
      description: description(series, set), title: lines, key: titles, commands: commands)
  }

  private static func series(_ set: EvaluationSet) -> [Series] {
    zip(set.groups, FigureText.groupNames(set)).map { group, name in
      Series(
        label: name,
        points: (0...group.stepCount).map { step in
          let figure = group.returns(step: step)
          return (figure.mean, figure.interval)
        },
        isReference: group.policyKind == .random)
    }
  }

  private static func description(_ series: [Series], _ set: EvaluationSet) -> String {
    let sentences = series.map { one in
      let figures = one.points.enumerated().map {
        "\($0.offset): \(FigureText.figure($0.element.mean, $0.element.interval))"
      }
      return "\(one.label), mean return by steps: \(figures.joined(separator: "; "))."
    }
    return "Adaptation curves on \(FigureText.family(set)), \(FigureText.tasks(set)). "
      + sentences.joined(separator: " ")
  }
}

extension FigureText {
  /// The names of the policies of an evaluation in pictures: single runs by as much of their path
  /// as distinguishes them, groups as everywhere, and `untrained`.
  static func groupNames(_ set: EvaluationSet) -> [String] {
    let trained = set.groups.filter { $0.policyKind != .random }
    var labels = GroupName.labels(trained.map { $0.reports.map(\.policy) })[...]
    return set.groups.map { group in
      if group.policyKind == .random {
        return group.runs.map { "untrained, \($0.runCount) seeds" } ?? "untrained"
      }
      let label = labels.popFirst() ?? group.name
      return group.runs == nil ? label : group.name
    }
  }

  /// `NAME` or `NAME@PRESET` of what was evaluated.
  static func family(_ set: EvaluationSet) -> String {
    let first = set.reports[0]
    return first.preset.map { "\(first.family)@\($0)" } ?? first.family
  }

  /// Split, tasks, episodes and seed of an evaluation.
  static func tasks(_ set: EvaluationSet) -> String {
    tasks(set.reports[0].request)
  }

  /// Split, tasks, episodes and seed of a request.
  static func tasks(_ request: EvaluationRequest) -> String {
    "split \(request.source), \(request.tasks) tasks, "
      + "\(request.rolloutsPerTask) episodes a task and step, seed \(request.seed)"
  }
}
