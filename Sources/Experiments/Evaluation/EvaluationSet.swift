import Files
import MetaLearning

/// Evaluations of several policies on the same tasks: what `metarl evaluate` reports.
public struct EvaluationSet: Sendable {
  /// The evaluated policy first, then those it is compared with.
  public let groups: [PolicyGroup]
  /// What a reader must be told, for example by the doctor; one line each.
  public var findings: [String] = []
  /// Returns between untrained and oracle, when both are there.
  public let scale: ScoreScale?
  /// The evaluated policy against each of the others.
  public let comparisons: [PolicyComparison]

  /// One a run: first the runs of the evaluated policy, then those of the others.
  public var reports: [EvaluationReport] { groups.flatMap(\.reports) }
  /// How many runs of the evaluated policy there are.
  public var runCount: Int { groups[0].reports.count }
  /// The runs of the evaluated policy taken together, when there are several.
  public var runs: RunsSummary? { groups[0].runs }

  /// A set of policies.
  ///
  /// - Precondition: at least one group, all of the same tasks.
  public init(_ groups: [PolicyGroup]) {
    precondition(!groups.isEmpty, "a set without policies")
    let digest = groups[0].reports[0].taskDigest
    precondition(
      groups.flatMap(\.reports).allSatisfy { $0.taskDigest == digest }, "reports of other tasks")
    self.groups = groups
    scale = ScoreScale(groups)
    comparisons = groups.dropFirst().map { PolicyComparison(groups[0], over: $0) }
  }

  /// A set of reports of which the first `runCount` (≥ 1) are runs of the evaluated policy, and
  /// each further one another policy.
  public init(_ reports: [EvaluationReport], runCount: Int = 1) {
    self.init(
      PolicyGroup.groups(
        reports,
        counts: [runCount] + Array(repeating: 1, count: reports.count - runCount)))
  }

  /// What a reader must be told about how much the figures can bear, and what was found wrong.
  public var notes: [String] {
    let strata = reports[0].strata
    var notes = strata.notes
    if strata.repeats, strata.drawCount >= 5,
      reports.contains(where: { $0.steps.contains { $0.bootstrap == nil } })
    {
      notes.append(
        "no bootstrap interval where the draws of the same task are too few to show their spread")
    }
    for group in groups {
      if let note = group.runs?.note { notes.append("\(group.name): \(note)") }
    }
    notes += comparisons.compactMap(\.refusal)
    let policies = Set(groups.map(\.policyKind))
    if scale == nil, policies.isSuperset(of: [.random, .trained(.oracle)]) {
      notes.append("no score between random and oracle: this oracle does no better than random")
    }
    for report in reports where report.curve.divergedEpisodes > 0 {
      notes.append(DivergenceCheck.note(report.policy, report.curve))
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
    members.append(.init("group", .text(groups[0].name)))
    if let runs { members.append(.init("across_runs", runs.json)) }
    var others = groups[0].reports.dropFirst().map { report in
      JSONValue.object(report.members(scale: scale) + [.init("group", .text(groups[0].name))])
    }
    for (group, comparison) in zip(groups.dropFirst(), comparisons) {
      for (run, report) in group.reports.enumerated() {
        var object = report.members(scale: scale) + [.init("group", .text(group.name))]
        // What is said of all runs of a policy stands with the first of them.
        if run == 0 {
          if let runs = group.runs { object.append(.init("across_runs", runs.json)) }
          object.append(.init("first_against_this", comparison.json))
        }
        others.append(.object(object))
      }
    }
    if !others.isEmpty { members.append(.init("comparisons", .array(others))) }
    return .object(members)
  }

  /// One row a policy and step, every statistic a column.
  public var csv: String {
    let header =
      [
        "policy", "algorithm", "step", "inner_learning_rate", "mean", "ci95_lower", "ci95_upper",
        "bootstrap95_lower", "bootstrap95_upper", "iqm", "iqm95_lower", "iqm95_upper",
        "worst_tenth", "diverged_episodes", "normalized", "gain", "gain_ci95_lower",
        "gain_ci95_upper",
        "gain_wilcoxon_p", "gain_paired_t_p", "gain_share_worse", "task_digest",
      ] + (definesSuccess ? ["success", "success95_lower", "success95_upper"] : [])
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
      + (definesSuccess
        ? [
          number(report.success(step: step)?.mean),
          number(report.success(step: step)?.interval?.lower),
          number(report.success(step: step)?.interval?.upper),
        ] : [])
  }
}
