import Experiments
import Files
import Statistics

/// Whether a policy adapts, in words and figures.
public struct AdaptationVerdict: Sendable, Equatable {
  /// What can be said.
  public enum Kind: String, Sendable {
    /// The interval of the gain lies above 0.
    case adapts
    /// The interval has 0 in it.
    case unproven
    /// The interval lies below 0.
    case worse
    /// The policy takes no steps.
    case doesNotAdapt = "does-not-adapt"
    /// One task: there is no interval.
    case unknown
    /// More than `BreakdownCheck.verdictLimit` of the episodes broke down: whatever the returns
    /// are, they are not those of a policy that works.
    case brokeDown = "broke-down"
  }

  /// What can be said.
  public let kind: Kind
  /// It in a few words.
  public let headline: String
  /// The figures in sentences.
  public let sentences: [String]

  /// All of it in one line.
  public var text: String { headline + ". " + sentences.joined(separator: " ") }

  /// The verdict about the evaluated policy, all its runs together.
  ///
  /// It rests on the gain after all steps over no adaptation, paired task by task: on its 95 %
  /// Student t interval, for several runs on the interval over runs and tasks.
  public init(_ set: EvaluationSet) {
    let report = set.reports[0]
    let steps = set.runs?.gains.count ?? report.gains.count
    let where_ = "\(report.request.tasks) \(Self.tasks(report.request.source))"
    guard steps > 0 else {
      kind = .doesNotAdapt
      headline = "It was not adapted"
      sentences = [
        "Its \(Self.figure(report)) on \(where_) is "
          + FigureText.figure(report.steps[0].mean, report.steps[0].student) + "."
      ]
      return
    }
    let (before, after, gain, interval): (Double, Double, Double, Interval?)
    if let runs = set.runs {
      (before, after) = (runs.returns[0].mean, runs.returns[steps].mean)
      (gain, interval) = (runs.gains[steps - 1].mean, runs.gains[steps - 1].interval)
    } else {
      (before, after) = (report.steps[0].mean, report.steps[steps].mean)
      (gain, interval) = (report.gains[steps - 1].mean, report.gains[steps - 1].student)
    }
    let broken = Self.breakdowns(set)
    kind =
      broken != nil
      ? .brokeDown
      : interval.map { $0.lower > 0 ? .adapts : $0.upper < 0 ? .worse : .unproven } ?? .unknown
    headline =
      switch kind {
      case .adapts: "It adapts"
      case .worse: "Adapting makes it worse"
      case .unproven: "No gain from adapting can be told from noise"
      case .brokeDown: "Too many episodes broke down to say whether it adapts"
      case .unknown, .doesNotAdapt: "Too few tasks to tell whether it adapts"
      }
    let who = set.runs.map { "\($0.runCount) runs" } ?? "one run"
    var sentences = [
      "On \(where_) the \(Self.figure(report)) of \(who) goes from \(FigureText.fixed(before)) to "
        + "\(FigureText.fixed(after)) with \(FigureText.steps(steps)): a gain of "
        + "\(FigureText.figure(gain, interval)) (95 % interval)."
    ]
    if let broken { sentences.insert(broken, at: 0) }
    let gains = report.gains[steps - 1]
    let worse = Int((gains.shareNegative * Double(report.request.tasks)).rounded())
    let first = set.runs == nil ? "" : " of the first run"
    sentences.append(
      worse == 0
        ? "No task\(first) became worse." : "\(worse) of the tasks\(first) became worse.")
    if let random = set.reports.dropFirst(set.runCount).first(where: { $0.policyKind == .random }),
      random.steps.count > steps
    {
      sentences.append(
        "An untrained policy goes from \(FigureText.fixed(random.steps[0].mean)) to "
          + "\(FigureText.fixed(random.steps[steps].mean)) with the same steps on the same tasks.")
    }
    self.sentences = sentences
  }

  /// What the figures are, in a sentence.
  private static func figure(_ report: EvaluationReport) -> String {
    switch report.examples {
    case nil: "mean return"
    case .numbers: "negative mean squared error"
    case .label: "accuracy"
    }
  }

  /// What is said where more episodes of the evaluated runs broke down than a verdict bears; nil
  /// otherwise.
  private static func breakdowns(_ set: EvaluationSet) -> String? {
    let curves = set.reports.prefix(set.runCount).map(\.curve)
    let diverged = curves.reduce(0) { $0 + $1.divergedEpisodes }
    let share = Double(diverged) / Double(max(curves.reduce(0) { $0 + $1.episodes }, 1))
    guard share > BreakdownCheck.verdictLimit else { return nil }
    return "\(FigureText.percent(share)) of the episodes broke down; beyond "
      + "\(FigureText.percent(BreakdownCheck.verdictLimit)) no verdict is given."
  }

  /// `tasks it never saw (split held_out)`.
  private static func tasks(_ source: String) -> String {
    switch source {
    case "held_out": "tasks it never saw (split held_out)"
    case "shifted": "tasks from outside the training range (split shifted)"
    case "list": "listed tasks"
    default: "tasks of the split \(source)"
    }
  }
}
