import Foundation

/// Pieces of HTML in which every text is shown as it is.
enum HTMLText {
  /// A text with what means something in HTML as entities.
  ///
  /// - Parameters:
  ///   - text: anything.
  ///   - limit: most characters; what is longer is cut, with `…` at its end.
  /// - Returns: text for elements and for quoted attributes.
  static func escaped(_ text: String, limit: Int = 100_000) -> String {
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
  static func table(_ table: ReportTable) -> String {
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
  static func list(_ items: [String]) -> String {
    "<ul>\n" + items.map { "<li>\(escaped($0, limit: 2000))</li>\n" }.joined() + "</ul>"
  }

  /// A picture inside the page; scripts in it would not run.
  static func image(_ bytes: [UInt8], as format: PlotFormat, description: String) -> String {
    let type = format == .svg ? "image/svg+xml" : "image/png"
    return "<img src=\"data:\(type);base64,\(Data(bytes).base64EncodedString())\" "
      + "alt=\"\(escaped(description, limit: 4000))\">"
  }

  /// A word of a shell command, in quotes where it needs them.
  static func shellWord(_ text: String) -> String {
    let plain = text.allSatisfy { character in
      character.isASCII
        && (character.isLetter || character.isNumber || "-_./=,@:".contains(character))
    }
    if plain && !text.isEmpty { return text }
    // Scalars: a quotation mark with an accent is one character, and for a shell the end.
    return "'" + text.unicodeScalars.map { $0 == "'" ? "'\\''" : "\($0)" }.joined() + "'"
  }

  /// How a page looks: light and dark by the reader's choice, and on paper.
  static let style = """
    :root { color-scheme: light dark; --text: #1b1b1b; --page: #fff; --soft: #f2f4f7;
      --line: #c9ced6; --link: #00558a; --good: #006b4a; --bad: #a63c00; --open: #5b5b00; }
    @media (prefers-color-scheme: dark) { :root { --text: #e8e8e8; --page: #16181c;
      --soft: #22262c; --line: #4a515c; --link: #7cc4f4; --good: #4fd0a0; --bad: #ff9d5c;
      --open: #e0d060; } }
    body { font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--page);
      max-width: 62rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
    h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
    a { color: var(--link); } nav a { margin-right: 1.2rem; display: inline-block; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    .verdict { border-left: .4rem solid var(--open); background: var(--soft);
      padding: .6rem 1rem; }
    .verdict strong { font-size: 1.3rem; display: block; }
    .adapts { border-color: var(--good); } .adapts strong { color: var(--good); }
    .worse, .broke-down { border-color: var(--bad); }
    .worse strong, .broke-down strong { color: var(--bad); }
    figure { margin: 1.5rem 0; } figcaption { font-size: .9rem; }
    img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); }
    .wide { overflow-x: auto; margin: 1.2rem calc(50% - min(48vw, 48rem)); }
    table { overflow-wrap: normal; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; font-weight: 600; padding: .3rem 0; }
    th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: left; }
    td:not(.number) { min-width: 4.5rem; } td:nth-child(2):not(.number) { min-width: 9rem; }
    th { background: var(--soft); } .number { text-align: right; white-space: nowrap; }
    pre { background: var(--soft); padding: .8rem; white-space: pre-wrap; font-size: .85rem; }
    summary { cursor: pointer; }
    @media (prefers-color-scheme: dark) { img { filter: brightness(.88); } }
    @media print { :root { --text: #000; --page: #fff; --soft: #f2f4f7; --line: #999; }
      details::details-content { content-visibility: visible; height: auto; }
      img { filter: none; } nav { display: none; } table { font-size: .75rem; } body { max-width: none; } a { color: inherit; }
      figure, table, .verdict { break-inside: avoid; } .wide { overflow: visible; margin: 1.2rem 0; } }
    """
}
