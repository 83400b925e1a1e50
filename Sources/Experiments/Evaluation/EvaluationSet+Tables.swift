import MetaLearning

extension EvaluationSet {
  /// What was evaluated, on what: one line.
  public var headline: String {
    let first = reports[0]
    let name = first.preset.map { "\(first.family)@\($0)" } ?? first.family
    let request = first.request
    return "\(name), \(request.source): \(request.tasks) tasks, "
      + "\(request.rolloutsPerTask) episodes a task and step, seed \(request.seed), "
      + "tasks \(first.shortTaskDigest), "
      + "estimator \(first.estimator.rawValue)"
  }

  /// Everything as tables, the shortest answer first.
  public var tables: [ReportTable] {
    ([returnTable, runsTable, detailTable, gainTable].compactMap(\.self) + comparisonTables).map {
      $0.titled("\($0.title), tasks \(reports[0].shortTaskDigest)")
    }
  }

  /// The report as Markdown.
  public var markdown: String {
    let blocks =
      ["# Evaluation", MarkdownText.plain(headline)] + tables.map(\.markdown)
      + (notes.isEmpty ? [] : [notes.map { "- \(MarkdownText.plain($0))" }.joined(separator: "\n")])
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private var returnTable: ReportTable {
    var table = ReportTable(
      "Mean undiscounted return [95 % Student t interval over tasks]",
      ["steps", "alpha"] + reports.map(\.policy))
    for step in 0..<(reports.map(\.steps.count).max() ?? 0) {
      let rates = Set(
        reports.filter { $0.steps.count > step }.map {
          step == 0 ? "-" : "\($0.request.innerLearningRates[step - 1])"
        })
      table.append(
        ["\(step)", rates.count == 1 ? rates.first ?? "" : "differs"]
          + reports.map { report in
            guard step < report.steps.count else { return "-" }
            return FigureText.figure(report.steps[step].mean, report.steps[step].student)
          })
    }
    return table
  }

  private var runsTable: ReportTable? {
    guard let runs else { return nil }
    var table = ReportTable(
      "\(runCount) runs together [95 % bootstrap interval, runs and tasks resampled]",
      ["steps", "mean return", "interquartile mean", "gain", "mean of each run"])
    for (step, point) in runs.returns.enumerated() {
      let gain = step > 0 ? runs.gains[step - 1] : nil
      table.append([
        "\(step)", FigureText.figure(point.mean, point.interval),
        FigureText.figure(point.interquartileMean, point.interquartileInterval),
        gain.map { FigureText.figure($0.mean, $0.interval) } ?? "-",
        point.perRun.map { FigureText.fixed($0) }.joined(separator: ", "),
      ])
    }
    return table
  }

  private var detailTable: ReportTable {
    var header = ["policy", "steps", "mean [bootstrap 95 %]", "interquartile mean [95 %]"]
    header.append("worst tenth")
    if scale != nil { header.append("score, random 0 to oracle 1") }
    var table = ReportTable(
      "Returns, tasks resampled 10,000 times" + (reports[0].kinds.repeats ? " by kind" : ""),
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
    let first = runCount > 1 ? "the \(runCount) runs" : reports[0].policy
    return zip(reports.dropFirst(runCount), comparisons).map { other, comparison in
      var table = ReportTable(
        "\(first) against \(other.policy), paired task by task",
        ["steps", "difference [95 % t]", "Wilcoxon p", "paired t p", "better with probability"])
      for point in comparison.points {
        let steps =
          point.step == point.otherStep ? "\(point.step)" : "\(point.step) to \(point.otherStep)"
        table.append([
          steps, FigureText.figure(point.difference.mean, point.difference.student),
          FigureText.pValue(point.difference.wilcoxonP),
          FigureText.pValue(point.difference.pairedTP),
          FigureText.figure(point.probability, point.probabilityInterval),
        ])
      }
      return table
    }
  }
}
