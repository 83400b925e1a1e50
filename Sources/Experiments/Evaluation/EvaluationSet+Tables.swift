import Files
import MetaLearning

extension EvaluationSet {
  /// What was evaluated, on what: one line.
  public var headline: String {
    let first = reports[0]
    let name = first.preset.map { "\(first.family)@\($0)" } ?? first.family
    let request = first.request
    if let examples = first.examples {
      let each: String =
        if case .label(let classes) = examples { " of each of \(classes) classes" } else { "" }
      return "\(name), \(request.source): \(request.tasks) tasks, "
        + (request.shots.map { "\($0) shots, " } ?? "")
        + "\(request.rolloutsPerTask) query examples\(each), seed \(request.seed), "
        + "tasks \(first.shortTaskDigest)"
        + (first.batchNorm.map { ", batch norm \($0)" } ?? "")
    }
    return "\(name), \(request.source): \(request.tasks) tasks, "
      + "\(request.rolloutsPerTask) episodes a task and step, seed \(request.seed), "
      + "tasks \(first.shortTaskDigest), "
      + "estimator \(first.estimator.rawValue)"
  }

  /// Everything as tables, the shortest answer first.
  public var tables: [ReportTable] {
    var tables = [returnTable] + [successTable].compactMap(\.self) + runsTables + [detailTable]
    if let gainTable { tables.append(gainTable) }
    tables += comparisonTables
    let digest = reports[0].shortTaskDigest
    return tables.map { $0.titled("\($0.title), tasks \(digest)") }
  }

  /// The report as Markdown.
  public var markdown: String {
    let blocks =
      ["# Evaluation", MarkdownText.plain(headline)] + tables.map(\.markdown)
      + (notes.isEmpty ? [] : [notes.map { "- \(MarkdownText.plain($0))" }.joined(separator: "\n")])
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// The tables for LaTeX papers that load `booktabs`, what was evaluated as a comment above them.
  public var latex: String {
    (["% " + headline.map { $0.isNewline ? " " : "\($0)" }.joined() + "\n"] + tables.map(\.latex))
      .joined(separator: "\n")
  }

  private var returnTable: ReportTable {
    let several = groups.contains { $0.runs != nil }
    var table = ReportTable(
      several
        ? "\(reports[0].scoreName) [95 % interval over tasks, of several runs over runs and tasks]"
        : "\(reports[0].scoreName) [95 % Student t interval over tasks]",
      ["steps", "alpha"] + groups.map(\.name))
    for step in 0...(groups.map(\.stepCount).max() ?? 0) {
      let rates = Set(
        groups.filter { $0.stepCount >= step }.map {
          step == 0 ? "-" : "\($0.reports[0].request.innerLearningRates[step - 1])"
        })
      table.append(
        ["\(step)", rates.count == 1 ? rates.first ?? "" : "differs"]
          + groups.map { group in
            guard step <= group.stepCount else { return "-" }
            let figure = group.returns(step: step)
            return FigureText.figure(figure.mean, figure.interval)
          })
    }
    return table
  }

  private var runsTables: [ReportTable] {
    groups.compactMap { group in
      guard let runs = group.runs else { return nil }
      var table = ReportTable(
        "\(group.name): \(runs.runCount) runs together [95 % interval over runs and tasks]",
        ["steps", "mean return", "interquartile mean", "gain", "p of the gain", "mean of each run"])
      for (step, point) in runs.returns.enumerated() {
        let gain = step > 0 ? runs.gains[step - 1] : nil
        table.append([
          "\(step)", FigureText.figure(point.mean, point.interval),
          FigureText.figure(point.interquartileMean, point.interquartileInterval),
          gain.map { FigureText.figure($0.mean, $0.interval) } ?? "-",
          FigureText.pValue(gain?.pValue),
          point.perRun.map { FigureText.fixed($0) }.joined(separator: ", "),
        ])
      }
      return table
    }
  }

  private var detailTable: ReportTable {
    var header = ["policy", "steps", "mean [bootstrap 95 %]", "interquartile mean [95 %]"]
    header.append("worst tenth")
    if scale != nil { header.append("score, random 0 to oracle 1") }
    var table = ReportTable(
      "\(reports[0].examples == nil ? "Returns" : "Scores"), tasks resampled 10,000 times"
        + (reports[0].strata.repeats ? " by stratum" : ""),
      header)
    for report in reports {
      for (step, statistics) in report.steps.enumerated() {
        var row = [
          report.policy, "\(step)", FigureText.figure(statistics.mean, statistics.bootstrap),
          FigureText.figure(statistics.interquartileMean, statistics.interquartileInterval),
          FigureText.fixed(statistics.worstTenth),
        ]
        if let scale {
          row.append(
            FigureText.figure(scale.score(statistics.mean), scale.score(statistics.bootstrap)))
        }
        table.append(row)
      }
    }
    return table
  }

  private var gainTable: ReportTable? {
    guard reports.contains(where: { !$0.gains.isEmpty }) else { return nil }
    var table = ReportTable(
      "Gain over no adaptation, paired task by task",
      ["policy", "steps", "gain [95 % t]", "Wilcoxon p", "paired t p", "tasks made worse"])
    for report in reports {
      for (index, gain) in report.gains.enumerated() {
        table.append([
          report.policy, "\(index + 1)", FigureText.figure(gain.mean, gain.student),
          FigureText.pValue(gain.wilcoxonP), FigureText.pValue(gain.pairedTP),
          FigureText.percent(gain.shareNegative),
        ])
      }
    }
    return table
  }

  private var comparisonTables: [ReportTable] {
    zip(groups.dropFirst(), comparisons).map { other, comparison in
      comparison.table("\(groups[0].name) against \(other.name)")
    }
  }
}

extension EvaluationReport {
  /// What the figures are.
  var scoreName: String {
    switch examples {
    case nil: "Mean undiscounted return"
    case .numbers: "Negative mean squared error on query examples"
    case .label: "Accuracy on query examples"
    }
  }
}

extension PolicyComparison {
  /// The comparison as a table.
  ///
  /// - Parameter title: who is compared with whom.
  /// - Returns: one row a step.
  func table(_ title: String) -> ReportTable {
    if case .oneRunEach = points[0].evidence {
      var table = ReportTable(
        "\(title), one training each, paired task by task",
        ["steps", "difference [95 % t]", "Wilcoxon p", "paired t p", "better with probability"])
      for point in points {
        guard case .oneRunEach(let difference) = point.evidence else { continue }
        table.append([
          point.stepText, FigureText.figure(difference.mean, difference.student),
          FigureText.pValue(difference.wilcoxonP), FigureText.pValue(difference.pairedTP),
          FigureText.figure(point.improvement.value, point.improvement.interval),
        ])
      }
      return table
    }
    var table = ReportTable(
      "\(title), " + (refusal == nil ? "over runs and tasks" : "no test: several runs and one"),
      ["steps", "difference [95 %]", "p", "better with probability"])
    for point in points {
      table.append([
        point.stepText, FigureText.figure(point.mean, point.interval),
        FigureText.pValue(point.pValue),
        FigureText.figure(point.improvement.value, point.improvement.interval),
      ])
    }
    return table
  }
}

extension PolicyComparison.Point {
  /// `1`, or `1 to 0` where the policies took different steps.
  fileprivate var stepText: String { step == otherStep ? "\(step)" : "\(step) to \(otherStep)" }
}
