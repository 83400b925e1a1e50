import CGSL

/// What Wilcoxon's signed-rank test found.
public struct WilcoxonResult: Sendable, Hashable {
  /// How the p-value was found.
  public enum Method: String, Sendable {
    /// By counting all assignments of signs.
    case exact
    /// By the normal approximation with tie correction, without continuity correction.
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
private let mostExactDifferences = 50

/// Wilcoxon's two-sided signed-rank test that differences are symmetric around zero.
///
/// Zeros are left out; equal magnitudes share their mean rank. The p-value is exact up to 50
/// differences without equal magnitudes, and otherwise by the normal approximation with mean
/// n(n + 1)/4 and variance n(n + 1)(2n + 1)/24 − Σ (t³ − t)/48 over groups of t equal ones.
/// Source: Wilcoxon 1945, doi:10.2307/3001968; ties: Hollander, Wolfe and Chicken 2014,
/// "Nonparametric Statistical Methods", section 3.1.
///
/// - Parameter differences: after − before, one a task.
/// - Returns: nil when no difference is left.
/// - Complexity: O(n log n), and O(n³) for the exact count.
public func wilcoxonTest(of differences: [Double]) -> WilcoxonResult? {
  let ordered = differences.filter { $0 != 0 && !$0.isNaN }.sorted { abs($0) < abs($1) }
  let count = ordered.count
  guard count > 0 else { return nil }
  var positive = 0.0
  var tieTerm = 0.0
  var start = 0
  while start < count {
    var end = start + 1
    while end < count && abs(ordered[end]) == abs(ordered[start]) { end += 1 }
    let rank = Double(start + 1 + end) / 2
    positive += rank * Double(ordered[start..<end].count { $0 > 0 })
    let size = Double(end - start)
    tieTerm += size * size * size - size
    start = end
  }
  let n = Double(count)
  let statistic = min(positive, n * (n + 1) / 2 - positive)
  if tieTerm == 0 && count <= mostExactDifferences {
    let pValue = exactSignedRankPValue(count: count, statistic: Int(statistic))
    return WilcoxonResult(statistic: statistic, count: count, pValue: pValue, method: .exact)
  }
  GSL.prepare()
  let variance = n * (n + 1) * (2 * n + 1) / 24 - tieTerm / 48
  let z = (statistic - n * (n + 1) / 4) / variance.squareRoot()
  return WilcoxonResult(
    statistic: statistic, count: count, pValue: min(1, 2 * gsl_cdf_ugaussian_P(z)),
    method: .normalApproximation)
}

/// 2 · P(W ≤ statistic), W the sum of a random subset of the ranks 1 … count.
///
/// Counts are whole numbers up to 2⁵⁰, exact in `Double`.
private func exactSignedRankPValue(count: Int, statistic: Int) -> Double {
  var ways = [Double](repeating: 0, count: count * (count + 1) / 2 + 1)
  ways[0] = 1
  var greatest = 0
  for rank in 1...count {
    greatest += rank
    for sum in stride(from: greatest, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
  }
  let below = ways[...statistic].reduce(0, +)
  let all = ways.reduce(0, +)
  return min(1, 2 * below / all)
}
