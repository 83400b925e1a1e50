/// What one meta-iteration saw and did.
public struct IterationReport: Sendable {
  /// 1 for the first.
  public var iteration = 0
  /// Mean undiscounted return of each task's episodes with θ, [M].
  public var returnsBefore: [Double] = []
  /// The same with θ′, [M].
  public var returnsAfter: [Double] = []
  /// Share of the episodes with θ that solved their task; nil where the family defines no success.
  public var successBefore: Double?
  /// The same with θ′.
  public var successAfter: Double?
  /// Mean surrogate loss at the old and at the new θ.
  public var surrogateBefore = 0.0
  /// See `surrogateBefore`.
  public var surrogateAfter = 0.0
  /// Greatest of the differences of surrogate and KL when both are computed again at θ itself.
  ///
  /// The ratio is 1 there, so it is zero up to rounding. Looked at in a learner's first iteration;
  /// nil afterwards.
  public var initialDifference: Double?
  /// Mean KL(old ‖ new) of the step taken; nil where the outer step has none.
  public var kl: Double?
  /// Accepted, or why not.
  public var outcome = StepOutcome.accepted
  /// The first task that failed, by its index in the split `train`; nil when none did.
  public var rejectedTask: Int?
  /// Candidates of the line search.
  public var candidates = 0
  /// ‖θ_new − θ‖.
  public var stepNorm = 0.0
  /// Norm of the meta-gradient.
  public var metaGradientNorm = 0.0
  /// Mean norm of the first inner gradient over tasks.
  public var innerGradientNorm = 0.0
  /// Largest share of one task in the sum of the tasks' meta-gradient norms.
  public var largestTaskShare = 0.0
  /// Mean entropy of the adapted policies, nats.
  public var entropy = 0.0
  /// Mean σ of θ (Gaussian policies).
  public var standardDeviation: Double?
  /// Mean explained variance of the baseline on the query batches.
  public var explainedVariance = 0.0
  /// Mean length of the episodes with θ′.
  public var episodeLength = 0.0
  /// Episodes of all tasks and batches that were rolled out.
  public var episodes = 0
  /// Those of them whose simulation diverged.
  public var divergedEpisodes = 0
  /// Experience of this iteration.
  public var environmentSteps = EnvironmentSteps()
  /// Seconds of the whole iteration.
  public var seconds = 0.0
  /// Seconds of all rollouts and advantages.
  public var secondsSampling = 0.0
  /// Seconds of the inner steps.
  public var secondsAdaptation = 0.0
  /// Seconds of the outer step.
  public var secondsOuter = 0.0

  /// An empty report.
  public init() {}

  /// Mean over tasks of the return with θ.
  public var returnBefore: Double { mean(returnsBefore) }
  /// Mean over tasks of the return with θ′.
  public var returnAfter: Double { mean(returnsAfter) }
  /// `returnAfter` − `returnBefore`.
  public var gain: Double { returnAfter - returnBefore }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(values.count, 1))
  }
}
