import CGSL

/// The arithmetic mean.
///
/// - Precondition: at least one value.
public func mean(of values: [Double]) -> Double {
  precondition(!values.isEmpty, "values: 0, at least 1 expected")
  return gsl_stats_mean(values, 1, values.count)
}

/// The standard deviation of a sample, √(Σ (x − x̄)² / (n − 1)).
///
/// - Precondition: at least two values.
public func sampleStandardDeviation(of values: [Double]) -> Double {
  precondition(values.count > 1, "values: \(values.count), at least 2 expected")
  return gsl_stats_sd(values, 1, values.count)
}

/// The standard deviation of a whole population, √(Σ (x − x̄)² / n).
///
/// - Precondition: at least one value.
public func populationStandardDeviation(of values: [Double]) -> Double {
  precondition(!values.isEmpty, "values: 0, at least 1 expected")
  return gsl_stats_sd_with_fixed_mean(values, 1, values.count, mean(of: values))
}
