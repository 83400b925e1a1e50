/// What is wrong in a YAML text, and where.
///
/// Reads as `file.yaml:12: 'reward.velocty' is not a known key; did you mean 'velocity'? …`.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file's name, or what else the text came from.
  public let origin: String
  /// The line, counted from 1; nil when the whole text is meant.
  public let line: Int?
  /// What is wrong and what was expected.
  public let message: String

  /// An error at a line of a text.
  public init(origin: String, line: Int?, message: String) {
    self.origin = origin
    self.line = line
    self.message = message
  }

  /// `origin:line: message`.
  public var description: String {
    line.map { "\(origin):\($0): \(message)" } ?? "\(origin): \(message)"
  }
}

/// The text in single quotes, fit for one line of a message.
///
/// Control characters become `?`, and texts beyond 60 characters are cut, so that a hostile
/// file can neither flood a terminal nor send it commands.
public func quotedForMessage(_ text: String) -> String {
  var shown = ""
  var count = 0
  for scalar in text.unicodeScalars {
    if count == 60 { return "'\(shown)…'" }
    let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    shown.unicodeScalars.append(isControl ? "?" : scalar)
    count += 1
  }
  return "'\(shown)'"
}
