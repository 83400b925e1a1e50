import CGSL

/// How bootstrap intervals are made.
public struct BootstrapOptions: Sendable, Hashable {
  /// The share of intervals that cover the truth, in (0, 1).
  public var level = 0.95
  /// Resamples, ≥ 1.
  public var resamples = 10_000
  /// Seed of the generator: the same seed gives the same interval.
  public var seed: UInt64 = 0

  /// A level of 0.95 from 10,000 resamples, seed 0.
  public init() {}

  /// Options of one's own.
  public init(level: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 0) {
    self.level = level
    self.resamples = resamples
    self.seed = seed
  }
}

/// Fewest values that a bootstrap interval is made from: fewer cannot show their spread.
public let fewestBootstrapValues = 5

/// The expanded percentile bootstrap interval of a statistic over tasks.
///
/// Tasks are drawn with replacement; the interval lies between the quantiles α′ and 1 − α′ of
/// the statistic over resamples, α′ = Φ(−√(n/(n − 1)) · t_{(1 + level)/2, n − 1}). The plain
/// percentile interval (α′ = (1 − level)/2) is too narrow by a factor of about
/// √((n − 1)/n) · z/t for n tasks; this widens it to the right level for the mean of normal
/// values. Source: Hesterberg 2015, doi:10.1080/00031305.2015.1089789, section 3.3.
///
/// - Parameters:
///   - values: one a task, [n].
///   - statistic: what to estimate.
///   - options: level, resamples, seed.
/// - Returns: the interval, or nil for fewer than `fewestBootstrapValues` values.
/// - Complexity: O(resamples · n), with a factor log n for statistics that sort.
public func bootstrapInterval(
  of values: [Double], statistic: SummaryStatistic = .mean,
  options: BootstrapOptions = BootstrapOptions()
) -> Interval? {
  guard values.count >= fewestBootstrapValues else { return nil }
  let count = Double(values.count)
  let tail = bootstrapTail(
    level: options.level, degreesOfFreedom: count - 1, inflation: (count / (count - 1)).squareRoot()
  )
  var sample = values
  return percentileInterval(tail: tail, options: options) { generator in
    generator.resample(values, into: &sample, at: 0)
    return statistic.value(reordering: &sample)
  }
}

/// Draws the statistic `options.resamples` times and takes the quantiles `tail` and 1 − `tail`.
func percentileInterval(
  tail: Double, options: BootstrapOptions, draw: (inout ResamplingGenerator) -> Double
) -> Interval {
  precondition(options.resamples > 0, "resamples: \(options.resamples), at least 1 expected")
  var generator = ResamplingGenerator(seed: options.seed)
  var draws = [Double](repeating: 0, count: options.resamples)
  for index in draws.indices { draws[index] = draw(&generator) }
  gsl_sort(&draws, 1, draws.count)
  return Interval(
    lower: gsl_stats_quantile_from_sorted_data(draws, 1, draws.count, tail),
    upper: gsl_stats_quantile_from_sorted_data(draws, 1, draws.count, 1 - tail))
}

/// α′ = Φ(−inflation · t_{(1 + level)/2, ν}), the probability below the interval's lower end.
///
/// - Parameters:
///   - level: the share of intervals that cover the truth, in (0, 1).
///   - degreesOfFreedom: ν of the variance that resampling shows.
///   - inflation: the true deviation over the one that resampling shows.
/// - Returns: α′, below (1 − level)/2.
func bootstrapTail(level: Double, degreesOfFreedom: Double, inflation: Double) -> Double {
  precondition(level > 0 && level < 1, "level: \(level), between 0 and 1 expected")
  GSL.prepare()
  return gsl_cdf_ugaussian_P(-inflation * gsl_cdf_tdist_Pinv((1 + level) / 2, degreesOfFreedom))
}
