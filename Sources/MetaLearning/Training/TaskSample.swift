/// What one task's sampling and adaptation left to report.
struct TaskSample: Sendable {
  /// Mean undiscounted return of each batch, [K + 1]; not a number for a batch that was not
  /// sampled.
  var returns: [Double] = []
  /// Share of each batch's episodes that solved the task, [K + 1]; nil where success is not
  /// defined, and for a batch that was not sampled.
  var successRates: [Double?] = []
  /// Environment steps of each batch, [K + 1].
  var steps: [Int] = []
  var explainedVariance = 0.0
  var episodeLength = 0.0
  var innerGradientNorm = 0.0
  /// What failed, if anything did; the task's adaptation is then not complete.
  var problem: StepRejection?
  /// Episodes that were rolled out, and those of them that diverged.
  var episodes = 0
  var diverged = 0
  var secondsSampling = 0.0
  var secondsAdaptation = 0.0

  /// Counts a batch.
  ///
  /// - Returns: whether its mean return can be learned from; otherwise `problem` says why not.
  mutating func add(_ batch: TrajectoryBatch) -> Bool {
    let mean = batch.meanReturn
    returns.append(mean)
    successRates.append(batch.successRate)
    steps.append(batch.stepCount)
    episodes += batch.lengths.count
    diverged += batch.divergedCount
    episodeLength = Double(batch.stepCount) / Double(batch.lengths.count)
    if !(abs(mean) <= StepRejection.largestReturn) { problem = .returnExploded }
    return problem == nil
  }

  /// Stands in for batches that were not sampled.
  mutating func fill(batches: Int) {
    while returns.count < batches {
      returns.append(.nan)
      successRates.append(nil)
      steps.append(0)
    }
  }
}

extension IterationReport {
  /// Reports an iteration without an outer step: nothing of it is known.
  mutating func reject<Scalar>(
    _ reason: StepRejection, parameters: [Scalar]
  ) -> OuterStepResult<Scalar> {
    (surrogateBefore, surrogateAfter, metaGradientNorm) = (.nan, .nan, .nan)
    (entropy, largestTaskShare) = (.nan, .nan)
    outcome = .rejected(reason)
    return OuterStepResult(
      parameters: parameters, outcome: outcome, surrogateAfter: .nan, kl: nil, candidates: 0,
      stepNorm: 0)
  }
}
