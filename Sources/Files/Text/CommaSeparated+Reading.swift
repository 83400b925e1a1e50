extension CommaSeparated {
  /// Rows of fields as they were before quoting.
  ///
  /// Source: RFC 4180; a line feed alone ends a line too. Blank lines are left out.
  ///
  /// - Parameter text: the file.
  /// - Returns: the number of the line on which each row starts, and its fields; nil where a
  ///   quote is not closed.
  package static func rows(of text: String) -> [(line: Int, fields: [String])]? {
    var rows: [(line: Int, fields: [String])] = []
    var (fields, field): ([String], [UInt8]) = ([], [])
    var (line, start, isQuoted, wasQuoted) = (1, 1, false, false)
    func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      (field, wasQuoted) = ([], false)
    }
    func endRow() {
      let isBlank = fields.isEmpty && field.isEmpty && !wasQuoted
      endField()
      if !isBlank { rows.append((start, fields)) }
      (fields, start) = ([], line)
    }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\n") { line += 1 }
      switch byte {
      case UInt8(ascii: "\""):
        // A quote after the closing one is a quote of the text.
        if !isQuoted && wasQuoted { field.append(byte) }
        (isQuoted, wasQuoted) = (!isQuoted, true)
      case _ where isQuoted: field.append(byte)
      case UInt8(ascii: ","): endField()
      case UInt8(ascii: "\n"): endRow()
      case UInt8(ascii: "\r"): break
      default: field.append(byte)
      }
    }
    if !field.isEmpty || !fields.isEmpty || wasQuoted { endRow() }
    return isQuoted ? nil : rows
  }
}
