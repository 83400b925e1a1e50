import Environments
import Files
import MetaLearning

/// Evaluations of one policy over a grid of settings: response curves of adaptation.
///
/// All points meet the same tasks, start states and noise, so that neighbours differ by their
/// settings alone.
public struct Sweep: Sendable {
  /// What runs.
  public struct Axes: Sendable {
    /// α of the first step; further steps follow the policy's schedule.
    public var innerLearningRates: [Double]
    /// Episodes a task and step.
    public var rolloutsPerTask: [Int]
    /// Steps after which the return is reported.
    public var steps: [Int]
    /// A number of the tasks, or nil.
    public var taskRange: TaskRange?

    /// Axes; none of the lists is empty.
    public init(
      innerLearningRates: [Double], rolloutsPerTask: [Int], steps: [Int], taskRange: TaskRange?
    ) {
      self.innerLearningRates = innerLearningRates
      self.rolloutsPerTask = rolloutsPerTask
      self.steps = steps
      self.taskRange = taskRange
    }
  }

  /// One evaluation of the grid.
  public struct Point: Sendable {
    /// The value of the running number of the task; nil without one.
    public let taskValue: Double?
    /// α of the first step.
    public let innerLearningRate: Double
    /// The request.
    public let request: EvaluationRequest
  }

  /// What runs.
  public let axes: Axes
  /// The evaluations, the learning rate fastest.
  public let points: [Point]
  /// Which tasks the running number was put into, as reports name them.
  public let source: String
  private let label: String
  private let unit: String

  /// The grid of a family.
  ///
  /// - Parameters:
  ///   - axes: what runs.
  ///   - base: which tasks; with a range, their running number is replaced.
  ///   - family: the tasks.
  ///   - adaptation: of the swept policy, whose schedule later steps follow.
  /// - Throws: `EnvironmentError.task` for a range that the family does not take.
  public init(
    _ axes: Axes, base: EvaluationRequest, family: DefinedTaskFamily,
    adaptation: AdaptationConfiguration
  ) throws(EnvironmentError) {
    self.axes = axes
    source = base.source
    label = axes.taskRange?.label(of: family) ?? ""
    unit =
      family.definition.parameters.first { $0.rule.name == axes.taskRange?.parameter }?.rule.unit
      ?? ""
    let steps = axes.steps.max() ?? 0
    var points: [Point] = []
    for value in axes.taskRange.map({ $0.values.map(Optional.some) }) ?? [nil] {
      var tasks: [TaskParameters]?
      if let range = axes.taskRange, let value {
        var changed: [TaskParameters] = []
        for index in 0..<base.tasks {
          changed.append(try range.applied(value, to: base.task(index, of: family), of: family))
        }
        tasks = changed
      }
      for episodes in axes.rolloutsPerTask {
        for rate in axes.innerLearningRates {
          var request = base
          request.listedTasks = tasks ?? base.listedTasks
          request.rolloutsPerTask = episodes
          request.innerLearningRates = adaptation.innerLearningRates(steps: steps, from: rate)
          points.append(Point(taskValue: value, innerLearningRate: rate, request: request))
        }
      }
    }
    self.points = points
  }

  /// The table for people.
  ///
  /// - Parameter reports: one a point, in order.
  /// - Returns: one row a point and step.
  public func table(_ reports: [EvaluationReport]) -> ReportTable {
    var table = ReportTable(
      "\(reports.first?.scoreName ?? "Mean undiscounted return") and gain over no adaptation [95 % Student t interval over tasks]",
      (label.isEmpty ? [] : [label])
        + [
          "alpha", reports.first?.examples == nil ? "episodes" : "queries", "steps",
          reports.first?.examples == nil ? "return" : "score", "gain", "tasks made worse",
          "diverged",
        ],
      textColumns: 0)
    forEachRow(reports) { point, report, step in
      let gain = step > 0 ? report.gains[step - 1] : nil
      table.append(
        (point.taskValue.map { [shortest($0)] } ?? []) + [
          "\(point.innerLearningRate)", "\(point.request.rolloutsPerTask)", "\(step)",
          FigureText.figure(report.steps[step].mean, report.steps[step].student),
          gain.map { FigureText.figure($0.mean, $0.student) } ?? "-",
          FigureText.percent(gain?.shareNegative),
          DivergenceCheck.count(
            report.curve.divergedByStep[step], of: report.curve.episodesPerStep),
        ])
    }
    return table
  }

  /// What a reader must be told about the table: where episodes diverged; one line each.
  ///
  /// - Parameter reports: one a point, in order.
  /// - Returns: no line where none did.
  public func notes(_ reports: [EvaluationReport]) -> [String] {
    let broken = reports.filter { $0.curve.divergedEpisodes > 0 }
    guard !broken.isEmpty else { return [] }
    let (diverged, episodes) = reports.reduce(into: (0, 0)) {
      $0.0 += $1.curve.divergedEpisodes
      $0.1 += $1.curve.episodes
    }
    return [
      "\(DivergenceCheck.count(diverged, of: episodes)) episodes diverged; "
        + DivergenceCheck.meaning
    ]
  }

  /// The figures in full, one row a point and step.
  public func csv(_ reports: [EvaluationReport]) -> String {
    let header =
      (label.isEmpty ? [] : [label]) + [
        "inner_learning_rate", "rollouts_per_task", "step", "tasks", "mean", "ci95_lower",
        "ci95_upper", "bootstrap95_lower", "bootstrap95_upper", "iqm", "worst_tenth", "gain",
        "gain_ci95_lower", "gain_ci95_upper", "gain_share_worse", "diverged_episodes",
      ] + SweepTable.originColumns
    var rows: [[JSONValue]] = []
    func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    forEachRow(reports) { point, report, step in
      let (statistics, gain) = (report.steps[step], step > 0 ? report.gains[step - 1] : nil)
      rows.append(
        (point.taskValue.map { [.number($0)] } ?? []) + [
          number(point.innerLearningRate), .integer(point.request.rolloutsPerTask),
          .integer(step), .integer(point.request.tasks), number(statistics.mean),
          number(statistics.student?.lower), number(statistics.student?.upper),
          number(statistics.bootstrap?.lower), number(statistics.bootstrap?.upper),
          number(statistics.interquartileMean), number(statistics.worstTenth), number(gain?.mean),
          number(gain?.student?.lower), number(gain?.student?.upper),
          number(gain?.shareNegative), .integer(report.curve.divergedByStep[step]),
          .text(report.policy),
          .text(report.preset.map { "\(report.family)@\($0)" } ?? report.family), .text(source),
          .text("\(report.request.seed)"), .text(unit),
        ])
    }
    return CommaSeparated.text(header: header, rows: rows)
  }

  private func forEachRow(
    _ reports: [EvaluationReport], _ body: (Point, EvaluationReport, _ step: Int) -> Void
  ) {
    precondition(reports.count == points.count, "\(reports.count) reports of \(points.count)")
    for (point, report) in zip(points, reports) {
      for step in axes.steps where step < report.steps.count { body(point, report, step) }
    }
  }

  /// The number without the noise of adding steps: at most nine significant digits.
  private func shortest(_ value: Double) -> String {
    let text = FigureText.fixed(value, decimals: 6)
    var trimmed = text[...]
    while trimmed.hasSuffix("0") { trimmed = trimmed.dropLast() }
    return String(trimmed.hasSuffix(".") ? trimmed.dropLast() : trimmed)
  }
}
