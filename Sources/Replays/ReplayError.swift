/// What is wrong with a replay script, its files, or a recording.
public struct ReplayError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file, and its line where there is one: `walk.jsonl:12`.
  public let place: String
  /// What is wrong and what to do.
  public let message: String

  /// An error in a file.
  ///
  /// - Parameters:
  ///   - origin: the file's name.
  ///   - line: counted from 1; nil when the whole file is meant.
  ///   - message: what is wrong and what to do.
  public init(origin: String, line: Int? = nil, message: String) {
    place = line.map { "\(origin):\($0)" } ?? origin
    self.message = message
  }

  /// `place: message`.
  public var description: String { "\(place): \(message)" }
}
