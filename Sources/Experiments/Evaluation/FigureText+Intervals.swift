import Files
import Statistics

extension FigureText {
  /// `[-12.30, -11.10]`, or a dash where there is no interval.
  public static func interval(_ interval: Interval?, decimals: Int = 2) -> String {
    guard let interval else { return "-" }
    return "[\(fixed(interval.lower, decimals: decimals)), "
      + "\(fixed(interval.upper, decimals: decimals))]"
  }

  /// A number and its interval.
  public static func figure(_ value: Double, _ range: Interval?, decimals: Int = 2) -> String {
    "\(fixed(value, decimals: decimals)) \(interval(range, decimals: decimals))"
  }
}
