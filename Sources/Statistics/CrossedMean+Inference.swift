import CGSL

extension CrossedMean {
  /// The two-sided confidence interval of the mean: x̄ ± h with
  /// h = max(t_ν √V, maxᵢ t_fᵢ √xᵢ), at least the t interval of every part by itself.
  ///
  /// - Parameter level: the share of such intervals that cover the mean, in (0, 1).
  /// - Returns: the interval; of no width where nothing varies.
  public func interval(level: Double = 0.95) -> Interval {
    precondition(level > 0 && level < 1, "level: \(level), between 0 and 1 expected")
    GSL.prepare()
    func quantile(_ degrees: Double) -> Double { gsl_cdf_tdist_Pinv((1 + level) / 2, degrees) }
    let halfWidth = parts.reduce(standardError * quantile(degreesOfFreedom)) {
      max($0, $1.variance.squareRoot() * quantile($1.degreesOfFreedom))
    }
    return Interval(lower: mean - halfWidth, upper: mean + halfWidth)
  }

  /// The two-sided p-value of the hypothesis that the mean is `null`: 1 − level of the interval
  /// that ends there.
  ///
  /// - Parameter null: the mean in question.
  /// - Returns: nil where nothing varies, so that there is no test.
  public func pValue(ofMean null: Double = 0) -> Double? {
    tail(beyond: abs(mean - null)).map { min(1, 2 * $0) }
  }

  /// The p-value of the hypothesis that the mean is further from 0 than a margin.
  ///
  /// The greater of two one-sided tests. Below 0.05 the 90 % interval lies within ±margin, and the
  /// mean is *equivalent* to 0 up to the margin.
  /// Source: Schuirmann 1987, doi:10.1007/BF01068419.
  ///
  /// - Parameter margin: what is too little to matter, > 0.
  /// - Returns: nil where nothing varies.
  public func equivalencePValue(margin: Double) -> Double? {
    precondition(margin > 0, "margin: \(margin), more than 0 expected")
    let inside = margin - abs(mean)
    return tail(beyond: abs(inside)).map { inside > 0 ? $0 : 1 - $0 }
  }

  /// Probability that the estimate is further than `distance` to one side of the mean.
  private func tail(beyond distance: Double) -> Double? {
    guard standardError > 0 else { return nil }
    GSL.prepare()
    return parts.reduce(gsl_cdf_tdist_Q(distance / standardError, degreesOfFreedom)) {
      guard $1.variance > 0 else { return $0 }
      return max($0, gsl_cdf_tdist_Q(distance / $1.variance.squareRoot(), $1.degreesOfFreedom))
    }
  }

  /// The difference from a published mean with a standard error, as of another sample.
  ///
  /// - Parameter summary: the published figure; one without an error is taken as exact.
  /// - Returns: the mean less the figure, with the variance of both.
  public func minus(_ summary: SampleSummary) -> CrossedMean {
    let square = summary.standardError * summary.standardError
    let part = Part(
      variance: square, meanSquare: square, degreesOfFreedom: Double(summary.count - 1))
    return CrossedMean(
      mean: mean - summary.mean, parts: square > 0 ? parts + [part] : parts)
  }
}
