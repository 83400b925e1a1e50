import CGSL

/// What Wilcoxon's signed-rank test found.
public struct WilcoxonResult: Sendable, Hashable {
  /// How the p-value was found.
  public enum Method: String, Sendable {
    /// By counting all assignments of signs to the ranks as they are, ties included.
    case exact
    /// By the normal approximation with tie and continuity correction.
    case normalApproximation = "normal approximation"
  }

  /// The smaller of the rank sums of positive and negative differences.
  public let statistic: Double
  /// Differences that are not zero.
  public let count: Int
  /// Probability of a statistic at least as extreme if differences are symmetric around 0.
  public let pValue: Double
  /// How it was found.
  public let method: Method
}

/// Most differences for which all 2ⁿ assignments of signs are counted.
public let mostExactWilcoxonDifferences = 50

/// Wilcoxon's two-sided signed-rank test that differences are symmetric around zero.
///
/// Zeros are left out; equal magnitudes share their mean rank. Up to
/// `mostExactWilcoxonDifferences` that are not zero, the p-value is exact: it is the share of the
/// 2ⁿ assignments of signs to these ranks, all equally likely, whose statistic is at most as great.
/// Beyond that it is that of the normal approximation
/// z = (|W − n(n + 1)/4| − ½) / √(n(n + 1)(2n + 1)/24 − Σ (t³ − t)/48), over groups of t equal ones.
/// Source: Wilcoxon 1945, doi:10.2307/3001968; ties: Hollander, Wolfe and Chicken 2014,
/// "Nonparametric Statistical Methods", section 3.1; their exact distribution: Pratt and Gibbons
/// 1981, "Concepts of Nonparametric Theory", section 3.7.
///
/// - Parameter differences: after − before, one a task.
/// - Returns: nil when no difference is left.
/// - Complexity: O(n log n), and O(n³) for the exact count.
public func wilcoxonTest(of differences: [Double]) -> WilcoxonResult? {
  let ordered = differences.filter { $0 != 0 && !$0.isNaN }.sorted { abs($0) < abs($1) }
  let count = ordered.count
  guard count > 0 else { return nil }
  // Mean ranks may end in ½: twice a rank is whole.
  var doubledRanks: [Int] = []
  var tieTerm = 0.0
  while doubledRanks.count < count {
    let start = doubledRanks.count
    let end = ordered[start...].firstIndex { abs($0) != abs(ordered[start]) } ?? count
    doubledRanks += Array(repeating: start + 1 + end, count: end - start)
    let size = Double(end - start)
    tieTerm += size * size * size - size
  }
  let positive = zip(ordered, doubledRanks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
  let doubled = min(positive, count * (count + 1) - positive)
  let statistic = Double(doubled) / 2
  guard count > mostExactWilcoxonDifferences else {
    return WilcoxonResult(
      statistic: statistic, count: count,
      pValue: exactSignedRankPValue(doubledRanks, doubledStatistic: doubled), method: .exact)
  }
  GSL.prepare()
  let n = Double(count)
  let variance = n * (n + 1) * (2 * n + 1) / 24 - tieTerm / 48
  let z = (n * (n + 1) / 4 - statistic - 0.5) / variance.squareRoot()
  return WilcoxonResult(
    statistic: statistic, count: count, pValue: min(1, 2 * gsl_cdf_ugaussian_Q(z)),
    method: .normalApproximation)
}

/// 2 · P(W ≤ statistic), W the sum of a random subset of the ranks.
///
/// Counts are whole numbers up to 2⁵⁰, exact in `Double`.
private func exactSignedRankPValue(_ doubledRanks: [Int], doubledStatistic: Int) -> Double {
  var subsets = [Double](repeating: 0, count: doubledRanks.reduce(1, +))
  subsets[0] = 1
  var greatest = 0
  for rank in doubledRanks {
    greatest += rank
    for sum in stride(from: greatest, through: rank, by: -1) { subsets[sum] += subsets[sum - rank] }
  }
  let below = subsets[...doubledStatistic].reduce(0, +)
  let all = subsets.reduce(0, +)
  return min(1, 2 * below / all)
}
