/// Looks at the evaluation of a policy that was trained to adapt.
public enum EvaluationDoctor {
  /// What is wrong with an evaluation, each line with the policy that it is about.
  ///
  /// Of gains it says what the verdict says, about all runs together, so that the two never
  /// contradict each other; other policies of `maml` that it is compared with are looked at one
  /// by one. Those of other algorithms are not examined for gains: they promise none.
  ///
  /// - Parameters:
  ///   - set: the evaluation.
  ///   - evaluations: what was evaluated, in the order of the set's reports.
  /// - Returns: the findings, in the order of the policies.
  public static func findings(
    _ set: EvaluationSet, of evaluations: [PolicyEvaluation]
  ) -> [String] {
    precondition(
      evaluations.count == set.reports.count,
      "\(evaluations.count) policies, \(set.reports.count) reports")
    var lines: [String] = []
    for (index, (report, evaluation)) in zip(set.reports, evaluations).enumerated() {
      if index == 0, let finding = gainFinding(set) {
        let name = set.runCount > 1 ? "the \(set.runCount) runs" : report.policy
        lines.append("\(name): \(finding)")
      }
      if index >= set.runCount, let finding = gainFinding(EvaluationSet([report])) {
        lines.append("\(report.policy): \(finding)")
      }
      let found = [
        divergenceFinding(report),
        deviationFinding(
          report, deviation: evaluation.standardDeviation,
          start: evaluation.location.checkpoint.learner.policy.initialStandardDeviation),
      ]
      lines += found.compactMap(\.self).map { "\(report.policy): \($0)" }
    }
    return lines
  }

  /// What the gain of the evaluated policy shows; nil for a gain, and where none is promised.
  static func gainFinding(_ set: EvaluationSet) -> Finding? {
    let report = set.reports[0]
    guard case .trained(let algorithm) = report.policyKind, algorithm.adaptsInTraining,
      let gain = set.gain, set.divergences == nil
    else { return nil }
    let scope =
      "on \(report.request.tasks) tasks (\(gain.steps) \(gain.steps == 1 ? "step" : "steps"))"
    return GainCheck.finding(
      gain.evidence, of: scope, innerLearningRate: report.request.innerLearningRates[0])
  }

  static func divergenceFinding(_ report: EvaluationReport) -> Finding? {
    guard case .trained = report.policyKind else { return nil }
    return DivergenceCheck.finding(
      report.curve.divergedEpisodes, of: report.curve.episodes,
      "on \(report.request.tasks) tasks",
      innerLearningRate: report.request.innerLearningRates.first)
  }

  static func deviationFinding(
    _ report: EvaluationReport, deviation: Double?, start: Double
  ) -> Finding? {
    guard case .trained = report.policyKind, let deviation else { return nil }
    let rates = report.request.innerLearningRates
    return DeviationCheck.finding(
      deviation, start: start, innerLearningRate: rates.first ?? 0, adapts: !rates.isEmpty)
  }
}
