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
  stratifiedBootstrapInterval(of: [values], statistic: statistic, options: options)
}

/// As `bootstrapInterval`, with every stratum resampled by itself, so that each keeps its share.
///
/// For families with a few kinds of task (directions), a stratum is a kind.
///
/// - Parameters:
///   - strata: values by stratum; empty strata are passed over.
///   - statistic: taken over the values of all strata together.
///   - options: level, resamples, seed.
/// - Returns: the interval, or nil for fewer than `fewestBootstrapValues` values in all.
public func stratifiedBootstrapInterval(
  of strata: [[Double]], statistic: SummaryStatistic = .mean,
  options: BootstrapOptions = BootstrapOptions()
) -> Interval? {
  let strata = strata.filter { !$0.isEmpty }
  let count = strata.reduce(0) { $0 + $1.count }
  guard count >= fewestBootstrapValues else { return nil }
  var sample = [Double](repeating: 0, count: count)
  let tail = expandedTail(level: options.level, parts: [VariancePart(variance: 1, count: count)])
  return percentileInterval(tail: tail, options: options) { generator in
    var start = 0
    for stratum in strata {
      generator.resample(stratum, into: &sample, at: start)
      start += stratum.count
    }
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

/// A part of a mean's variance that resampling draws: that of runs, or that of tasks.
struct VariancePart {
  /// The part's share of the mean's variance, ≥ 0; where it is the only one, any number.
  let variance: Double
  /// How many values it was estimated from, n ≥ 2.
  let count: Int

  /// A part of known size.
  init(variance: Double, count: Int) {
    (self.variance, self.count) = (variance, count)
  }

  /// The variance of the mean of `values`.
  init(ofMean values: [Double]) {
    let deviation = sampleStandardDeviation(of: values)
    self.init(variance: deviation * deviation / Double(values.count), count: values.count)
  }
}

/// α′, the probability below the interval's lower end.
///
/// Resampling n values shows (n − 1)/n of their variance, and the variance itself is estimated,
/// with n − 1 degrees of freedom. Over parts of variances vᵢ the degrees are
/// ν = (Σvᵢ)² / Σ vᵢ²/(nᵢ − 1), and
/// α′ = Φ(−√(Σvᵢ / Σvᵢ(nᵢ − 1)/nᵢ) · t_{(1 + level)/2, ν}).
/// Sources: Hesterberg 2015, doi:10.1080/00031305.2015.1089789, section 3.3, for one part;
/// Satterthwaite 1946, doi:10.2307/3002019, for ν.
func expandedTail(level: Double, parts: [VariancePart]) -> Double {
  precondition(level > 0 && level < 1, "level: \(level), between 0 and 1 expected")
  GSL.prepare()
  let total = parts.reduce(0) { $0 + $1.variance }
  // Values without any variance have an interval of no width, whatever the tail.
  guard total > 0 else { return (1 - level) / 2 }
  var shown = 0.0
  var uncertainty = 0.0
  for part in parts {
    let degrees = Double(part.count - 1)
    shown += part.variance * degrees / Double(part.count)
    uncertainty += part.variance * part.variance / degrees
  }
  let quantile = gsl_cdf_tdist_Pinv((1 + level) / 2, total * total / uncertainty)
  return gsl_cdf_ugaussian_P(-(total / shown).squareRoot() * quantile)
}
