import StrictYAML

/// A configuration that cannot be used: where it says what, and what is allowed.
public enum ConfigurationError: Error, CustomStringConvertible, Sendable, Equatable {
  /// A text is not what a configuration file may say.
  case text(YAMLError)
  /// A `key.path=value` cannot be used.
  case assignment(text: String, reason: String)
  /// A value set in code or by a flag is out of range.
  case value(path: String, problem: String)

  /// One line.
  public var description: String {
    switch self {
    case .text(let error): "\(error)"
    case .assignment(let text, let reason): "--set \(quotedForMessage(text)): \(reason)"
    case .value(let path, let problem): "'\(path)' \(problem)"
    }
  }
}
