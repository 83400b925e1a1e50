import Files

/// What is logged about one meta-iteration: named values in a fixed order.
public struct MetricsRow: Sendable, Hashable {
  /// The key that every row starts with.
  static let iterationKey = "iteration"

  /// The iteration and everything else, in order.
  public private(set) var entries: [JSONValue.Member]

  /// A row that so far says only which iteration it is about.
  public init(iteration: Int) {
    entries = [JSONValue.Member(Self.iterationKey, .integer(iteration))]
  }

  /// Which iteration the row is about.
  public var iteration: Int { entries[0].value.integer ?? 0 }

  /// Adds a number; one that is not finite becomes `null` in JSON and empty in the table.
  public mutating func add(_ key: String, _ value: Double) { append(key, .number(value)) }

  /// Adds a number that may be unknown.
  public mutating func add(_ key: String, _ value: Double?) {
    append(key, value.map(JSONValue.number) ?? .null)
  }

  /// Adds a count.
  public mutating func add(_ key: String, _ value: Int) { append(key, .integer(value)) }

  /// Adds a count that may be unknown.
  public mutating func add(_ key: String, _ value: Int?) {
    append(key, value.map(JSONValue.integer) ?? .null)
  }

  /// Adds a word.
  public mutating func add(_ key: String, _ value: String) { append(key, .text(value)) }

  /// The value of a key, or nil.
  public subscript(key: String) -> JSONValue? { entries.first { $0.key == key }?.value }

  private mutating func append(_ key: String, _ value: JSONValue) {
    precondition(self[key] == nil, "the row has '\(key)' already")
    entries.append(JSONValue.Member(key, value))
  }

  /// The iteration that a line of `metrics.jsonl` is about, or nil when it is no row.
  static func iteration(ofLine line: ArraySlice<UInt8>) -> Int? {
    // Shorter ones cannot name it.
    guard line.count > iterationKey.utf8.count else { return nil }
    return (try? JSONValue(parsing: Array(line)))?[iterationKey]?.integer
  }

  /// The row as a line of `metrics.jsonl`.
  var jsonLine: String { JSONValue.object(entries).line + "\n" }

  /// The values of the given columns as a line of `progress.csv`; unknown ones are empty.
  ///
  /// Source: RFC 4180, with a line feed alone at the end.
  func tableLine(columns: [String]) -> String {
    var byKey: [String: JSONValue] = [:]
    for entry in entries { byKey[entry.key] = entry.value }
    return columns.map { Self.tableField(byKey[$0] ?? .null) }.joined(separator: ",") + "\n"
  }

  /// The names of the columns as the table's first line.
  static func tableHeader(columns: [String]) -> String {
    columns.map { tableField(.text($0)) }.joined(separator: ",") + "\n"
  }

  private static func tableField(_ value: JSONValue) -> String {
    switch value {
    case .null: return ""
    case .number(let number) where !number.isFinite: return ""
    case .text(let text):
      let special: [Unicode.Scalar] = [",", "\"", "\n", "\r"]
      guard text.unicodeScalars.contains(where: special.contains) else { return text }
      return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : "\($0)" }.joined() + "\""
    default: return value.line
    }
  }
}
