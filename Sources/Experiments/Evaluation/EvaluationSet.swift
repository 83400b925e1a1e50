import MetaLearning

/// Evaluations of several policies on the same tasks: what `metarl evaluate` reports.
public struct EvaluationSet: Sendable {
  /// One a policy: first the runs of the evaluated one, then those it is compared with.
  public let reports: [EvaluationReport]
  /// How many of them are runs of the evaluated policy.
  public let runCount: Int
  /// What a reader must be told, for example by the doctor; one line each.
  public var findings: [String] = []
  /// Returns between untrained and oracle, when both are there.
  public let scale: ScoreScale?
  /// The runs taken together, when there are several.
  public let runs: RunsSummary?
  /// The evaluated policy against each of the others.
  public let comparisons: [PolicyComparison]

  /// A set.
  ///
  /// - Precondition: at least one report, all of the same tasks, the first `runCount` (≥ 1) of
  ///   which have equally many steps.
  public init(_ reports: [EvaluationReport], runCount: Int = 1) {
    precondition(
      runCount >= 1 && runCount <= reports.count, "\(runCount) runs of \(reports.count) reports")
    precondition(
      reports.allSatisfy { $0.taskDigest == reports[0].taskDigest }, "reports of other tasks")
    self.reports = reports
    self.runCount = runCount
    scale = ScoreScale(reports)
    let curves = reports.prefix(runCount).map(\.curve)
    runs = runCount > 1 ? RunsSummary(curves) : nil
    let kinds = reports[0].kinds
    comparisons = reports.dropFirst(runCount).map {
      PolicyComparison(curves, over: $0.curve, kinds: kinds)
    }
  }

  /// What a reader must be told about how much the figures can bear, and what was found wrong.
  public var notes: [String] {
    var notes = reports[0].kinds.notes
    if let note = runs?.note { notes.append(note) }
    let kinds = Set(reports.map(\.policyKind))
    if scale == nil, kinds.isSuperset(of: [.random, .trained(.oracle)]) {
      notes.append("no score between random and oracle: this oracle does no better than random")
    }
    for report in reports where report.curve.divergedEpisodes > 0 {
      notes.append(BreakdownCheck.note(report.policy, report.curve))
    }
    return notes + findings
  }

  /// The report as JSON: the first policy's object with the others in it.
  ///
  /// Keys are documented in docs/Evaluation.md.
  public var json: JSONValue {
    var members = reports[0].members(scale: scale)
    members.removeAll { $0.key == "notes" }
    members.append(.init("notes", .array(notes.map(JSONValue.text))))
    if let runs { members.append(.init("across_runs", runs.json)) }
    let others = reports.dropFirst()
    guard !others.isEmpty else { return .object(members) }
    let objects = others.enumerated().map { index, report in
      var object = report.members(scale: scale)
      // Runs of the evaluated policy are no rivals of it.
      if index >= runCount - 1 {
        object.append(.init("first_against_this", comparisons[index - runCount + 1].json))
      }
      return JSONValue.object(object)
    }
    members.append(.init("comparisons", .array(objects)))
    return .object(members)
  }

  /// One row a policy and step, every statistic a column.
  public var csv: String {
    let header = [
      "policy", "algorithm", "step", "inner_learning_rate", "mean", "ci95_lower", "ci95_upper",
      "bootstrap95_lower", "bootstrap95_upper", "iqm", "iqm95_lower", "iqm95_upper",
      "worst_tenth", "diverged_episodes", "normalized", "gain", "gain_ci95_lower",
      "gain_ci95_upper",
      "gain_wilcoxon_p", "gain_paired_t_p", "gain_share_worse", "task_digest",
    ]
    let rows = reports.flatMap { report in
      report.steps.indices.map { row(report, step: $0) }
    }
    return CommaSeparated.text(header: header, rows: rows)
  }

  private func row(_ report: EvaluationReport, step: Int) -> [JSONValue] {
    func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    let statistics = report.steps[step]
    let gain = step > 0 ? report.gains[step - 1] : nil
    return [
      .text(report.policy), .text(report.policyKind.name), .integer(step),
      number(step > 0 ? report.request.innerLearningRates[step - 1] : nil),
      number(statistics.mean), number(statistics.student?.lower),
      number(statistics.student?.upper), number(statistics.bootstrap?.lower),
      number(statistics.bootstrap?.upper), number(statistics.interquartileMean),
      number(statistics.interquartileInterval?.lower),
      number(statistics.interquartileInterval?.upper), number(statistics.worstTenth),
      .integer(report.curve.divergedByStep[step]),
      number(scale?.score(statistics.mean)), number(gain?.mean), number(gain?.student?.lower),
      number(gain?.student?.upper), number(gain?.wilcoxonP), number(gain?.pairedTP),
      number(gain?.shareNegative), .text(report.taskDigest),
    ]
  }
}
