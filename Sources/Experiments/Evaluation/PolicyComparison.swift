import Files
import Statistics

/// The evaluated policy against another one after each step, on the same tasks, start states and
/// noise.
public struct PolicyComparison: Sendable, Equatable {
  /// What a difference rests on.
  public enum Evidence: Sendable, Equatable {
    /// One training each: it is about these two trained policies, paired task by task; nothing is
    /// said of other seeds.
    case oneRunEach(DifferenceStatistics)
    /// Several runs each: it is about new seeds of both and new tasks.
    case runs(CrossedMean)
    /// There is no test: of one policy there are several runs, of the other one.
    case none
  }

  /// The comparison after one step.
  public struct Point: Sendable, Equatable {
    /// Steps that the first policy took.
    public let step: Int
    /// Steps that the other took: as many, or all that it has.
    public let otherStep: Int
    /// First minus other, the mean over tasks and runs.
    public let mean: Double
    /// What this rests on.
    public let evidence: Evidence
    /// Share of tasks on which the first policy does worse, its runs and the other's averaged.
    public let shareWorse: Double
    /// Whether the first does better on a task.
    public let improvement: ProbabilityOfImprovement

    /// 95 % interval of the difference: Student's over tasks for one run each, over runs and tasks
    /// for several; nil where there is no test, and under two tasks.
    public var interval: Interval? {
      switch evidence {
      case .oneRunEach(let difference): difference.student
      case .runs(let difference): difference.interval()
      case .none: nil
      }
    }
  }

  /// The points in order of steps.
  public let points: [Point]
  /// Why there are no tests, where there are none; in words for a note.
  public let refusal: String?

  /// Compares two policies.
  ///
  /// - Parameters:
  ///   - first: the evaluated one.
  ///   - other: the other, on the same tasks.
  public init(_ first: PolicyGroup, over other: PolicyGroup) {
    let strata = first.reports[0].strata
    let (runs, others) = (first.reports.map(\.curve), other.reports.map(\.curve))
    points = (0...first.stepCount).map { step in
      let otherStep = min(step, other.stepCount)
      let mine = runs.map { $0.returns[step] }
      let theirs = others.map { $0.returns[otherStep] }
      let differences = mine[0].indices.map { task in
        mean(of: mine.map { $0[task] }) - mean(of: theirs.map { $0[task] })
      }
      return Point(
        step: step, otherStep: otherStep, mean: mean(of: differences),
        evidence: Self.evidence(mine, theirs, differences, strata),
        shareWorse: Double(differences.count { $0 < 0 }) / Double(differences.count),
        improvement: ProbabilityOfImprovement(of: byTask(mine), over: byTask(theirs)))
    }
    let single = [first, other].first { $0.reports.count == 1 }
    if let single, runs.count != others.count {
      refusal =
        "no test of \(first.name) against \(other.name): of \(single.name) there is one run, "
        + "which does not show how much its seeds differ; name several of its runs"
    } else {
      refusal = nil
    }
  }

  private static func evidence(
    _ mine: [[Double]], _ theirs: [[Double]], _ differences: [Double], _ strata: TaskStrata
  ) -> Evidence {
    switch (mine.count, theirs.count) {
    case (1, 1): return .oneRunEach(DifferenceStatistics(differences, strata: strata))
    case (1, _), (_, 1): return .none
    default:
      guard differences.count > 1 else { return .none }
      return .runs(CrossedMean(of: mine, minus: theirs, strata: strata.repeated))
    }
  }

  /// The points as JSON.
  var json: JSONValue { .array(points.map(\.json)) }
}

/// Values by run, then task, as values by task, then run.
private func byTask(_ runs: [[Double]]) -> [[Double]] {
  runs[0].indices.map { task in runs.map { $0[task] } }
}

extension PolicyComparison.Point {
  /// Two-sided p-value over runs and tasks; nil for one run each, and where there is no test.
  public var pValue: Double? {
    guard case .runs(let difference) = evidence else { return nil }
    return difference.pValue()
  }

  /// The point as JSON: p-values of one run each, or of several, and `null` for the others.
  var json: JSONValue {
    var difference: DifferenceStatistics?
    if case .oneRunEach(let statistics) = evidence { difference = statistics }
    func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    return .object([
      .init("step", .integer(step)), .init("other_step", .integer(otherStep)),
      .init("mean", .number(mean)), .init("ci95", interval.json),
      .init("bootstrap95", (difference?.bootstrap).json),
      .init("wilcoxon_p", number(difference?.wilcoxonP)),
      .init("paired_t_p", number(difference?.pairedTP)),
      .init("runs_p", number(pValue)),
      .init("share_worse", .number(shareWorse)),
      .init("probability_of_improvement", .number(improvement.value)),
      .init("probability95", improvement.interval.json),
    ])
  }
}
