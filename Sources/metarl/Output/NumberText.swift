import Foundation

/// How numbers look in tables and progress lines; files carry them in full.
enum NumberText {
  /// A number with fixed decimals: `-11.70`; what is not finite is spelled out.
  static func fixed(_ value: Double, decimals: Int = 2) -> String {
    guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "-inf" : "inf" }
    return String(format: "%.\(decimals)f", value)
  }

  /// A number in scientific notation with two significant digits: `3.1e-10`.
  static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return fixed(value) }
    return value == 0 ? "0" : String(format: "%.1e", value)
  }

  /// A rate or count with a unit prefix: `1.2M`, `530k`, `87`.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return "n/a" }
    return switch abs(value) {
    case 1e9...: String(format: "%.1fG", value / 1e9)
    case 1e6...: String(format: "%.1fM", value / 1e6)
    case 1e4...: String(format: "%.0fk", value / 1e3)
    default: String(format: "%.0f", value)
    }
  }

  /// An amount of memory: `8.4 GB`, `530 MB`, `12 kB`; decimal prefixes.
  static func bytes(_ count: Double) -> String {
    guard count.isFinite else { return "more than can be counted" }
    return switch count {
    case 1e9...: String(format: "%.1f GB", count / 1e9)
    case 1e6...: String(format: "%.0f MB", count / 1e6)
    default: String(format: "%.0f kB", (count / 1e3).rounded(.up))
    }
  }

  /// A time span: `42s`, `3m05s`, `2h07m`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e8 else { return "?" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return String(format: "%dm%02ds", whole / 60, whole % 60) }
    return String(format: "%dh%02dm", whole / 3600, whole / 60 % 60)
  }
}
