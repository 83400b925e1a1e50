/// Texts from files in Markdown: names of runs and families may hold anything.
package enum MarkdownText {
  /// A text that is read as it stands: no HTML, no links or pictures, no emphasis, one line.
  package static func plain(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": plain += "&lt;".unicodeScalars
      case ">": plain += "&gt;".unicodeScalars
      case "&": plain += "&amp;".unicodeScalars
      case "\\", "`", "*", "[", "]", "|", "~":
        plain.append("\\")
        plain.append(scalar)
      default: plain.append(scalar.properties.generalCategory == .control ? " " : scalar)
      }
    }
    return String(plain)
  }
}
