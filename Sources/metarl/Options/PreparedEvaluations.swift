import DenseMath
import Experiments
import MetaLearning

/// Evaluations of policies on the same tasks that are ready to run.
struct PreparedEvaluations {
  /// The policies, at least one.
  let policies: [NamedPolicy]
  /// What each is asked, in their order.
  let requests: [EvaluationRequest]
  /// Which of its tasks each was trained on; nil for untrained ones.
  let overlaps: [TrainingOverlap?]
  /// Tasks at a time.
  let workers: Workers
  /// Whether no progress is shown.
  let quiet: Bool

  /// Runs them one after the other.
  ///
  /// - Parameter counts: how many policies in order are runs of one, reported together: first
  ///   those of the evaluated policy, then of each that it is compared with.
  /// - Returns: the reports with everything that was found.
  /// - Throws: what fails, as a `CommandFailure`.
  func run(counts: [Int]) async throws -> EvaluationSet {
    _ = try Backend.start()
    var reports: [EvaluationReport] = []
    let progress = WorkProgress(
      "evaluating", of: requests.reduce(0) { $0 + $1.tasks }, quiet: quiet)
    defer { progress.finish() }
    for (((name, evaluation), request), overlap) in zip(zip(policies, requests), overlaps) {
      progress.begin("evaluating \(name)")
      var report = try await CommandFailure.whileRunning {
        try await evaluation.report(
          named: name, request, workers: workers, progress: progress.advance)
      }
      report.overlap = overlap
      reports.append(report)
    }
    var set = EvaluationSet(PolicyGroup.groups(reports, counts: counts))
    set.findings =
      reports.compactMap { report in report.overlap?.note.map { "\(report.policy): \($0)" } }
      + EvaluationDoctor.findings(set, of: policies.map(\.evaluation))
    return set
  }
}
