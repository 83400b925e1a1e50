import DenseMath
import Files

/// How far rounding moves a quantity, measured: it is computed again, with every input moved in
/// its last place and every sum split otherwise, which is as right as the first time.
///
/// Two programs in double precision differ by about this much, whatever the quantity's condition.
/// What it moves little is held to ten times the greatest of the movements seen; what it moves by
/// more than `largestJudged` shows nothing about a program, and is not judged.
public struct RoundingNoise: Sendable {
  /// How often a quantity is computed again.
  static let repetitions = 6
  /// Movement beyond which a quantity is not judged.
  static let largestJudged = 1e-7
  /// Times the greatest movement that a deviation may be: the tail of a few draws.
  private static let allowance = 10.0

  /// The greatest movement, relative to the greatest entry.
  let movement: Double

  /// The noise of a quantity.
  ///
  /// - Parameters:
  ///   - base: as computed first.
  ///   - again: as computed again, once or more.
  init(_ base: [Double], again: [[Double]]) {
    let scale = base.reduce(1e-300) { max($0, abs($1)) }
    movement = again.reduce(0) { greatest, other in
      zip(base, other).reduce(greatest) {
        let moved = abs($1.0 - $1.1) / scale
        return moved.isNaN ? .infinity : max($0, moved)
      }
    }
  }

  /// What a deviation may be; nil where it is not judged.
  func tolerance(atLeast tolerance: Double) -> Double? {
    movement <= Self.largestJudged ? max(tolerance, Self.allowance * movement) : nil
  }

  /// Why it is not judged.
  var reason: String {
    "ill-conditioned, rounding moves it by \(FigureText.significant(movement))"
  }

  /// Numbers moved in their last place: x (1 + 2⁻⁵³ n), n normal.
  static func moved(_ values: [Double], using stream: inout RandomStream) -> [Double] {
    values.map { $0 * (1 + 0x1p-53 * stream.normal()) }
  }
}
