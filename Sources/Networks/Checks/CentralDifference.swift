/// A derivative by central differences, and whether it can be trusted.
///
/// With D(h) = (f(x + h) − f(x − h)) / 2h the value is (4 D(h/2) − D(h)) / 3, h = 10⁻⁴: its
/// truncation error is of order h⁴ ≈ 10⁻¹⁶ and its rounding error of order ε|f|/h ≈ 10⁻¹², for
/// quantities of order 1.
/// Source: Richardson 1911, doi:10.1098/rsta.1911.0009.
public struct CentralDifference: Sendable {
  /// h, for arguments of order 1.
  public static let step = 1e-4
  /// Above this `unsteadiness` a point lies beside a kink: D(h) − D(h/2) is of order h² ≈ 10⁻⁸
  /// for smooth functions, and of order 1 across a kink.
  public static let steadyLimit = 1e-5

  /// The derivative.
  public private(set) var values: [Double]
  /// Greatest difference between D(h) and D(h/2), relative to the greatest value.
  public let unsteadiness: Double

  private init(coarse: [Double], fine: [Double]) {
    values = zip(coarse, fine).map { (4 * $1 - $0) / 3 }
    unsteadiness = DerivativeDeviation.relativeError(coarse, fine)
  }

  /// The gradient of a scalar function, entry by entry.
  ///
  /// - Parameters:
  ///   - point: x, [n].
  ///   - function: f, with f(x) a number.
  /// - Complexity: 4n evaluations.
  public init(gradientAt point: [Double], of function: ([Double]) -> Double) {
    var moved = point
    func derivative(_ i: Int, _ step: Double) -> Double {
      moved[i] = point[i] + step
      let ahead = function(moved)
      moved[i] = point[i] - step
      let behind = function(moved)
      moved[i] = point[i]
      return (ahead - behind) / (2 * step)
    }
    self.init(
      coarse: point.indices.map { derivative($0, Self.step) },
      fine: point.indices.map { derivative($0, Self.step / 2) })
  }

  /// The derivative of a vector function along a direction.
  ///
  /// - Parameters:
  ///   - point: x, [n].
  ///   - direction: v, [n].
  ///   - function: f, with f(x) of any fixed count.
  /// - Complexity: four evaluations.
  public init(
    at point: [Double], along direction: [Double], of function: ([Double]) -> [Double]
  ) {
    func derivative(_ step: Double) -> [Double] {
      let ahead = function(zip(point, direction).map { $0 + step * $1 })
      let behind = function(zip(point, direction).map { $0 - step * $1 })
      return zip(ahead, behind).map { ($0 - $1) / (2 * step) }
    }
    self.init(coarse: derivative(Self.step), fine: derivative(Self.step / 2))
  }
}
