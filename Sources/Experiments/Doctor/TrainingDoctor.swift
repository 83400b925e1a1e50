import Files
import MetaLearning
import Statistics

/// Watches a training and reports each symptom once.
///
/// The limits are where trouble is plain, not where it begins: a finding should be believed.
public struct TrainingDoctor: Sendable {
  /// Iterations that gains and averages are taken over.
  static let window = 20
  /// Outer steps rejected in a row that are worth a word.
  static let rejections = 3
  /// Greatest difference of surrogate and KL at θ itself: rounding in single precision.
  static let initialTolerance = 1e-4
  /// Share of the starting deviation below which it has collapsed.
  static let collapse = 0.05
  /// Multiple of the starting deviation above which it has exploded.
  static let explosion = 5.0
  /// Mean explained variance below which a baseline explains nothing.
  static let explained = 0.02
  /// Share of the best window's gain whose loss is worth a word.
  static let lostGain = 0.2
  /// Welch's p below which a loss is no noise, although the best of many windows is compared.
  static let lossPValue = 1e-4
  /// Share of one of M tasks in the gradient norms of all that dominates, in batches of at least 4.
  ///
  /// Half-way from (1 + 1/2 + … + 1/M)/M to 1. The former is the mean of the largest share where
  /// tasks are alike and their norms exponentially distributed: the largest of M such norms has
  /// mean 1 + 1/2 + … + 1/M, and their sum M, of which the shares are independent. Source: Rényi
  /// 1953, "On the theory of order statistics".
  static func dominance(tasks: Int) -> Double {
    let harmonic = (1...max(tasks, 1)).reduce(0.0) { $0 + 1 / Double($1) }
    return (1 + harmonic / Double(max(tasks, 1))) / 2
  }

  private let configuration: LearnerConfiguration
  private var recent: [IterationReport] = []
  /// What the window with the best return after adaptation had, and where it ended.
  private var best: (iteration: Int, returns: [Double], gain: Double)?
  private var examined = 0
  private var rejectedInARow = 0
  private var zeroInARow = 0
  /// Levels of `DivergenceCheck` that have been told of.
  private var toldLevels = 0
  private var told: Set<Symptom> = []

  /// A doctor of a training.
  ///
  /// - Parameter configuration: what the run's configuration says.
  public init(_ configuration: LearnerConfiguration) {
    self.configuration = configuration.inTraining
  }

  /// Looks at one more iteration.
  ///
  /// - Returns: what was found for the first time.
  public mutating func examine(_ report: IterationReport) -> [Finding] {
    recent.append(report)
    if recent.count > Self.window { recent.removeFirst() }
    examined += 1
    let isZero = report.outcome == .rejected(.gradientZero)
    zeroInARow = isZero ? zeroInARow + 1 : 0
    rejectedInARow = report.outcome == .accepted || isZero ? 0 : rejectedInARow + 1
    let findings = [
      ratio(report), rejection(report), zeroGradient(), deviation(report), gain(), peak(),
      baseline(), dominance(),
    ]
    let new = findings.compactMap(\.self).filter { told.insert($0.symptom).inserted }
    return (divergence().map { [$0] } ?? []) + new
  }

  /// Reports again when the next level is exceeded: few diverged episodes may become many.
  private mutating func divergence() -> Finding? {
    let diverged = recent.reduce(0) { $0 + $1.divergedEpisodes }
    let episodes = recent.reduce(0) { $0 + $1.episodes }
    let levels = DivergenceCheck.levels
    let reached = levels.count { Double(diverged) > $0 * Double(episodes) }
    guard reached > toldLevels else { return nil }
    toldLevels = reached
    return DivergenceCheck.finding(
      diverged, of: episodes, beyond: levels[reached - 1],
      recent.count == 1 ? "in an iteration" : "in the last \(recent.count) iterations",
      innerLearningRate: configuration.adaptation.steps > 0
        ? configuration.adaptation.innerLearningRate : nil)
  }

  private func ratio(_ report: IterationReport) -> Finding? {
    guard let difference = report.initialDifference, !(difference <= Self.initialTolerance)
    else { return nil }
    // Where the numbers themselves are not finite, the rejection says so.
    if case .rejected = report.outcome, !difference.isFinite { return nil }
    return Finding(
      .ratioNotOne,
      seen: "before the first step the surrogate or KL of the policy that sampled is off by "
        + FigureText.significant(difference),
      cause: "The adaptation was not computed as its rollouts were sampled: an environment or "
        + "layer that gives other numbers the second time, or very large observations")
  }

