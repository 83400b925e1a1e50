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

  /// What is said where more episodes of the evaluated runs broke down than a verdict bears; nil
  /// otherwise.
  var breakdowns: String? {
    let curves = reports.prefix(runCount).map(\.curve)
    let diverged = curves.reduce(0) { $0 + $1.divergedEpisodes }
    let share = Double(diverged) / Double(max(curves.reduce(0) { $0 + $1.episodes }, 1))
    guard share > BreakdownCheck.verdictLimit else { return nil }
    return "\(FigureText.percent(share)) of the episodes broke down; beyond "
      + "\(FigureText.percent(BreakdownCheck.verdictLimit)) no verdict is given."
  }

  /// How many of the tasks some run was trained on; nil where that is not known of every run.
  public var trainedOn: Int? {
    let overlaps = reports.prefix(runCount).compactMap(\.overlap)
    return overlaps.count == runCount ? overlaps.map(\.repeated).max() : nil
  }

  /// Whether all of the tasks were trained on.
  public var trainedOnAll: Bool { trainedOn == reports[0].request.tasks }
}

/// The evaluated policy against an untrained one that takes the same steps on the same tasks.
struct UntrainedComparison {
  /// Mean return of the untrained policy before and after the steps.
  private let untrained: (before: Double, after: Double)
  /// How far the evaluated policy ends above it.
  private let level: GainEvidence
  /// How much more it gains.
  private let gain: GainEvidence

  /// Nil without an untrained policy of as many steps, or where that is what was evaluated.
  init?(_ set: EvaluationSet) {
    guard let steps = set.gain?.steps,
      let random = set.reports.dropFirst(set.runCount).first(where: { $0.policyKind == .random }),
      random.steps.count > steps
    else { return nil }
    let other = random.curve.returns
    let runs = set.reports.prefix(set.runCount).map(\.curve.returns)
    untrained = (random.steps[0].mean, random.steps[steps].mean)
    func evidence(_ differences: [[Double]]) -> GainEvidence {
      GainEvidence(
        mean: mean(of: differences.flatMap(\.self)),
        interval: differences.count > 1
          ? hierarchicalBootstrapInterval(of: differences) : studentInterval(of: differences[0]),
        margin: nil)
    }
    level = evidence(runs.map { run in zip(run[steps], other[steps]).map { $0 - $1 } })
    gain = evidence(
      runs.map { run in
        run[steps].indices.map {
          run[steps][$0] - run[0][$0] - other[steps][$0] + other[0][$0]
        }
      })
  }

  /// How the level compares, to stand behind what the gain shows.
  func clause(after kind: AdaptationVerdict.Kind) -> String {
    let isGood = kind == .adapts
    switch level.finding {
    case .gains: return (isGood ? ", and" : ", but") + " it ends above an untrained policy"
    case .loses: return (isGood ? ", but" : ", and") + " it ends below an untrained policy"
    case .noGain, .notKnown, .tooFew:
      return (isGood ? ", but" : ", and") + " it is not shown to end above an untrained policy"
    }
  }

  /// The figures.
  var sentence: String {
    let shown: String
    switch gain.finding {
    case .gains: shown = "gains more than that"
    case .loses: shown = "gains less than that"
    case .noGain, .notKnown, .tooFew: shown = "is not shown to gain more than that"
    }
    return "An untrained policy goes from \(FigureText.fixed(untrained.before)) to "
      + "\(FigureText.fixed(untrained.after)) with the same steps on the same tasks: this one "
      + "ends \(level.figure) above it, and \(shown) (by \(gain.figure))."
  }
}
