import Experiments
import Files

/// The report of an evaluation as a person reads it.
enum EvaluationText {
  /// The headline, the tables and the notes, without a line end.
  static func text(_ set: EvaluationSet) -> String {
    let blocks = [set.headline] + set.tables.map(text)
    let notes = set.notes.map { "Note: \($0)." }
    return (blocks + (notes.isEmpty ? [] : [notes.joined(separator: "\n")]))
      .joined(separator: "\n\n")
  }

  /// A table set in columns under its title.
  static func text(_ table: ReportTable) -> String {
    var text = TextTable(table.header, alignments: table.isText.map { $0 ? .left : .right })
    for row in table.rows { text.append(row) }
    return table.title + "\n" + text.text
  }
}
