import CGSL

/// An interval of the real line, ends included.
public struct Interval: Sendable, Hashable, Codable {
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double

  /// An interval from its ends.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether a number lies in the interval.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

/// The two-sided confidence interval of a mean by Student's t distribution:
/// x̄ ± t_{(1 + level)/2, n − 1} · s / √n.
///
/// - Parameters:
///   - values: independent draws, one a task; [n].
///   - level: the share of such intervals that cover the mean, in (0, 1).
/// - Returns: the interval, or nil for fewer than two values.
public func studentInterval(of values: [Double], level: Double = 0.95) -> Interval? {
  precondition(level > 0 && level < 1, "level: \(level), between 0 and 1 expected")
  guard values.count > 1 else { return nil }
  GSL.prepare()
  let quantile = gsl_cdf_tdist_Pinv((1 + level) / 2, Double(values.count - 1))
  let center = mean(of: values)
  let halfWidth =
    quantile * sampleStandardDeviation(of: values) / Double(values.count).squareRoot()
  return Interval(lower: center - halfWidth, upper: center + halfWidth)
}
