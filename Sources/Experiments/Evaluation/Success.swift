import Files
import Statistics

/// How often tasks are solved, in families that say what solves them.
extension EvaluationReport {
  /// Share of episodes that solved their task after `step` steps.
  ///
  /// - Parameter step: 0 … K.
  /// - Returns: the mean over tasks with its 95 % Student t interval, cut off at 0 and 1; nil where
  ///   the family does not define success.
  package func success(step: Int) -> (mean: Double, interval: Interval?)? {
    guard step < curve.successRates.count else { return nil }
    let rates = curve.successRates[step]
    return (mean(of: rates), studentInterval(of: rates)?.share)
  }
}

extension PolicyGroup {
  /// As of a report; of several runs over runs and tasks.
  package func success(step: Int) -> (mean: Double, interval: Interval?)? {
    guard runs != nil else { return reports[0].success(step: step) }
    let rates = reports.map(\.curve.successRates)
    guard rates.allSatisfy({ step < $0.count }) else { return nil }
    let runs = rates.map { $0[step] }
    let mean = mean(of: runs.map { Statistics.mean(of: $0) })
    guard runs[0].count > 1 else { return (mean, nil) }
    return (mean, CrossedMean(of: runs, strata: reports[0].strata.repeated).interval().share)
  }
}

extension EvaluationSet {
  /// Whether the family says what solves a task.
  var definesSuccess: Bool { !reports[0].curve.successRates.isEmpty }

  /// Success by steps, a column a policy; nil where the family does not define it.
  var successTable: ReportTable? {
    guard definesSuccess else { return nil }
    var table = ReportTable(
      groups.contains { $0.runs != nil }
        ? "Share of episodes that solve their task [95 % interval, of several runs over runs and "
          + "tasks]"
        : "Share of episodes that solve their task [95 % Student t interval over tasks]",
      ["steps"] + groups.map(\.name))
    for step in 0...(groups.map(\.stepCount).max() ?? 0) {
      table.append(
        ["\(step)"]
          + groups.map { group in
            guard step <= group.stepCount, let rate = group.success(step: step) else { return "-" }
            return FigureText.figure(rate.mean, rate.interval)
          })
    }
    return table
  }
}

extension Interval {
  /// The part that a share can be in.
  fileprivate var share: Interval {
    Interval(lower: min(max(lower, 0), 1), upper: min(max(upper, 0), 1))
  }
}
