import Files
import Foundation

/// A picture as gnuplot is told to draw it, whatever the file format.
public struct Figure: Sendable, Equatable {
  /// What it is called in file names: `adaptation`.
  public let name: String
  /// How to read it, in one line under it.
  public let caption: String
  /// What it shows, in words with the figures that matter: the text alternative.
  public let description: String
  /// Points.
  public private(set) var width: Int
  /// Points.
  public private(set) var height: Int
  /// gnuplot's commands, with the data in them and without a terminal.
  public private(set) var commands: String

  /// The title as it stands in the commands; empty where there is none.
  private var title: String

  /// How many entries of the key stand side by side.
  private let keyColumns: Int
  /// How many stand one below the other.
  private let keyRows: Int

  /// Points of a row of the key.
  package static let rowHeight = 24
  /// Points between the axis and the key, which the tics and the label of the axis take.
  package static let axisHeight = 80

  /// Where the axis is, as a part of the height: above the key and the text of the axis.
  ///
  /// A key of more rows makes the picture higher and takes nothing from the plot.
  private var bottom: Double {
    0.02 + Double(Self.axisHeight + Self.rowHeight * keyRows) / Double(height)
  }

  /// A figure.
  ///
  /// - Parameters:
  ///   - name: what it is called in file names.
  ///   - caption: how to read it.
  ///   - description: the text alternative.
  ///   - width: points.
  ///   - height: points, with a key of one row; more rows are added.
  ///   - title: the lines of the title that the commands set; empty for none.
  ///   - key: the titles of the key's entries; empty for a key that makes its own room.
  ///   - commands: gnuplot's.
  public init(
    name: String, caption: String, description: String, width: Int = 660, height: Int = 460,
    title: [String] = [], key: [String] = [], commands: String
  ) {
    let longest = key.map(\.count).max() ?? 0
    // A line has room for 66 letters; an entry takes nine more for its mark.
    let columns = key.isEmpty ? 8 : max(1, min(key.count, 66 / (longest + 9)))
    keyColumns = columns
    keyRows = max(1, (key.count + columns - 1) / columns)
    self.name = name
    self.caption = caption
    self.description = description
    self.width = width
    self.height = height + Self.rowHeight * (keyRows - 1)
    self.commands = commands
    self.title = title.isEmpty ? "" : PlotText.title(title)
    precondition(
      title.isEmpty || commands.contains(self.title),
      "the commands of '\(name)' do not set its title")
  }

  /// The figure as somebody wants it.
  ///
  /// - Parameters:
  ///   - size: points; nil leaves it.
  ///   - title: the title; an empty one for none, nil leaves it.
  /// - Returns: the same picture otherwise.
  public func adjusted(size: (width: Int, height: Int)? = nil, title: String? = nil) -> Figure {
    var figure = self
    if let size { (figure.width, figure.height) = size }
    if let title, !self.title.isEmpty {
      figure.title = PlotText.title([title])
      figure.commands = commands.replacing(self.title, with: figure.title, maxReplacements: 1)
    }
    return figure
  }

  /// The whole script for a file format.
  public func script(_ format: PlotFormat) -> String {
    let commands = format == .tex ? LaTeXText.escapingStrings(in: commands) : commands
    return """
      set encoding utf8
      \(format.terminal(width: width, height: height))
      set datafile missing 'NaN'
      set grid lc rgb '#d0d0d0' lt 1 lw 0.5
      set tics nomirror
      set border 3 lc rgb '#404040'
      set key at screen 0.5, screen 0.02 center bottom horizontal maxcols \(keyColumns)
      set bmargin at screen \(bottom)
      \(commands)

      """
  }
}

/// How the figures look: colours that people with any colour vision tell apart, never alone
/// but with different marks or strokes.
///
/// Source: Okabe, Ito 2008, Color Universal Design, jfly.uni-koeln.de/color.
package enum PlotStyle {
  /// Before adaptation: vermilion.
  package static let before = "#D55E00"
  /// After adaptation: blue.
  package static let after = "#0072B2"
  /// What is compared with: grey.
  package static let reference = "#767676"
  /// Series in order, the first two being blue and vermilion.
  package static let series = [
    after, before, "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000",
  ]
  /// Marks in the order of the series: disc, square, triangle, diamond and others.
  package static let marks = [7, 5, 9, 13, 11, 6, 4]

  /// A colour or mark of the series' list, from the start again after the last.
  package static func pick<Value>(_ list: [Value], _ index: Int) -> Value {
    list[index % list.count]
  }
}

/// Text and numbers as gnuplot reads them.
package enum PlotText {
  /// A string in quotes; nothing in it is substituted or ends it.
  ///
  /// - Parameters:
  ///   - text: anything; line ends become spaces, and what is longer than `limit` keeps its end.
  ///   - limit: most characters.
  /// - Returns: the string with its quotes.
  package static func quoted(_ text: String, limit: Int = 110) -> String {
    "\"\(escaped(text, limit))\""
  }

  /// The lines of a title in quotes; those that are wider than a figure are broken.
  package static func title(_ lines: [String]) -> String {
    let broken = lines.flatMap { wrappedLines($0, width: 68) }
    return "\"\(broken.map { escaped($0, 110) }.joined(separator: "\\n"))\""
  }

  /// Lines in quotes, each cut to a number of characters.
  package static func lines(_ lines: [String], limit: Int) -> String {
    "\"\(lines.map { escaped($0, limit) }.joined(separator: "\\n"))\""
  }

  /// A name for a file: letters, digits, `-` and `_` of it.
  package static func fileName(_ name: String) -> String {
    String(
      name.prefix(40).map { character in
        character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
          ? character : "-"
      })
  }

  /// A number; what is not finite is missing.
  package static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "NaN" }
    return "\(value)"
  }

  /// A data block with one row a line.
  package static func block(_ name: String, _ rows: [[Double?]]) -> String {
    let lines = rows.map { $0.map(number).joined(separator: " ") + "\n" }.joined()
    return "$\(name) << EOD\n\(lines)EOD"
  }

  /// A round distance of tics.
  ///
  /// - Parameters:
  ///   - span: of the axis, > 0.
  ///   - most: tics beyond the first.
  /// - Returns: 1, 2 or 5 times a power of ten.
  package static func tics(_ span: Double, most: Int) -> Double {
    let least = max(span, 1e-9) / Double(most)
    let power = pow(10, floor(log10(least)))
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? 10 * power
  }

  private static func escaped(_ text: String, _ limit: Int) -> String {
    let kept = text.count > limit ? "…" + text.suffix(limit - 1) : text[...]
    // Scalars: a quotation mark with an accent is one character, and for gnuplot the end.
    return kept.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "`": "'"
      case "\u{85}", "\u{2028}", "\u{2029}": " "
      case _ where scalar.value < 32: " "
      default: "\(scalar)"
      }
    }.joined()
  }
}
