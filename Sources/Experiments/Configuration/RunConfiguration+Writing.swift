import Files

extension RunConfiguration {
  /// The whole configuration as a file, every key that is in use with its comment, in a fixed order.
  ///
  /// - Parameter provenance: recorded in a section of its own.
  /// - Returns: the text; reading it back gives an equal value.
  public func yaml(provenance: Provenance? = nil) -> String {
    var lines = [
      "# Resolved configuration of a metarl run: every choice that is in use, defaults included."
    ]
    var section: String?
    for field in readFields {
      if field.section != section {
        section = field.section
        if let section { lines += ["", "\(section):"] }
      }
      let indentation = section == nil ? "" : "  "
      lines.append("\(indentation)# \(field.comment)")
      lines.append("\(indentation)\(field.key): \(field.get(self).yaml)")
    }
    if let provenance {
      lines += ["", "# How the run was made; not read as configuration."]
      lines.append("\(Self.provenanceSection):")
      lines += provenance.entries.map {
        "  \($0.key): \(ConfigurationValue.text($0.value).yaml)"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ConfigurationValue {
  /// The value in YAML, as this program and other YAML readers take it to be the same.
  ///
  /// Words stand plain, other texts in double quotes; numbers with an exponent have a point,
  /// which YAML 1.1 readers ask for.
  var yaml: String {
    switch self {
    case .number(let value):
      let text = json.line
      guard value.isFinite, let e = text.firstIndex(of: "e"), !text.contains(".") else {
        return text
      }
      return text[..<e] + ".0" + text[e...]
    case .integers(let values):
      return "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .text(let text):
      return Self.yaml(text)
    case .texts(let texts):
      return "[" + texts.map(Self.yaml).joined(separator: ", ") + "]"
    case .seed(let value):
      return "\(value)"
    case .integer:
      return json.line
    }
  }

  /// Words that YAML readers take for something else than text.
  private static let reservedWords: Set<String> = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
  ]

  /// A text, plain or in double quotes.
  ///
  /// The characters that strict reading refuses or YAML does not print are written as escapes.
  private static func yaml(_ text: String) -> String {
    func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
    let isWord =
      text.utf8.first.map(isLetter) == true && !reservedWords.contains(text.lowercased())
      && text.utf8.allSatisfy { isLetter($0) || (45...57).contains($0) || $0 == 95 || $0 == 64 }
    if isWord { return text }
    var escaped = ""
    for scalar in JSONValue.text(text).line.unicodeScalars {
      let isSpecial = "&*!".unicodeScalars.contains(scalar) || scalar.value == 0x7F
      let isUnprintable =
        (0x80..<0xA0).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
        || scalar.value == 0xFEFF
      if isSpecial || isUnprintable {
        let digits = String(scalar.value, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// The value in JSON, which is YAML too.
  var json: JSONValue {
    switch self {
    case .integer(let value): .integer(value)
    // Beyond 2⁶³ − 1 a text, as in recordings: most JSON readers have no such integers.
    case .seed(let value): Int(exactly: value).map(JSONValue.integer) ?? .text("\(value)")
    case .number(let value): .number(value)
    case .text(let value): .text(value)
    case .integers(let values): .array(values.map(JSONValue.integer))
    case .texts(let values): .array(values.map(JSONValue.text))
    }
  }
}
