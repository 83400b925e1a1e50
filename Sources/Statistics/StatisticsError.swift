import CGSL

/// A numerical operation that could not be carried out on its input.
public struct StatisticsError: Error, CustomStringConvertible, Sendable, Equatable {
  /// What was attempted, for example `ridge least squares`.
  public let operation: String
  /// The input it failed on, in words and numbers.
  public let input: String
  /// Why, in the library's words where there are any.
  public let reason: String

  /// An error from its three parts.
  public init(operation: String, input: String, reason: String) {
    self.operation = operation
    self.input = input
    self.reason = reason
  }

  /// One line: operation, input, reason.
  public var description: String { "\(operation) of \(input) failed: \(reason)" }
}

/// The GNU Scientific Library, made safe to call: its own error handler aborts the process, so
/// it is switched off before the first call, and status codes become errors.
enum GSL {
  /// The status of an operation that went well.
  static let success = Int32(GSL_SUCCESS)

  /// Switches the handler off when first read; every use of the library goes through it.
  private static let handlerOff: Void = {
    gsl_set_error_handler_off()
  }()

  /// Call before any function of the library.
  static func prepare() {
    handlerOff
  }

  /// The library's words for a status code.
  static func reason(_ status: Int32) -> String {
    guard let text = gsl_strerror(status) else { return "status \(status)" }
    return String(cString: text)
  }
}
