import Files
import Statistics

/// What is said of results, one a task.
public struct ResultStatistics: Sendable, Equatable {
  /// Mean over tasks.
  public let mean: Double
  /// 95 % Student t interval of the mean; nil under two tasks.
  public let student: Interval?
  /// 95 % bootstrap interval of the mean, tasks resampled within their strata; nil under five.
  public let bootstrap: Interval?
  /// Mean of the middle half.
  public let interquartileMean: Double
  /// Its 95 % bootstrap interval; nil under five tasks.
  public let interquartileInterval: Interval?
  /// Mean of the lowest tenth.
  public let worstTenth: Double

  /// The statistics of values in the order of the tasks.
  ///
  /// - Parameters:
  ///   - values: one a task, at least one.
  ///   - strata: which tasks are the same.
  public init(_ values: [Double], strata: TaskStrata) {
    let strata = strata.split(values)
    mean = Statistics.mean(of: values)
    student = studentInterval(of: values)
    bootstrap = stratifiedBootstrapInterval(of: strata)
    interquartileMean = SummaryStatistic.interquartileMean.value(of: values)
    interquartileInterval = stratifiedBootstrapInterval(
      of: strata, statistic: .interquartileMean)
    worstTenth = SummaryStatistic.worstTenthMean.value(of: values)
  }
}

/// What is said of differences, paired task by task: a gain, or one policy against another.
public struct DifferenceStatistics: Sendable, Equatable {
  /// Mean over tasks.
  public let mean: Double
  /// 95 % Student t interval of the mean; nil under two tasks.
  public let student: Interval?
  /// 95 % bootstrap interval of the mean; nil under five tasks.
  public let bootstrap: Interval?
  /// Two-sided p-value of Wilcoxon's signed-rank test; nil when no task differs.
  public let wilcoxonP: Double?
  /// Two-sided p-value of the paired t test; nil under two tasks and when all are equal.
  public let pairedTP: Double?
  /// Share of tasks with a negative difference.
  public let shareNegative: Double

  /// The statistics of differences in the order of the tasks.
  public init(_ differences: [Double], strata: TaskStrata) {
    mean = Statistics.mean(of: differences)
    student = studentInterval(of: differences)
    bootstrap = stratifiedBootstrapInterval(of: strata.split(differences))
    wilcoxonP = wilcoxonTest(of: differences)?.pValue
    pairedTP = pairedTTest(of: differences)?.pValue
    shareNegative = Double(differences.count { $0 < 0 }) / Double(differences.count)
  }

  /// The statistics as members of a JSON object.
  var members: [JSONValue.Member] {
    [
      .init("mean", .number(mean)), .init("ci95", student.json),
      .init("bootstrap95", bootstrap.json),
      .init("wilcoxon_p", wilcoxonP.map(JSONValue.number) ?? .null),
      .init("paired_t_p", pairedTP.map(JSONValue.number) ?? .null),
    ]
  }
}

extension Interval? {
  /// `[lower, upper]`, or `null`.
  var json: JSONValue {
    map { .array([.number($0.lower), .number($0.upper)]) } ?? .null
  }
}
