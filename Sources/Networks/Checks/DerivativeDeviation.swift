/// How far one derivative is from its central difference.
public struct DerivativeDeviation: Sendable, Equatable {
  /// Which derivative: `reverse, parameters`.
  public let quantity: String
  /// Greatest difference relative to the greatest entry of the central difference.
  public let relativeError: Double

  /// A compared derivative.
  public init(quantity: String, relativeError: Double) {
    self.quantity = quantity
    self.relativeError = relativeError
  }

  /// The greatest difference of two vectors, relative to the reference's greatest entry.
  ///
  /// - Parameters:
  ///   - found: the derivative in question.
  ///   - reference: what it should be; a different count is an infinite error.
  ///   - tensors: parts compared each on its own scale, but on no smaller one than a thousandth
  ///     of the whole vector's, below which the differences are rounding; nil for one part.
  /// - Returns: the worst part's; NaN when `found` has an entry that is not finite.
  public static func relativeError(
    _ found: [Double], _ reference: [Double], tensors: [Range<Int>]? = nil
  ) -> Double {
    guard found.count == reference.count else { return .infinity }
    guard found.allSatisfy(\.isFinite) else { return .nan }
    let whole = reference.reduce(0) { max($0, abs($1)) }
    return (tensors ?? [found.indices]).reduce(0) { worst, range in
      var (difference, scale) = (0.0, max(1e-3 * whole, 1e-12))
      for i in range {
        difference = max(difference, abs(found[i] - reference[i]))
        scale = max(scale, abs(reference[i]))
      }
      return max(worst, difference / scale)
    }
  }
}
