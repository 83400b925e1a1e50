/// Rows of text set in columns: the first column to the left, numbers to the right.
///
/// A cell wider than `widestColumn` pushes the rest of its own row and no other, so that the text
/// grows with what the cells hold, and not with its square.
struct TextTable {
  /// Characters to which a column is padded at most.
  static let widestColumn = 100

  /// Which edge of its column a cell keeps to.
  enum Alignment: Sendable {
    case left, right
  }

  private let header: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// A table with one heading a column.
  ///
  /// - Parameters:
  ///   - header: the headings.
  ///   - alignments: one a column; the first column left and the others right by default.
  init(_ header: [String], alignments: [Alignment]? = nil) {
    self.header = header
    self.alignments =
      alignments ?? header.indices.map { $0 == 0 ? .left : .right }
    precondition(
      self.alignments.count == header.count,
      "alignments: \(self.alignments.count), one a column expected (\(header.count))")
  }

  /// Adds a row with one cell a column.
  mutating func append(_ row: [String]) {
    precondition(row.count == header.count, "cells: \(row.count), \(header.count) expected")
    rows.append(row.map(Self.printable))
  }

  /// A text that keeps to its line: names from files may hold anything.
  static func printable(_ cell: String) -> String {
    String(
      String.UnicodeScalarView(
        cell.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  /// The lines of the table, two spaces between columns, without trailing spaces.
  var text: String {
    let lines = [header] + rows
    let widths = header.indices.map { column in
      lines.map { $0[column].count }.filter { $0 <= Self.widestColumn }.max() ?? 0
    }
    return lines.map { line in
      let cells = line.indices.map { column in
        let padding = String(repeating: " ", count: max(0, widths[column] - line[column].count))
        return alignments[column] == .left ? line[column] + padding : padding + line[column]
      }
      let joined = cells.joined(separator: "  ")
      return String(
        joined[..<(joined.lastIndex { $0 != " " }.map(joined.index(after:)) ?? joined.startIndex)])
    }.joined(separator: "\n")
  }
}
