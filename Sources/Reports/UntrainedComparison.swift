import Experiments
import Files
import Statistics

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
      let place = set.groups.indices.dropFirst().first(where: {
        set.groups[$0].policyKind == .random && set.groups[$0].stepCount >= steps
      }), let point = set.comparisons[place - 1].points.first(where: { $0.step == steps })
    else { return nil }
    let (own, other) = (set.groups[0], set.groups[place])
    untrained = (other.returns(step: 0).mean, other.returns(step: steps).mean)
    level = GainEvidence(mean: point.mean, interval: point.interval, margin: nil)
    gain = GainEvidence(
      mean: own.gain(step: steps).mean - other.gain(step: steps).mean,
      interval: Self.interval(own, over: other, steps: steps), margin: nil)
  }

  /// 95 % interval of how much more a policy gains: as of `PolicyComparison`.
  private static func interval(
    _ own: PolicyGroup, over other: PolicyGroup, steps: Int
  ) -> Interval? {
    let mine = own.reports.map { $0.curve.gains(step: steps) }
    let theirs = other.reports.map { $0.curve.gains(step: steps) }
    switch (mine.count, theirs.count) {
    case (1, 1): return studentInterval(of: zip(mine[0], theirs[0]).map { $0 - $1 })
    case (1, _), (_, 1): return nil
    default:
      guard mine[0].count > 1 else { return nil }
      return CrossedMean(of: mine, minus: theirs, strata: own.reports[0].strata.repeated).interval()
    }
  }

  /// How the level compares, to stand behind what the gain shows.
  func clause(after kind: AdaptationVerdict.Kind) -> String {
    let isGood = kind == .adapts
    switch level.conclusion {
    case .gains: return (isGood ? ", and" : ", but") + " it ends above an untrained policy"
    case .loses: return (isGood ? ", but" : ", and") + " it ends below an untrained policy"
    case .noGain, .notKnown, .tooFew:
      return (isGood ? ", but" : ", and") + " it is not shown to end above an untrained policy"
    }
  }

  /// The figures.
  var sentence: String {
    let shown: String
    switch gain.conclusion {
    case .gains: shown = "gains more than that"
    case .loses: shown = "gains less than that"
    case .noGain, .notKnown, .tooFew: shown = "is not shown to gain more than that"
    }
    return "An untrained policy goes from \(FigureText.fixed(untrained.before)) to "
      + "\(FigureText.fixed(untrained.after)) with the same steps on the same tasks: this one "
      + "ends \(level.figure) above it, and \(shown) (by \(gain.figure))."
  }
}
