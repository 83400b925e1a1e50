/// Parts of HTML in which every text is shown as it is.
package enum HTMLText {
  /// A text with what means something in HTML as entities.
  ///
  /// - Parameters:
  ///   - text: anything.
  ///   - limit: most characters; what is longer is cut, with `…` at its end.
  /// - Returns: text for elements and for quoted attributes.
  package static func escaped(_ text: String, limit: Int = 100_000) -> String {
    var result = ""
    for scalar in (text.count > limit ? text.prefix(limit - 1) + "…" : text[...]).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      // Control characters and overrides of the writing direction: not text.
      case "\0"..<" ", "\u{7F}"..<"\u{A0}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A table that scrolls by itself, also with the keyboard, where it is too wide.
  package static func table(_ table: ReportTable) -> String {
    let header = zip(table.header, table.isText).map { cell, isText in
      "<th scope=\"col\"\(isText ? "" : " class=\"number\"")>\(escaped(cell, limit: 200))</th>"
    }
    let rows = table.rows.map { row in
      "<tr>"
        + zip(row, table.isText).map { cell, isText in
          "<td\(isText ? "" : " class=\"number\"")>\(escaped(cell, limit: 200))</td>"
        }.joined() + "</tr>"
    }
    let title = escaped(table.title, limit: 400)
    return """
      <div class="wide" role="region" tabindex="0" aria-label="\(title)"><table>
      <caption>\(title)</caption>
      <thead><tr>\(header.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      """
  }

  /// Bullets.
  package static func list(_ items: [String]) -> String {
    "<ul>\n" + items.map { "<li>\(escaped($0, limit: 2000))</li>\n" }.joined() + "</ul>"
  }

  /// A word of a shell command, in quotes where it needs them.
  package static func shellWord(_ text: String) -> String {
    let plain = text.allSatisfy { character in
      character.isASCII
        && (character.isLetter || character.isNumber || "-_./=,@:".contains(character))
    }
    if plain && !text.isEmpty { return text }
    // Scalars: a quotation mark with an accent is one character, and for a shell the end.
    return "'" + text.unicodeScalars.map { $0 == "'" ? "'\\''" : "\($0)" }.joined() + "'"
  }
}
