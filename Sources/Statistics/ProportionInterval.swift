import CGSL

/// The two-sided confidence interval of a probability from independent results: exact, never
/// narrower than its level, and never of no width.
///
/// From the quantile B of the Beta distribution, with x successes of n: the lower end is
/// B((1 − level)/2; x, n − x + 1), 0 where x = 0, and the upper one B((1 + level)/2; x + 1, n − x),
/// 1 where x = n. Source: Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404. Results between 0
/// and 1 (ties, shares) vary less than those that are either, so that it is wide enough for their
/// sum too.
///
/// - Parameters:
///   - successes: x, the sum of results, 0 … n.
///   - count: n ≥ 1.
///   - level: the share of intervals that cover the probability, in (0, 1).
/// - Returns: the interval, within 0 … 1.
public func proportionInterval(
  successes: Double, of count: Int, level: Double = 0.95
) -> Interval {
  precondition(level > 0 && level < 1, "level: \(level), between 0 and 1 expected")
  precondition(count > 0, "count: \(count), at least 1 expected")
  // A sum of shares may miss a whole number by rounding.
  let tolerance = 1e-9 * Double(count)
  precondition(
    successes >= -tolerance && successes <= Double(count) + tolerance,
    "successes: \(successes), of \(count)")
  GSL.prepare()
  let failures = Double(count) - successes
  return Interval(
    lower: successes <= tolerance
      ? 0 : gsl_cdf_beta_Pinv((1 - level) / 2, successes, failures + 1),
    upper: failures <= tolerance
      ? 1 : gsl_cdf_beta_Pinv((1 + level) / 2, successes + 1, failures))
}
