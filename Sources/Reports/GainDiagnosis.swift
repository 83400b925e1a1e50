import Experiments
import Files
import MetaLearning
import Statistics

/// Why a policy does not gain from adapting, told apart by trying other inner steps.
///
/// The same runs adapt once more with shorter and longer steps, and with more episodes, on
/// validation tasks, so that what comes out may be used without having looked at held-out ones.
/// A cause is named where the change alone makes the gain that was missing, and not otherwise.
public struct GainDiagnosis: Sendable, Equatable {
  /// Another inner step.
  public struct Trial: Sendable, Hashable {
    /// What all inner learning rates are multiplied by.
    public let rateFactor: Double
    /// What the number of episodes is multiplied by.
    public let episodeFactor: Int

    /// A trial.
    public init(rateFactor: Double, episodeFactor: Int = 1) {
      (self.rateFactor, self.episodeFactor) = (rateFactor, episodeFactor)
    }
  }

  /// What is tried: a tenth to ten times the step, and four times the episodes.
  public static let trials = [
    Trial(rateFactor: 0.1), Trial(rateFactor: 0.3), Trial(rateFactor: 1), Trial(rateFactor: 3),
    Trial(rateFactor: 10), Trial(rateFactor: 1, episodeFactor: 4),
  ]

  /// The level of each trial's interval: 95 % for all of them together (Bonferroni).
  static let level = 1 - 0.05 / Double(trials.count)

  /// A trial with what came of it.
  public struct Outcome: Sendable, Equatable {
    /// The trial.
    public let trial: Trial
    /// What was asked.
    public let request: EvaluationRequest
    /// Mean return before adapting and after all steps.
    public let levels: (before: Double, after: Double)
    /// The gain, with an interval of `level`.
    public let evidence: GainEvidence

    /// Whether two outcomes are the same.
    public static func == (a: Outcome, b: Outcome) -> Bool {
      a.trial == b.trial && a.request == b.request && a.levels == b.levels
        && a.evidence == b.evidence
    }
  }

  /// The outcomes in the order of `trials`.
  public let outcomes: [Outcome]

  /// Whether a verdict asks for a diagnosis: no gain is shown, of a policy that takes steps.
  public static func isNeeded(_ verdict: AdaptationVerdict, _ request: EvaluationRequest) -> Bool {
    [.noGain, .unproven, .worse].contains(verdict.kind)
      && request.innerLearningRates.contains { $0 > 0 }
  }

  /// What a trial asks, from what the verdict rests on.
  public static func request(_ trial: Trial, like request: EvaluationRequest)
    -> EvaluationRequest
  {
    var other = request
    other.split = .validation
    other.tasks = request.tasks
    other.listedTasks = nil
    // Where tasks are of examples, those that the step is taken on, not those that judge it.
    if let shots = request.shots {
      other.shots = shots * trial.episodeFactor
    } else {
      other.rolloutsPerTask *= trial.episodeFactor
    }
    other.innerLearningRates = request.innerLearningRates.map { $0 * trial.rateFactor }
    return other
  }

  /// A diagnosis from returns.
  ///
  /// - Parameters:
  ///   - request: what the verdict rests on, with at least one step.
  ///   - curves: by trial, in the order of `trials`, then by run, all on the same tasks.
  public init(_ request: EvaluationRequest, curves: [[AdaptationCurve]]) {
    precondition(
      curves.count == Self.trials.count, "\(curves.count) outcomes of \(Self.trials.count) trials")
    outcomes = zip(Self.trials, curves).map { trial, runs in
      let last = runs[0].returns.count - 1
      let gains = runs.map { $0.gains(step: last) }
      // Of several runs the interval is of new seeds and new tasks, as the verdict's is.
      let interval: Interval? =
        runs.count > 1 && gains[0].count > 1
        ? CrossedMean(of: gains).interval(level: Self.level)
        : studentInterval(of: gains[0], level: Self.level)
      func level(_ step: Int) -> Double { mean(of: runs.flatMap { $0.returns[step] }) }
      return Outcome(
        trial: trial, request: Self.request(trial, like: request),
        levels: (level(0), level(last)),
        evidence: GainEvidence(
          mean: mean(of: gains.map { mean(of: $0) }), interval: interval,
          margin: GainEvidence.margin(before: runs.map { $0.returns[0] })))
    }
  }

  /// The trial that gains most among those that are shown to gain; nil where none is.
  public var best: Outcome? {
    outcomes.filter { $0.evidence.conclusion == .gains }.max { $0.evidence.mean < $1.evidence.mean }
  }

  /// What an inner gradient is a mean over.
  private var what: String { outcomes[0].request.shots == nil ? "episodes" : "support examples" }

  /// What the trials say of the cause; one sentence or two.
  public var cause: String {
    guard let best else {
      return "Neither steps of a tenth to ten times the length nor four times the \(what) are "
        + "shown to gain on validation tasks: it is not the inner step alone. Tasks may not "
        + "differ in what the policy should do, or meta-training has found nothing to adapt "
        + "from yet."
    }
    let rate = best.request.innerLearningRates.first ?? 0
    let figure = "\(best.evidence.figure) on validation tasks"
    if best.trial.episodeFactor > 1 {
      let size = best.request.shots ?? best.request.rolloutsPerTask
      return "The inner gradient is too noisy: with \(size) \(what) a step the same step gains "
        + "\(figure). Take more \(what) a task."
    }
    if best.trial.rateFactor < 1 {
      return "The inner step is too long: with \(FigureText.significant(rate)) in its place as the "
        + "inner learning rate it gains \(figure)."
    }
    if best.trial.rateFactor > 1 {
      return "The inner step is too short: with \(FigureText.significant(rate)) in its place as "
        + "the inner learning rate it gains \(figure)."
    }
    return "On validation tasks the same step is shown to gain \(figure): these tasks are few or "
      + "differ from those."
  }

  /// The trials as a table.
  public var table: ReportTable {
    var table = ReportTable(
      "Other inner steps, on validation tasks "
        + "[\(FigureText.fixed(Self.level * 100, decimals: 1)) % interval: "
        + "95 % for all of them together]",
      ["alpha", what, "before", "after", "gain", "shown"], textColumns: 0)
    for outcome in outcomes {
      table.append([
        FigureText.significant(outcome.request.innerLearningRates.first ?? 0),
        "\(outcome.request.shots ?? outcome.request.rolloutsPerTask)",
        FigureText.fixed(outcome.levels.before), FigureText.fixed(outcome.levels.after),
        outcome.evidence.figure, outcome.evidence.conclusion.words,
      ])
    }
    return table
  }
}

extension GainEvidence.Conclusion {
  /// What is shown, in words.
  var words: String {
    switch self {
    case .gains: "a gain"
    case .loses: "a loss"
    case .noGain: "no gain that matters"
    case .notKnown: "nothing"
    case .tooFew: "too few tasks"
    }
  }
}
