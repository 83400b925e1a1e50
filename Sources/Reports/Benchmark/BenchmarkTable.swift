import Files
import Foundation
import Statistics

/// Our figures beside the paper's.
public struct BenchmarkTable: Sendable {
  /// How a figure of ours stands against the paper's.
  public enum Verdict: String, Sendable {
    /// Higher, beyond both uncertainties (p < 0.05).
    case better
    /// The difference is shown to be within the margin (two one-sided tests at 5 %).
    case equivalent
    /// Neither: there may be a difference or not.
    case noDifferenceShown = "no difference shown"
    /// Lower, beyond both uncertainties (p < 0.05).
    case worse
  }

  /// What is too little a difference to matter, in units of return, > 0; nil: equivalence is not
  /// tested.
  public var equivalenceMargin: Double?

  private var results:
    [(
      plan: BenchmarkPlan, method: BenchmarkMethod, seed: UInt64,
      result: BenchmarkResult
    )] = []

  /// A table without results.
  public init() {}

  /// Adds the evaluation of one policy.
  public mutating func add(
    _ result: BenchmarkResult, plan: BenchmarkPlan, method: BenchmarkMethod, seed: UInt64
  ) {
    results.append((plan, method, seed, result))
  }

  /// The verdict on a difference of ours from the paper's.
  ///
  /// A difference that is shown and within the margin is better or worse all the same.
  ///
  /// - Parameters:
  ///   - difference: ours less the paper's.
  ///   - margin: as of `equivalenceMargin`.
  /// - Returns: the verdict, and the p-value of no difference; nil where nothing varies.
  static func verdict(_ difference: CrossedMean, margin: Double?) -> (Verdict, pValue: Double?) {
    let pValue = difference.pValue()
    if let pValue, pValue < 0.05 { return (difference.mean > 0 ? .better : .worse, pValue) }
    if let margin, let equivalence = difference.equivalencePValue(margin: margin),
      equivalence < 0.05
    {
      return (.equivalent, pValue)
    }
    return (.noDifferenceShown, pValue)
  }

  /// One table a family that has results.
  public var tables: [ReportTable] {
    BenchmarkPlan.all.compactMap { plan in
      let own = results.filter { $0.plan.family == plan.family }
      guard !own.isEmpty else { return nil }
      var table = ReportTable(
        "\(plan.reference)",
        [
          "method", "steps", "ours ± standard error", "paper ± standard error", "difference [95 %]",
          "verdict", "p", "mean of each seed",
        ], textColumns: 1)
      for method in BenchmarkMethod.allCases {
        let runs = own.filter { $0.method == method }.sorted { $0.seed < $1.seed }
        append(method, runs.map(\.result), paper: PaperResults.families[plan.family], to: &table)
      }
      return table
    }
  }

  private func append(
    _ method: BenchmarkMethod, _ runs: [BenchmarkResult], paper: PaperResults.Family?,
    to table: inout ReportTable
  ) {
    guard let steps = runs.map(\.returns.count).min() else { return }
    for step in 0..<steps {
      let figures = paper?.figures[method]
      let figure = figures.flatMap { step < $0.count ? $0[step] : nil }
      row(
        method.rawValue, "\(step)", runs.map { $0.returns[step] }, figure?.sample,
        errorIsKnown: figure?.standardError != nil, to: &table)
    }
    if method == .maml, steps > 1 {
      let gains = runs.map { run in zip(run.returns[1], run.returns[0]).map { $0 - $1 } }
      row("maml, gain", "0 to 1", gains, paper?.gainSample, errorIsKnown: true, to: &table)
    }
  }

  private func row(
    _ name: String, _ steps: String, _ runs: [[Double]], _ paper: SampleSummary?,
    errorIsKnown: Bool, to table: inout ReportTable
  ) {
    // Of several seeds the error is over seeds and tasks; of one it is that of this training.
    let ours: CrossedMean
    if runs.count > 1, runs[0].count > 1 {
      ours = CrossedMean(of: runs)
    } else if let sample = SampleSummary(of: runs[0]) {
      ours = CrossedMean(sample)
    } else {
      return
    }
    let difference = paper.map(ours.minus)
    let verdict = difference.map { Self.verdict($0, margin: equivalenceMargin) }
    table.append([
      name, steps, Self.text(ours.mean, ours.standardError),
      paper.map { Self.text($0.mean, errorIsKnown ? $0.standardError : nil) } ?? "-",
      difference.map { FigureText.figure($0.mean, $0.interval(), decimals: 1) } ?? "-",
      verdict?.0.rawValue ?? "-", FigureText.pValue(verdict?.pValue),
      runs.map { FigureText.fixed(mean(of: $0), decimals: 1) }.joined(separator: ", "),
    ])
  }

  private static func text(_ mean: Double, _ error: Double?) -> String {
    FigureText.fixed(mean, decimals: 1)
      + (error.map { " ± \(FigureText.fixed($0, decimals: 1))" } ?? "")
  }

  /// What a reader must know about the tables; one line each.
  public var notes: [String] {
    var notes = [
      "Mean undiscounted return over the paper's own 40 held-out tasks, after so many gradient "
        + "steps with its step sizes. Of several seeds standard errors, intervals and tests are "
        + "over seeds and tasks; of one seed they are over tasks and about this training alone. A "
        + "figure of the paper is one training's; its error is over tasks, and where none is "
        + "published the figure is taken as exact.",
      "Better and worse: p < 0.05. No difference shown does not mean equal"
        + (equivalenceMargin.map {
          "; equivalent: two one-sided tests at 5 % show a difference of less than \($0)."
        } ?? "; --equivalence-margin tests for that."),
      "Checkpoints are selected by the return after adaptation on 40 validation tasks, a stream of "
        + "their own. Pretrained and oracle train for as many iterations on as many episodes.",
    ]
    let settings = results.first?.plan.settings ?? []
    notes.append(
      settings.isEmpty
        ? "Settings are the paper's: inner estimator log-likelihood, exact second order, λ 1."
        : "Settings are the paper's but for \(settings.joined(separator: ", ")).")
    if results.contains(where: { $0.plan.family.hasSuffix("-direction") }) {
      notes.append("A direction family has two tasks; the paper's 40 draws are of these two.")
    }
    for plan in BenchmarkPlan.all {
      let trained = results.filter { $0.plan.family == plan.family && $0.method != .random }
      guard !trained.isEmpty else { continue }
      let list = trained.map {
        "\($0.method.rawValue) seed \($0.seed): \($0.result.iteration) of "
          + "\($0.result.trainedIterations)"
      }
      notes.append("\(plan.family), selected iterations: \(list.joined(separator: "; ")).")
    }
    return notes
  }

  /// The tables for LaTeX papers that load `booktabs`.
  ///
  /// - Parameter command: the command that makes them again, told in a comment.
  /// - Returns: the text of the file.
  public func latex(command: String) -> String {
    (["% " + command.map { $0.isNewline ? " " : "\($0)" }.joined() + "\n"] + tables.map(\.latex))
      .joined(separator: "\n")
  }

  /// The tables as Markdown.
  ///
  /// - Parameter command: how they can be made again.
  /// - Returns: the document.
  public func markdown(command: String) -> String {
    let blocks =
      ["# The MAML paper's reinforcement learning", "`\(command.replacing("`", with: "'"))`"]
      + tables.map(\.markdown) + [
        notes.map { "- \(MarkdownText.plain($0))" }.joined(separator: "\n")
      ]
    return blocks.joined(separator: "\n\n") + "\n"
  }
}
