import CGSL

/// What a test by Student's t distribution found.
public struct StudentTestResult: Sendable, Hashable {
  /// t.
  public let statistic: Double
  /// Degrees of freedom; not whole for Welch's test.
  public let degreesOfFreedom: Double
  /// Probability of a |t| at least as great if there is no difference.
  public let pValue: Double

  init(statistic: Double, degreesOfFreedom: Double) {
    GSL.prepare()
    self.statistic = statistic
    self.degreesOfFreedom = degreesOfFreedom
    pValue = min(1, 2 * gsl_cdf_tdist_Q(abs(statistic), degreesOfFreedom))
  }
}

/// The two-sided paired t test of no difference: t = d̄ / (s_d / √n), n − 1 degrees of freedom.
///
/// - Parameter differences: after − before, one a task, [n].
/// - Returns: nil for fewer than two differences, and when all are equal.
public func pairedTTest(of differences: [Double]) -> StudentTestResult? {
  guard differences.count > 1 else { return nil }
  let spread = sampleStandardDeviation(of: differences)
  guard spread > 0 else { return nil }
  let count = Double(differences.count)
  return StudentTestResult(
    statistic: mean(of: differences) / (spread / count.squareRoot()),
    degreesOfFreedom: count - 1)
}

/// A sample known by its mean and standard error, as published tables give it.
public struct SampleSummary: Sendable, Hashable {
  /// The mean.
  public let mean: Double
  /// s / √n, ≥ 0.
  public let standardError: Double
  /// n ≥ 2.
  public let count: Int

  /// A summary from published numbers.
  public init(mean: Double, standardError: Double, count: Int) {
    precondition(count > 1, "count: \(count), at least 2 expected")
    precondition(standardError >= 0, "standardError: \(standardError), at least 0 expected")
    self.mean = mean
    self.standardError = standardError
    self.count = count
  }

  /// The summary of values; nil for fewer than two.
  public init?(of values: [Double]) {
    guard values.count > 1 else { return nil }
    self.init(
      mean: Statistics.mean(of: values),
      standardError: sampleStandardDeviation(of: values) / Double(values.count).squareRoot(),
      count: values.count)
  }
}

/// Welch's two-sided t test that two samples have one mean, their variances not assumed equal.
///
/// t = (x̄ − ȳ) / √(a + b), with a and b the squared standard errors; degrees of freedom
/// (a + b)² / (a²/(n − 1) + b²/(m − 1)).
/// Source: Welch 1947, doi:10.1093/biomet/34.1-2.28.
///
/// - Returns: nil when both standard errors are 0.
public func welchTest(_ first: SampleSummary, _ second: SampleSummary) -> StudentTestResult? {
  let a = first.standardError * first.standardError
  let b = second.standardError * second.standardError
  guard a + b > 0 else { return nil }
  let divisor = a * a / Double(first.count - 1) + b * b / Double(second.count - 1)
  return StudentTestResult(
    statistic: (first.mean - second.mean) / (a + b).squareRoot(),
    degreesOfFreedom: (a + b) * (a + b) / divisor)
}
