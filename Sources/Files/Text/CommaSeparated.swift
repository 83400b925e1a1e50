/// Rows of values as comma-separated text.
///
/// Source: RFC 4180, with a line feed alone at the end of a line; numbers in full, what is
/// missing or not finite is empty.
package enum CommaSeparated {
  /// The header and the rows.
  package static func text(header: [String], rows: [[JSONValue]]) -> String {
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
