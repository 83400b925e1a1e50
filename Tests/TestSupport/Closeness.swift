import Foundation

/// Whether two vectors agree within a tolerance, and where they agree least.
///
/// Entry i may differ by absolute + relative · |expected[i]|; both are multiplied by the
/// environment variable METARL_TOLERANCE_SCALE (1 where it is not set), so that a machine with
/// other rounding can be told apart from a wrong result.
public struct Closeness: CustomStringConvertible {
  /// Whether every entry is within the tolerance.
  public let isWithin: Bool
  /// The worst entry: its index, both numbers, and the allowed difference.
  public let description: String

  /// Compares vectors; different counts and NaN in either are never within.
  public init(
    _ found: [Double], _ expected: [Double], absolute: Double = 0, relative: Double = 0
  ) {
    let allowances = expected.map { absolute + relative * abs($0) }
    self.init(found, expected, allowances: allowances)
  }

  /// Compares numbers.
  public init(_ found: Double, _ expected: Double, absolute: Double = 0, relative: Double = 0) {
    self.init([found], [expected], absolute: absolute, relative: relative)
  }

  /// Compares vectors with an allowance of its own for every entry.
  public init(_ found: [Double], _ expected: [Double], allowances: [Double]) {
    guard found.count == expected.count, allowances.count == expected.count else {
      isWithin = false
      description = "\(found.count) entries; \(expected.count) expected"
      return
    }
    var (worst, worstRatio) = (0, -1.0)
    for i in found.indices {
      let difference = abs(found[i] - expected[i])
      let allowed = allowances[i] * Self.scale
      // 0 allowed and 0 found is fine; NaN is worst.
      let ratio = difference == 0 ? 0 : difference.isNaN ? .infinity : difference / allowed
      if ratio > worstRatio { (worst, worstRatio) = (i, ratio) }
    }
    isWithin = worstRatio <= 1
    description =
      found.isEmpty
      ? "no entries"
      : "entry \(worst) of \(found.count) is \(found[worst]); expected \(expected[worst]) within "
        + "\(allowances[worst] * Self.scale)"
  }

  private static let scale =
    ProcessInfo.processInfo.environment["METARL_TOLERANCE_SCALE"].flatMap(Double.init) ?? 1
}
