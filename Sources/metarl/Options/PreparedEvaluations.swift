import DenseMath
import Experiments
import MetaLearning

/// Evaluations of policies on the same tasks that are ready to run.
struct PreparedEvaluations {
  /// The policies, at least one.
  let policies: [NamedPolicy]
  /// What each is asked, in their order.
  let requests: [EvaluationRequest]
  /// Tasks at a time.
  let workers: Workers
  /// Whether no progress is shown.
  let quiet: Bool
  /// What the report must say already.
  let findings: [String]

  /// Runs them one after the other.
  ///
  /// - Parameter counts: how many policies in order are runs of one, reported together: first
  ///   those of the evaluated policy, then of each that it is compared with.
  /// - Returns: the reports with everything that was found.
  /// - Throws: what breaks down, as a `CommandFailure`.
  func run(counts: [Int]) async throws -> EvaluationSet {
    _ = try Backend.start()
    var reports: [EvaluationReport] = []
    var findings = findings
    let progress = PieceProgress(
      "evaluating", of: requests.reduce(0) { $0 + $1.tasks }, quiet: quiet)
    defer { progress.finish() }
    for ((name, evaluation), request) in zip(policies, requests) {
      progress.begin("evaluating \(name)")
      let report = try await CommandFailure.whileRunning {
        try await evaluation.report(
          named: name, request, workers: workers, progress: progress.advance)
      }
      reports.append(report)
      findings += EvaluationDoctor.findings(report, of: evaluation).map { "\(name): \($0)" }
    }
    var set = EvaluationSet(PolicyGroup.groups(reports, counts: counts))
    set.findings = findings
    return set
  }
}
