import Files
import Statistics

/// Several runs (seeds) of one policy on the same tasks, taken together: intervals and tests speak
/// of new seeds and new tasks.
public struct RunsSummary: Sendable, Equatable {
  /// What is said of one step, or of its gain.
  public struct Point: Sendable, Equatable {
    /// Steps.
    public let step: Int
    /// Mean over runs and tasks.
    public let mean: Double
    /// The mean with what it varies by; nil under two runs or two tasks.
    public let estimate: CrossedMean?
    /// Interquartile mean over the tasks of a run, averaged over runs.
    public let interquartileMean: Double
    /// Its 95 % interval; nil under two runs or two tasks.
    public let interquartileInterval: Interval?
    /// Mean of each run, in order.
    public let perRun: [Double]

    /// 95 % interval of the mean over runs and tasks; nil under two runs or two tasks.
    public var interval: Interval? { estimate?.interval() }
    /// Two-sided p-value that the mean over runs and tasks is 0, for gains; nil where there is no
    /// interval, and where nothing varies.
    public var pValue: Double? { estimate?.pValue() }
  }

  /// Runs.
  public let runCount: Int
  /// Returns after 0 … K steps.
  public let returns: [Point]
  /// Gains after 1 … K steps.
  public let gains: [Point]

  /// The summary of curves on the same tasks.
  ///
  /// - Parameters:
  ///   - curves: one a run, at least one; steps are those that all have.
  ///   - strata: which tasks are the same.
  public init(_ curves: [AdaptationCurve], strata: TaskStrata) {
    precondition(!curves.isEmpty, "curves: 0, at least 1 expected")
    runCount = curves.count
    let steps = curves.map(\.returns.count).min() ?? 1
    returns = (0..<steps).map { step in
      Self.point(step, curves.map { $0.returns[step] }, strata)
    }
    gains = (1..<max(steps, 1)).map { step in
      Self.point(step, curves.map { $0.gains(step: step) }, strata)
    }
  }

  private static func point(_ step: Int, _ runs: [[Double]], _ strata: TaskStrata) -> Point {
    let robust = runs.map { SummaryStatistic.interquartileMean.value(of: $0) }
    let varies = runs.count > 1 && runs[0].count > 1
    return Point(
      step: step, mean: Statistics.mean(of: runs.map { Statistics.mean(of: $0) }),
      estimate: varies ? CrossedMean(of: runs, strata: strata.repeated) : nil,
      interquartileMean: Statistics.mean(of: robust),
      interquartileInterval: varies
        ? CrossedMean.interquartile(of: runs, strata: strata.repeated).interval() : nil,
      perRun: runs.map { Statistics.mean(of: $0) })
  }

  /// What a report must say about the number of runs; nil when there are enough.
  var note: String? {
    runCount < 5
      ? "\(runCount) runs: intervals over runs are wide, since so few hardly show how much runs "
        + "differ" : nil
  }

  /// The summary as JSON.
  var json: JSONValue {
    func list(_ points: [Point]) -> JSONValue {
      .array(
        points.map { point in
          .object([
            .init("step", .integer(point.step)), .init("mean", .number(point.mean)),
            .init("hierarchical95", point.interval.json),
            .init("p", point.pValue.map(JSONValue.number) ?? .null),
            .init("iqm", .number(point.interquartileMean)),
            .init("iqm95", point.interquartileInterval.json),
            .init("per_run", .numbers(point.perRun)),
          ])
        })
    }
    return .object([
      .init("runs", .integer(runCount)), .init("curve", list(returns)),
      .init("gains", list(gains)),
    ])
  }
}
