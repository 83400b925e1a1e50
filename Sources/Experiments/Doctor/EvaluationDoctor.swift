/// Looks at the evaluation of a policy that was trained to adapt.
public enum EvaluationDoctor {
  /// What is wrong with an evaluation; at most one finding a symptom.
  ///
  /// Other policies than those of `maml` are not examined for gains: they promise none.
  ///
  /// - Parameters:
  ///   - report: the evaluation.
  ///   - evaluation: what was evaluated.
  /// - Returns: the findings, in the order of the symptoms.
  public static func findings(
    _ report: EvaluationReport, of evaluation: PolicyEvaluation
  ) -> [Finding] {
    findings(
      report, deviation: evaluation.standardDeviation,
      start: evaluation.location.checkpoint.learner.policy.initialStandardDeviation)
  }

  static func findings(
    _ report: EvaluationReport, deviation: Double?, start: Double
  ) -> [Finding] {
    guard case .trained(let algorithm) = report.policyKind else { return [] }
    let rates = report.request.innerLearningRates
    var findings: [Finding] = []
    if algorithm.adaptsInTraining, let rate = rates.first, rate > 0 {
      let last = report.curve.returns.count - 1
      for step in Set([1, last]).sorted() {
        let scope = "on \(report.request.tasks) tasks (\(step) \(step == 1 ? "step" : "steps"))"
        let finding = GainCheck.finding(
          report.curve.gains(step: step), of: scope, innerLearningRate: rate)
        if let finding, !findings.contains(where: { $0.symptom == finding.symptom }) {
          findings.append(finding)
        }
      }
    }
    let curve = report.curve
    if let finding = BreakdownCheck.finding(
      curve.divergedEpisodes, of: curve.episodes, "on \(report.request.tasks) tasks",
      innerLearningRate: rates.first)
    {
      findings.append(finding)
    }
    if let deviation {
      let finding = DeviationCheck.finding(
        deviation, start: start, innerLearningRate: rates.first ?? 0, adapts: !rates.isEmpty)
      if let finding { findings.append(finding) }
    }
    return findings
  }
}
