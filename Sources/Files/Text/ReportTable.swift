/// A table of a report: set in columns on a terminal, or written as Markdown.
public struct ReportTable: Sendable, Equatable {
  /// What it shows; one line.
  public private(set) var title: String
  /// The headings.
  public let header: [String]
  /// Whether a column holds text, which keeps to the left; numbers keep to the right.
  public let isText: [Bool]
  /// The cells, row by row.
  public private(set) var rows: [[String]] = []

  /// A table without rows.
  ///
  /// - Parameters:
  ///   - title: what it shows.
  ///   - header: the headings.
  ///   - textColumns: how many columns from the left hold text.
  public init(_ title: String, _ header: [String], textColumns: Int = 1) {
    self.title = title
    self.header = header
    isText = header.indices.map { $0 < textColumns }
  }

  /// The table under another title.
  package func titled(_ title: String) -> ReportTable {
    var table = self
    table.title = title
    return table
  }

  /// Adds a row with one cell a column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == header.count, "cells: \(row.count), \(header.count) expected")
    rows.append(row)
  }

  /// The table for LaTeX papers that load `booktabs`, its title as the caption.
  public var latex: String {
    func line(_ cells: [String]) -> String {
      "    " + cells.map(LaTeXText.figure).joined(separator: " & ") + " \\\\\n"
    }
    return """
      \\begin{table}
        \\centering
        \\footnotesize
        \\caption{\(LaTeXText.plain(title)).}
        \\begin{tabular}{\(isText.map { $0 ? "l" : "r" }.joined())}
          \\toprule
      \(line(header))    \\midrule
      \(rows.map(line).joined())    \\bottomrule
        \\end{tabular}
      \\end{table}

      """
  }

  /// The table in Markdown (GitHub's dialect), its title above it.
  public var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(MarkdownText.plain).joined(separator: " | ") + " |"
    }
    let rule = "| " + isText.map { $0 ? "---" : "---:" }.joined(separator: " | ") + " |"
    return ([MarkdownText.plain(title), "", line(header), rule] + rows.map(line)).joined(
      separator: "\n")
  }
}
