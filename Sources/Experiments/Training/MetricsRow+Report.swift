import MetaLearning
import Statistics

extension MetricsRow {
  /// The row of one iteration; every key is documented in docs/Formats.md.
  ///
  /// - Parameters:
  ///   - report: the iteration's.
  ///   - total: experience up to now.
  ///   - validation: mean return of validation tasks after adaptation, when it was tried.
  init(_ report: IterationReport, total: EnvironmentSteps, validation: Double?) {
    self.init(iteration: report.iteration)
    add("return_before", report.returnBefore)
    add("return_before_sd", spread(report.returnsBefore))
    add("return_after", report.returnAfter)
    add("return_after_sd", spread(report.returnsAfter))
    add("gain", report.gain)
    add("return_validation", validation)
    // Only where the family defines it: an empty column says nothing.
    if let before = report.successBefore { add("success_before", before) }
    if let after = report.successAfter { add("success_after", after) }
    add("surrogate_before", report.surrogateBefore)
    add("surrogate_after", report.surrogateAfter)
    add("kl", report.kl)
    add("outcome", report.outcome.label)
    add("rejected_task", report.rejectedTask)
    add("candidates", report.candidates)
    add("step_norm", report.stepNorm)
    add("meta_gradient_norm", report.metaGradientNorm)
    add("inner_gradient_norm", report.innerGradientNorm)
    add("largest_task_share", report.largestTaskShare)
    add("entropy", report.entropy)
    add("standard_deviation", report.standardDeviation)
    add("explained_variance", report.explainedVariance)
    add("episode_length", report.episodeLength)
    add("episodes", report.episodes)
    add("diverged_episodes", report.divergedEpisodes)
    add("steps_pre_adaptation", total.preAdaptation)
    add("steps_during_adaptation", total.duringAdaptation)
    add("steps_post_adaptation", total.postAdaptation)
    add("steps_validation", total.validation)
    add("environment_steps", total.total)
    add("seconds", report.seconds)
    add("seconds_sampling", report.secondsSampling)
    add("seconds_adaptation", report.secondsAdaptation)
    add("seconds_outer", report.secondsOuter)
  }
}

/// Sample standard deviation over tasks; nil under two.
private func spread(_ values: [Double]) -> Double? {
  values.count > 1 ? sampleStandardDeviation(of: values) : nil
}
