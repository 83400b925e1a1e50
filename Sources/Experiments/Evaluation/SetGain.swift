import Files
import Statistics

/// The gain of the evaluated policy after all steps, all its runs together.
public struct SetGain: Sendable, Equatable {
  /// Steps.
  public let steps: Int
  /// Mean return before adapting.
  public let before: Double
  /// Mean return after all steps.
  public let after: Double
  /// What the gain shows.
  public let evidence: GainEvidence
}

extension EvaluationSet {
  /// The gain of the evaluated policy; nil where it takes no steps.
  public var gain: SetGain? {
    let curves = reports.prefix(runCount).map(\.curve)
    let margin = GainEvidence.margin(before: curves.map { $0.returns[0] })
    if let runs, let last = runs.gains.last {
      return SetGain(
        steps: last.step, before: runs.returns[0].mean, after: runs.returns[last.step].mean,
        evidence: GainEvidence(mean: last.mean, interval: last.interval, margin: margin))
    }
    let report = reports[0]
    guard runs == nil, let last = report.gains.last else { return nil }
    return SetGain(
      steps: report.gains.count, before: report.steps[0].mean,
      after: report.steps[report.gains.count].mean,
      evidence: GainEvidence(mean: last.mean, interval: last.student, margin: margin))
  }

  /// What is said where more episodes of the evaluated runs diverged than a verdict bears; nil
  /// otherwise.
  package var divergences: String? {
    let curves = reports.prefix(runCount).map(\.curve)
    let diverged = curves.reduce(0) { $0 + $1.divergedEpisodes }
    let share = Double(diverged) / Double(max(curves.reduce(0) { $0 + $1.episodes }, 1))
    guard share > DivergenceCheck.verdictLimit else { return nil }
    return "\(FigureText.percent(share)) of the episodes diverged; beyond "
      + "\(FigureText.percent(DivergenceCheck.verdictLimit)) no verdict is given."
  }

  /// How many of the tasks some run was trained on; nil where that is not known of every run.
  public var trainedOn: Int? {
    let overlaps = reports.prefix(runCount).compactMap(\.overlap)
    return overlaps.count == runCount ? overlaps.map(\.repeated).max() : nil
  }

  /// Whether all of the tasks were trained on.
  public var trainedOnAll: Bool { trainedOn == reports[0].request.tasks }
}
