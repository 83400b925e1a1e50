import DenseMath
import Experiments
import MetaLearning
import Reports

extension ViewedEvaluation {
  /// Tries other inner steps where the verdict shows no gain, to tell the cause.
  ///
  /// - Parameter quiet: shows no progress.
  /// - Returns: the diagnosis; nil where it is not needed.
  /// - Throws: what fails, as a `CommandFailure`.
  func diagnosis(quiet: Bool) async throws -> GainDiagnosis? {
    guard GainDiagnosis.isNeeded(AdaptationVerdict(set), request) else { return nil }
    let runs = policies.prefix(set.runCount)
    let progress = WorkProgress(
      "looking for the cause", of: GainDiagnosis.trials.count * runs.count * request.tasks,
      quiet: quiet)
    defer { progress.finish() }
    return try await CommandFailure.whileRunning {
      var curves: [[AdaptationCurve]] = []
      for trial in GainDiagnosis.trials {
        var ofTrial: [AdaptationCurve] = []
        for (_, evaluation) in runs {
          ofTrial.append(
            try await evaluation.curve(
              GainDiagnosis.request(trial, like: request), workers: workers,
              progress: progress.advance))
        }
        curves.append(ofTrial)
      }
      return GainDiagnosis(request, curves: curves)
    }
  }
}
