import Statistics

/// A policy under comparison: one trained policy, or several runs of it (seeds) on the same tasks.
public struct PolicyGroup: Sendable {
  /// What tables and pictures call it.
  public let name: String
  /// One a run; at least one.
  public let reports: [EvaluationReport]
  /// The runs taken together, when there are several.
  public let runs: RunsSummary?

  /// A group.
  ///
  /// - Parameters:
  ///   - reports: one a run, all of the same tasks; at least one.
  ///   - name: nil for the name of the only report, or what the names of all begin with.
  public init(_ reports: [EvaluationReport], name: String? = nil) {
    precondition(!reports.isEmpty, "a group without reports")
    self.reports = reports
    self.name =
      name ?? (reports.count == 1 ? reports[0].policy : GroupName.label(reports.map(\.policy)))
    runs =
      reports.count > 1 ? RunsSummary(reports.map(\.curve), strata: reports[0].strata) : nil
  }

  /// Groups of reports in the order given, each named so that it is told from the others.
  ///
  /// - Parameters:
  ///   - reports: of all groups, one after the other.
  ///   - counts: how many belong to each group, in order; their sum is the number of reports.
  /// - Returns: the groups; untrained policies of several seeds are called `random`.
  public static func groups(_ reports: [EvaluationReport], counts: [Int]) -> [PolicyGroup] {
    precondition(
      counts.reduce(0, +) == reports.count && counts.allSatisfy { $0 > 0 },
      "groups of \(counts), \(reports.count) reports")
    var parts: [[EvaluationReport]] = []
    var start = 0
    for count in counts {
      parts.append(Array(reports[start..<start + count]))
      start += count
    }
    let trained = parts.indices.filter { parts[$0][0].policyKind != .random }
    let labels = GroupName.labels(trained.map { parts[$0].map(\.policy) })
    return parts.enumerated().map { index, reports in
      guard reports.count > 1 else { return PolicyGroup(reports) }
      let label = trained.firstIndex(of: index).map { labels[$0] }
      return PolicyGroup(reports, name: label ?? EvaluationReport.PolicyKind.random.name)
    }
  }

  /// What kind of policy it is.
  public var policyKind: EvaluationReport.PolicyKind { reports[0].policyKind }

  /// Steps that every run took.
  public var stepCount: Int { (reports.map(\.steps.count).min() ?? 1) - 1 }

  /// Mean return after `step` steps with its 95 % interval: over tasks, for several runs over runs
  /// and tasks.
  public func returns(step: Int) -> (mean: Double, interval: Interval?) {
    if let runs { return (runs.returns[step].mean, runs.returns[step].interval) }
    return (reports[0].steps[step].mean, reports[0].steps[step].student)
  }

  /// Mean gain of the first `step` (≥ 1) steps with its 95 % interval, as of `returns`.
  public func gain(step: Int) -> (mean: Double, interval: Interval?) {
    if let runs { return (runs.gains[step - 1].mean, runs.gains[step - 1].interval) }
    return (reports[0].gains[step - 1].mean, reports[0].gains[step - 1].student)
  }
}
