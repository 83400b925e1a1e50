import Environments
import Experiments
import Statistics

/// The report of an evaluation as a person reads it.
enum EvaluationText {
  /// A table with one row a gradient step and one column a policy, then the gains.
  ///
  /// - Parameters:
  ///   - reports: one a policy, of one request; at least one.
  ///   - family: the tasks.
  /// - Returns: lines without an end.
  static func text(_ reports: [EvaluationReport], family: DefinedTaskFamily) -> String {
    let first = reports[0]
    let request = first.request
    var lines = [
      "\(family.qualifiedName), \(request.split.rawValue): \(request.tasks) tasks, "
        + "\(request.rolloutsPerTask) episodes a task and step, seed \(request.seed), "
        + "estimator \(first.estimator.rawValue)",
      "Mean undiscounted return [95 % Student t interval over tasks]",
      "",
    ]
    var table = TextTable(["steps", "alpha"] + reports.map(\.policy))
    let points = reports.map(\.curve.points)
    for (step, _) in points[0].enumerated() {
      let rates = Set(
        reports.map { step == 0 ? "-" : "\($0.request.innerLearningRates[step - 1])" })
      table.append(
        ["\(step)", rates.count == 1 ? rates.first ?? "" : "differs"]
          + points.map { figure($0[step].mean, $0[step].interval) })
    }
    lines.append(table.text)
    lines.append("")
    for report in reports where report.curve.returns.count > 1 {
      lines.append(gain(of: report))
    }
    for report in reports where report.curve.divergedEpisodes > 0 {
      lines.append("\(report.policy): \(report.curve.divergedEpisodes) episodes broke down")
    }
    return lines.joined(separator: "\n")
  }

  private static func gain(of report: EvaluationReport) -> String {
    let gains = report.curve.gains()
    let worse = (report.curve.shareWorse ?? 0) * 100
    return "\(report.policy): gain of the first step "
      + "\(figure(mean(of: gains), studentInterval(of: gains))), "
      + "\(NumberText.fixed(worse, decimals: 1)) % of the tasks made worse"
  }

  private static func figure(_ mean: Double, _ interval: Interval?) -> String {
    guard let interval else { return "\(NumberText.fixed(mean)) [1 task: no interval]" }
    return "\(NumberText.fixed(mean)) "
      + "[\(NumberText.fixed(interval.lower)), \(NumberText.fixed(interval.upper))]"
  }
}
