import Experiments
import Files
import Statistics

/// Whether a policy adapts, in words and figures.
///
/// It rests on the gain after all steps over no adaptation, paired task by task, and on how the
/// level that is reached compares with an untrained policy's after the same steps.
public struct AdaptationVerdict: Sendable, Equatable {
  /// What can be said.
  public enum Kind: String, Sendable, CaseIterable {
    /// A gain is shown.
    case adapts
    /// It is shown that there is no gain that matters.
    case noGain = "no-gain"
    /// Whether there is a gain is not known.
    case unproven
    /// A loss is shown.
    case worse
    /// The policy takes no steps.
    case doesNotAdapt = "does-not-adapt"
    /// One task: there is no interval.
    case unknown
    /// More than `DivergenceCheck.verdictLimit` of the episodes diverged: whatever the returns
    /// are, they are not those of a policy that works.
    case diverged
  }

  /// What can be said.
  public let kind: Kind
  /// It in a few words.
  public let headline: String
  /// The figures in sentences.
  public let sentences: [String]
  /// What the gain shows; nil where the policy takes no steps.
  public let evidence: GainEvidence?

  /// All of it in one line.
  public var text: String { headline + ". " + sentences.joined(separator: " ") }

  /// The verdict about the evaluated policy, all its runs together.
  ///
  /// The intervals are 95 % Student t intervals over tasks; for several runs they are of runs and
  /// tasks.
  ///
  /// - Parameters:
  ///   - set: the evaluation.
  ///   - diagnosis: why there is no gain, where that was looked for.
  public init(_ set: EvaluationSet, diagnosis: GainDiagnosis? = nil) {
    let gain = set.gain
    let tasks = Self.tasks(set)
    guard let gain else {
      (kind, evidence, headline) = (.doesNotAdapt, nil, "It was not adapted")
      sentences = ["Its \(Self.figure(set)) on \(tasks) is \(Self.level(of: set))."]
      return
    }
    evidence = gain.evidence
    let divergences = set.divergences
    let kind = divergences == nil ? Self.kind(gain.evidence.conclusion) : .diverged
    self.kind = kind
    let untrained = divergences == nil ? UntrainedComparison(set) : nil
    headline = Self.headline(kind, set) + (untrained?.clause(after: kind) ?? "")
    let all = [
      divergences ?? "", Self.sentence(gain, tasks: tasks, set),
      divergences == nil ? Self.meaning(gain.evidence) : "", Self.worse(set),
      untrained?.sentence ?? "", diagnosis?.cause ?? "",
    ]
    sentences = all.filter { !$0.isEmpty }
  }

  private static func kind(_ finding: GainEvidence.Conclusion) -> Kind {
    switch finding {
    case .gains: .adapts
    case .loses: .worse
    case .noGain: .noGain
    case .notKnown: .unproven
    case .tooFew: .unknown
    }
  }

  /// What the figures are, in a sentence.
  private static func figure(_ set: EvaluationSet) -> String {
    switch set.reports[0].examples {
    case nil: "mean return"
    case .numbers: "negative mean squared error"
    case .label: "accuracy"
    }
  }

  private static func headline(_ kind: Kind, _ set: EvaluationSet) -> String {
    switch kind {
    case .adapts: "It adapts" + (set.trainedOnAll ? " to the tasks it was trained on" : "")
    case .worse: "Adapting makes it worse"
    case .noGain: "It gains nothing that matters from adapting"
    case .unproven: "Whether it gains from adapting is not known"
    case .diverged: "Too many episodes diverged to say whether it adapts"
    case .unknown, .doesNotAdapt: "Too few tasks to tell whether it adapts"
    }
  }

  private static func level(of set: EvaluationSet) -> String {
    set.runs.map { FigureText.figure($0.returns[0].mean, $0.returns[0].interval) }
      ?? FigureText.figure(set.reports[0].steps[0].mean, set.reports[0].steps[0].student)
  }

  private static func sentence(_ gain: SetGain, tasks: String, _ set: EvaluationSet) -> String {
    let who = set.runCount > 1 ? "\(set.runCount) runs" : "one run"
    return "On \(tasks) the \(figure(set)) of \(who) goes from \(FigureText.fixed(gain.before)) to "
      + "\(FigureText.fixed(gain.after)) with \(FigureText.steps(gain.steps)): a gain of "
      + "\(gain.evidence.figure) (95 % interval)."
  }

  private static func meaning(_ evidence: GainEvidence) -> String {
    guard !evidence.marginText.isEmpty else { return "" }
    let margin = evidence.marginText.prefix(1).uppercased() + evidence.marginText.dropFirst()
    switch evidence.conclusion {
    case .noGain: return margin + "; all of the interval lies below that."
    case .notKnown:
      return margin + "; the interval holds that as well as no gain at all. More tasks, episodes "
        + "or runs can tell."
    case .gains, .loses, .tooFew: return ""
    }
  }

  private static func worse(_ set: EvaluationSet) -> String {
    let runs = set.reports.prefix(set.runCount)
    let returns = runs.map(\.curve.returns)
    guard let steps = returns.map(\.count).min(), steps > 1 else { return "" }
    let gains = returns[0][0].indices.map { task in
      returns.reduce(0) { $0 + $1[steps - 1][task] - $1[0][task] }
    }
    let worse = gains.count { $0 < 0 }
    let mean = set.runCount > 1 ? " in the mean over the runs" : ""
    return worse == 0
      ? "No task became worse\(mean)." : "\(worse) of the tasks became worse\(mean)."
  }

  /// `40 tasks it never saw (split held_out)`, as far as that is true.
  private static func tasks(_ set: EvaluationSet) -> String {
    let request = set.reports[0].request
    let strata = set.reports[0].strata
    if set.trainedOnAll {
      let what =
        strata.repeats ? "draws of \(strata.tasks.count) tasks" : "tasks"
      return "\(request.tasks) \(what), all of which it was trained on (split \(request.source))"
    }
    if let seen = set.trainedOn, seen > 0 {
      return "\(request.tasks) tasks, \(seen) of which it was trained on (split "
        + "\(request.source))"
    }
    switch request.source {
    case "held_out" where set.trainedOn == 0:
      return "\(request.tasks) tasks it never saw (split held_out)"
    case "shifted": return "\(request.tasks) tasks from outside the training range (split shifted)"
    case "list": return "\(request.tasks) listed tasks"
    default: return "\(request.tasks) tasks of the split \(request.source)"
    }
  }
}
