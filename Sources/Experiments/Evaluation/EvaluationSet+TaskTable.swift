import Files

extension EvaluationSet {
  /// Every return: one row a policy (or run), task and step, for pandas, rliable and others.
  ///
  /// Columns are `policy`, `algorithm`, `run_seed`, `split`, `task`, `step`,
  /// `inner_learning_rate`, `return`, `gain` (empty before the first step), and one for every
  /// number of the task: `velocity`, or `goal[0]`, `goal[1]`.
  ///
  /// - Parameter seeds: of the runs, in the order of the reports.
  /// - Returns: comma-separated text with a header.
  public func taskTable(seeds: [UInt64]) -> String {
    precondition(seeds.count == reports.count, "\(seeds.count) seeds, \(reports.count) reports")
    let tasks = reports[0].tasks
    let columns = (tasks.first?.entries ?? []).flatMap { entry in
      entry.values.count == 1
        ? [entry.name] : entry.values.indices.map { "\(entry.name)[\($0)]" }
    }
    let header =
      [
        "policy", "algorithm", "run_seed", "split", "task", "step", "inner_learning_rate",
        "return", "gain",
      ] + columns
    var rows: [[JSONValue]] = []
    for (report, seed) in zip(reports, seeds) {
      for (step, returns) in report.curve.returns.enumerated() {
        let rate = step > 0 ? report.request.innerLearningRates[step - 1] : nil
        for (task, value) in returns.enumerated() {
          let start = report.curve.returns[0][task]
          let gain: JSONValue = step > 0 ? .number(value - start) : .null
          rows.append(
            [
              .text(report.policy), .text(report.policyKind.name), .text("\(seed)"),
              .text(report.request.source), .integer(task), .integer(step),
              rate.map(JSONValue.number) ?? .null, .number(value), gain,
            ] + tasks[task].vector.map(JSONValue.number))
        }
      }
    }
    return CommaSeparated.text(header: header, rows: rows)
  }
}
