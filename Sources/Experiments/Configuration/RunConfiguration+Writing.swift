extension RunConfiguration {
  /// The whole configuration as a file, every key with its comment, in a fixed order.
  ///
  /// - Parameter provenance: recorded in a section of its own.
  /// - Returns: the text; reading it back gives an equal value.
  public func yaml(provenance: Provenance? = nil) -> String {
    var lines = ["# Resolved configuration of a metarl run: every choice, defaults included."]
    var section: String?
    for field in Self.fields {
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
  /// The value in YAML; texts in double quotes.
  ///
  /// The characters that strict reading refuses or YAML does not print are written as escapes.
  var yaml: String {
    var text = ""
    for scalar in json.line.unicodeScalars {
      let isSpecial = "&*!".unicodeScalars.contains(scalar) || scalar.value == 0x7F
      let isUnprintable =
        (0x80..<0xA0).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
        || scalar.value == 0xFEFF
      if isSpecial || isUnprintable {
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The value in JSON, which is YAML too.
  var json: JSONValue {
    switch self {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let value): .text(value)
    case .integers(let values): .array(values.map(JSONValue.integer))
    case .texts(let values): .array(values.map(JSONValue.text))
    }
  }
}
