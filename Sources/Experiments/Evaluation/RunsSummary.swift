import Statistics

/// Several runs (seeds) of one policy on the same tasks, taken together: both runs and tasks are
/// resampled, so that an interval speaks of new seeds and new tasks.
public struct RunsSummary: Sendable, Equatable {
  /// What is said of one step, or of its gain.
  public struct Point: Sendable, Equatable {
    /// Steps.
    public let step: Int
    /// Mean over runs and tasks.
    public let mean: Double
    /// 95 % hierarchical bootstrap interval; nil under two runs or five tasks.
    public let interval: Interval?
    /// Interquartile mean over all results.
    public let interquartileMean: Double
    /// Its interval.
    public let interquartileInterval: Interval?
    /// Mean of each run, in order.
    public let perRun: [Double]
  }

  /// Runs.
  public let runCount: Int
  /// Returns after 0 … K steps.
  public let returns: [Point]
  /// Gains after 1 … K steps.
  public let gains: [Point]

  /// The summary of at least two curves on the same tasks with equally many steps.
  public init(_ curves: [AdaptationCurve]) {
    precondition(!curves.isEmpty, "curves: 0, at least 1 expected")
    runCount = curves.count
    let steps = curves.map(\.returns.count).min() ?? 1
    returns = (0..<steps).map { step in
      Self.point(step, curves.map { $0.returns[step] })
    }
    gains = (1..<max(steps, 1)).map { step in
      Self.point(step, curves.map { $0.gains(step: step) })
    }
  }

  private static func point(_ step: Int, _ runs: [[Double]]) -> Point {
    let all = runs.flatMap(\.self)
    return Point(
      step: step, mean: Statistics.mean(of: all),
      interval: hierarchicalBootstrapInterval(of: runs),
      interquartileMean: SummaryStatistic.interquartileMean.value(of: all),
      interquartileInterval: hierarchicalBootstrapInterval(
        of: runs, statistic: .interquartileMean),
      perRun: runs.map { Statistics.mean(of: $0) })
  }

  /// What a report must say about the number of runs; nil when there are enough.
  var note: String? {
    runCount < 5
      ? "\(runCount) runs: their interval can hardly show how much runs differ" : nil
  }

  /// The summary as JSON.
  var json: JSONValue {
    func list(_ points: [Point]) -> JSONValue {
      .array(
        points.map { point in
          .object([
            .init("step", .integer(point.step)), .init("mean", .number(point.mean)),
            .init("hierarchical95", point.interval.json),
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
