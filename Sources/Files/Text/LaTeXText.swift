/// Texts from files in LaTeX: names of runs and families may hold anything.
package enum LaTeXText {
  /// A text that is set as it stands, in one line; what LaTeX has no letter for is `?`.
  package static func plain(_ text: String) -> String { text.unicodeScalars.map(letter).joined() }

  /// A cell of a table: as `plain`, with the minus of its numbers as one.
  package static func figure(_ text: String) -> String {
    plain(text).replacing(/(^|[ \[])-(?=[0-9])/) { "\($0.output.1)$-$" }
  }

  /// gnuplot's commands with what stands in double quotes as LaTeX sets it; lines stay lines.
  ///
  /// All text from elsewhere is in double quotes (`PlotText`); what is in single ones are words,
  /// colours and strokes of our own without a letter that LaTeX reads otherwise.
  package static func escapingStrings(in commands: String) -> String {
    var result = ""
    var scalars = commands.unicodeScalars[...]
    var (isQuoted, isSingle) = (false, false)
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "'" where !isQuoted:
        isSingle.toggle()
        result.unicodeScalars.append(scalar)
      case "\"" where !isSingle:
        isQuoted.toggle()
        result.unicodeScalars.append(scalar)
      case "\\" where isQuoted:
        let next = scalars.popFirst() ?? "\\"
        result += next == "n" ? "\\n" : quoted(letter(next))
      case _ where isQuoted: result += quoted(letter(scalar))
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// As it stands between gnuplot's double quotes.
  private static func quoted(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }

  private static func letter(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "&", "%", "$", "#", "_", "{", "}": "\\\(scalar)"
    case "\\": "\\textbackslash{}"
    case "^": "\\textasciicircum{}"
    case "~": "\\textasciitilde{}"
    case "<": "\\textless{}"
    case ">": "\\textgreater{}"
    case "|": "\\textbar{}"
    case "\"": "''"
    case "−": "$-$"
    case "±": "$\\pm$"
    case "·": "$\\cdot$"
    case "×": "$\\times$"
    case "≤": "$\\leq$"
    case "≥": "$\\geq$"
    case "α": "$\\alpha$"
    case "θ": "$\\theta$"
    case "σ": "$\\sigma$"
    case "°": "$^\\circ$"
    case "²": "$^2$"
    case "…": "\\dots{}"
    case "–": "--"
    case "’": "'"
    case _ where scalar.properties.generalCategory == .control: " "
    // Latin letters, which LaTeX reads as UTF-8.
    case _ where scalar.value < 0x80 || (0xC0..<0x180).contains(scalar.value): "\(scalar)"
    default: "?"
    }
  }
}
