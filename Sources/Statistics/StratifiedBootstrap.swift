/// As `bootstrapInterval`, with every stratum resampled by itself, so that each keeps its share.
///
/// For families with a few different tasks (directions), a stratum is one of them. Resampling n_k values
/// shows (n_k − 1)/n_k of their variance, of one value nothing: values of a stratum are moved away
/// from their mean by √(n_k/(n_k − 1)) first, and a stratum of one value is resampled as its value
/// plus a deviation of any other stratum's. The quantiles are expanded for the degrees of freedom
/// that the strata leave together: α′ = Φ(−t_{(1 + level)/2, ν}), ν by Satterthwaite
/// (`StratumWeights`).
/// Source: Davison and Hinkley 1997, "Bootstrap Methods and their Application", sections 2.3 and
/// 3.2, for deviations scaled to their variance.
///
/// - Parameters:
///   - strata: values by stratum; empty strata are passed over. One stratum alone is resampled by
///     `bootstrapInterval`.
///   - statistic: taken over the values of all strata together.
///   - options: level, resamples, seed.
/// - Returns: the interval, or nil for fewer than `fewestBootstrapValues` values in all, and where
///   the strata leave fewer degrees of freedom than so many values of one stratum would.
public func stratifiedBootstrapInterval(
  of strata: [[Double]], statistic: SummaryStatistic = .mean,
  options: BootstrapOptions = BootstrapOptions()
) -> Interval? {
  let strata = strata.filter { !$0.isEmpty }
  guard strata.count != 1 else {
    return bootstrapInterval(of: strata[0], statistic: statistic, options: options)
  }
  guard strata.contains(where: { $0.count > 1 }) else { return nil }
  let variances = strata.filter { $0.count > 1 }.map { values in
    let deviation = sampleStandardDeviation(of: values)
    return deviation * deviation
  }
  let degrees = StratumWeights(strata.map(\.count)).estimate(variances).degreesOfFreedom
  guard degrees >= Double(fewestBootstrapValues - 1) else { return nil }
  let spread = strata.map(spread)
  let deviations = zip(strata, spread).filter { $0.0.count > 1 }.flatMap { values, spread in
    let center = mean(of: values)
    return spread.map { $0 - center }
  }
  let tail = bootstrapTail(level: options.level, degreesOfFreedom: degrees, inflation: 1)
  let count = strata.reduce(0) { $0 + $1.count }
  var sample = [Double](repeating: 0, count: count)
  return percentileInterval(tail: tail, options: options) { generator in
    var start = 0
    for values in spread {
      if values.count > 1 {
        generator.resample(values, into: &sample, at: start)
      } else {
        sample[start] = values[0] + deviations[generator.index(below: deviations.count)]
      }
      start += values.count
    }
    return statistic.value(reordering: &sample)
  }
}

/// Values moved away from their mean by √(n/(n − 1)); one value as it is.
private func spread(_ values: [Double]) -> [Double] {
  guard values.count > 1 else { return values }
  let center = mean(of: values)
  let factor = (Double(values.count) / Double(values.count - 1)).squareRoot()
  return values.map { center + factor * ($0 - center) }
}
