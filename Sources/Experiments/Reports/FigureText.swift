import Foundation
import Statistics

/// How figures look in reports for people; JSON and CSV carry them in full.
public enum FigureText {
  /// A number with fixed decimals; what is not finite is spelled out.
  public static func fixed(_ value: Double, decimals: Int = 2) -> String {
    guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "-inf" : "inf" }
    return String(format: "%.\(decimals)f", value)
  }

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
  static func shortNames(_ paths: [String]) -> [String] {
    let names = paths.map(FileSystem.lastName)
    return Set(names).count == Set(paths).count && !names.contains("") ? names : paths
  }

  /// A share in per cent.
  public static func percent(_ share: Double?) -> String {
    share.map { fixed($0 * 100, decimals: 1) + " %" } ?? "-"
  }
}

/// Rows of values as comma-separated text.
///
/// Source: RFC 4180, with a line feed alone at the end of a line; numbers in full, what is
/// missing or not finite is empty.
enum CommaSeparated {
  /// The header and the rows.
  static func text(header: [String], rows: [[JSONValue]]) -> String {
    ([header.map(JSONValue.text)] + rows).map { row in
      row.map(field).joined(separator: ",") + "\n"
    }.joined()
  }

  private static func field(_ value: JSONValue) -> String {
    switch value {
    case .null: return ""
    case .number(let number) where !number.isFinite: return ""
    case .text(let text):
      guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
      let doubled = text.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"")
      return "\"\(doubled)\""
    default: return value.line
    }
  }
}
