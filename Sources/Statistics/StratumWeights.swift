/// How variances within strata make the variance of a mean over all of them, each keeping its
/// share.
///
/// The mean of n values, n_k of them from stratum k, has the variance Σ n_k σ_k² / n². A stratum
/// with one value does not show its σ_k²: it takes the mean of the others', weighted by their
/// degrees of freedom. So V = Σ w_k s_k² over strata with n_k ≥ 2, with
/// w_k = n_k/n² + (n₁/n²) (n_k − 1)/Σ(n_j − 1), n₁ being the strata with one value; and by
/// Satterthwaite (1946, doi:10.2307/3002019) ν = V² / Σ (w_k s_k²)²/(n_k − 1).
struct StratumWeights {
  /// One a stratum; 0 where it has fewer than two values.
  let values: [Double]
  /// n_k − 1 of strata with at least two values.
  private let degrees: [Double]

  /// - Parameter counts: values a stratum, one of them at least 2.
  init(_ counts: [Int]) {
    let total = Double(counts.reduce(0, +))
    let singles = Double(counts.count { $0 == 1 })
    degrees = counts.filter { $0 > 1 }.map { Double($0 - 1) }
    let allDegrees = degrees.reduce(0, +)
    precondition(allDegrees > 0, "no stratum with two values")
    values = counts.map { count in
      guard count > 1 else { return 0 }
      return (Double(count) + singles * Double(count - 1) / allDegrees) / (total * total)
    }
  }

  /// The variance of the mean and its degrees of freedom.
  ///
  /// - Parameter variances: s_k² of the strata with at least two values.
  /// - Returns: V and ν.
  func estimate(_ variances: [Double]) -> (variance: Double, degreesOfFreedom: Double) {
    let weighted = zip(values.filter { $0 > 0 }, variances).map(*)
    let variance = weighted.reduce(0, +)
    let uncertainty = zip(weighted, degrees).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    // Values without any spread: nothing says that the strata differ in it.
    guard uncertainty > 0 else { return (variance, degrees.reduce(0, +)) }
    return (variance, max(1, variance * variance / uncertainty))
  }
}
