import Foundation

/// How figures look in reports for people; JSON and CSV carry them in full.
public enum FigureText {
  /// A number with fixed decimals; what is not finite is spelled out.
  public static func fixed(_ value: Double, decimals: Int = 2) -> String {
    guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "-inf" : "inf" }
    return String(format: "%.\(decimals)f", value)
  }

  /// A p-value with three decimals; `<0.001` below that; a dash where there was no test.
  public static func pValue(_ value: Double?) -> String {
    guard let value else { return "-" }
    return value < 0.001 ? "<0.001" : fixed(value, decimals: 3)
  }

  /// A number with three significant digits: `0.0123`, `1.2e-05`.
  public static func significant(_ value: Double) -> String {
    value.isFinite ? String(format: "%.3g", value) : fixed(value)
  }

  /// The last components of paths, or the paths where those are not all different.
  package static func shortNames(_ paths: [String]) -> [String] {
    let names = paths.map(FileSystem.lastName)
    return Set(names).count == Set(paths).count && !names.contains("") ? names : paths
  }

  /// `1 step` or `3 steps`.
  public static func steps(_ count: Int) -> String { "\(count) step\(count == 1 ? "" : "s")" }

  /// A share in per cent.
  public static func percent(_ share: Double?) -> String {
    share.map { fixed($0 * 100, decimals: 1) + " %" } ?? "-"
  }
}
