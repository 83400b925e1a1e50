import CGSL

/// A number that sums up the results over tasks.
public enum SummaryStatistic: String, Sendable, CaseIterable {
  /// The arithmetic mean.
  case mean
  /// The mean of the middle half: ⌊n/4⌋ values cut off at each end.
  /// Source: Agarwal et al. 2021, arXiv:2108.13264, section 4.3.
  case interquartileMean
  /// The mean of the lowest tenth: of the ⌈n/10⌉ lowest values.
  case worstTenthMean

  /// The statistic of some values.
  ///
  /// - Precondition: at least one value.
  /// - Complexity: O(n) for the mean, O(n log n) for the others.
  public func value(of values: [Double]) -> Double {
    var values = values
    return value(reordering: &values)
  }

  /// The statistic of values that may be sorted on the way.
  func value(reordering values: inout [Double]) -> Double {
    let count = values.count
    precondition(count > 0, "values: 0, at least 1 expected")
    switch self {
    case .mean:
      return gsl_stats_mean(values, 1, count)
    case .interquartileMean:
      gsl_sort(&values, 1, count)
      return gsl_stats_trmean_from_sorted_data(0.25, values, 1, count)
    case .worstTenthMean:
      gsl_sort(&values, 1, count)
      return gsl_stats_mean(values, 1, (count + 9) / 10)
    }
  }
}