  private func rejection(_ report: IterationReport) -> Finding? {
    guard rejectedInARow >= Self.rejections else { return nil }
    return Finding(
      .stepsRejected,
      seen: "\(rejectedInARow) outer steps in a row were rejected (\(report.outcome.label))",
      cause: "θ no longer moves: try a smaller trust_region.maximum_kl or inner learning rate, "
        + "more trust_region.damping, or more episodes a task")
  }

  private func zeroGradient() -> Finding? {
    guard zeroInARow >= Self.rejections else { return nil }
    return Finding(
      .gradientZero,
      seen: "the meta-gradient was zero in \(zeroInARow) iterations in a row",
      cause: "No episode of a task was better than another: their rewards are equal, or they are "
        + "so few that the baseline fits each exactly (as with one pull an episode). Take more "
        + "episodes a task (sampling.rollouts_per_task); if that does not help, look at the "
        + "family's rewards")
  }

  private func deviation(_ report: IterationReport) -> Finding? {
    guard let deviation = report.standardDeviation else { return nil }
    let start = configuration.policy.initialStandardDeviation
    return DeviationCheck.finding(
      deviation, start: start, innerLearningRate: configuration.adaptation.innerLearningRate,
      adapts: configuration.adaptation.steps > 0)
  }

  private func gain() -> Finding? {
    guard configuration.adaptation.steps > 0, recent.count == Self.window else { return nil }
    let gains = recent.map(\.gain)
    let evidence = GainEvidence(
      mean: mean(of: gains), interval: studentInterval(of: gains),
      margin: GainEvidence.margin(before: recent.map(\.returnsBefore)))
    return GainCheck.finding(
      evidence, of: "over the last \(Self.window) iterations",
      innerLearningRate: configuration.adaptation.innerLearningRate, tellsUnknown: false)
  }

  /// Compares windows that do not overlap: each with the best one before it.
  private mutating func peak() -> Finding? {
    guard configuration.adaptation.steps > 0, examined.isMultiple(of: Self.window) else {
      return nil
    }
    let returns = recent.map(\.returnAfter)
    guard let now = SampleSummary(of: returns), now.mean.isFinite,
      let iteration = recent.last?.iteration
    else { return nil }
    guard let best, let then = SampleSummary(of: best.returns), then.mean >= now.mean else {
      best = (iteration, returns, mean(of: recent.map(\.gain)))
      return nil
    }
    guard then.mean - now.mean > Self.lostGain * best.gain,
      let test = welchTest(now, then), test.pValue < Self.lossPValue
    else { return nil }
    return Finding(
      .pastPeak,
      seen: "the return after adaptation was \(FigureText.fixed(then.mean)) up to iteration "
        + "\(best.iteration) and is \(FigureText.fixed(now.mean)) now",
      cause: "The checkpoint with the best validation return is kept. The meta-gradient has "
        + "become worse than its noise: adaptation.estimator lvc and an advantages.gae_lambda "
        + "below 1 keep what was gained; more tasks and episodes help too")
  }

  private func baseline() -> Finding? {
    guard recent.count == Self.window, recent.allSatisfy({ $0.episodeLength > 1 }) else {
      return nil
    }
    let explained = mean(of: recent.map(\.explainedVariance))
    guard explained < Self.explained else { return nil }
    return Finding(
      .baselineExplainsNothing,
      seen: "the baseline explains \(FigureText.percent(max(explained, 0))) of the returns' "
        + "variance",
      cause: "Rewards that observations and time say nothing about, or too great an "
        + "advantages.baseline_ridge; gradients are then noisier than they need be: take more "
        + "episodes a task")
  }

  private func dominance() -> Finding? {
    guard configuration.sampling.metaBatchSize >= 4, recent.count == Self.window else {
      return nil
    }
    let share = mean(of: recent.map(\.largestTaskShare))
    guard share > Self.dominance(tasks: configuration.sampling.metaBatchSize) else { return nil }
    return Finding(
      .taskDominates,
      seen: "one task makes \(FigureText.percent(share)) of the meta-gradient's norm in a "
        + "typical iteration",
      cause: "The others hardly count: its inner step is far too long (a smaller inner learning "
        + "rate), or one task in the batch differs in kind")
  }
}
