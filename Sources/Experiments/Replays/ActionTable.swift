import Foundation
import StrictYAML

/// A table of actions in a CSV file beside a replay script: one line a step.
enum ActionTable {
  /// Longest file that is read, in bytes.
  static let maximumBytes = 64 << 20

  /// Reads the actions of a file.
  ///
  /// - Parameters:
  ///   - file: the path as the script gives it, relative to the script's folder.
  ///   - folder: the script's folder, which the path cannot leave, links included.
  ///   - node: where the script names the file, for errors.
  /// - Returns: one row a step.
  /// - Throws: `YAMLError` for a path that leaves the folder; `FileError`; `ReplayError` with
  ///   the line of what is no number.
  static func rows(file: String, folder: String, at node: YAMLNode) throws -> [[Double]] {
    let path = try confinedPath(file: file, folder: folder, at: node)
    let bytes = try FileSystem.contents(of: path, limit: maximumBytes)
    return try rows(text: String(decoding: bytes, as: UTF8.self), origin: file)
  }

  /// The path of a file inside a folder.
  private static func confinedPath(
    file: String, folder: String, at node: YAMLNode
  ) throws(YAMLError) -> String {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    let path = URL(fileURLWithPath: folder).appendingPathComponent(file)
      .resolvingSymlinksInPath().path
    guard !file.isEmpty, !file.hasPrefix("/"), !parts.contains(".."),
      path.hasPrefix(root == "/" ? "/" : root + "/")
    else {
      throw node.error(
        "cannot be \(quotedForMessage(file)): give a file in the script's folder or below it")
    }
    return path
  }

  /// Reads the actions of a text: numbers separated by commas, one step a line.
  ///
  /// A first line that starts with a letter or a quotation mark is taken for headings; empty
  /// lines are skipped. All lines have equally many numbers.
  static func rows(text: String, origin: String) throws(ReplayError) -> [[Double]] {
    var rows: [[Double]] = []
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      if cells == [""] { continue }
      let first = cells.first?.first ?? " "
      if number == 1, first.isLetter || first == "\"", Double(cells[0]) == nil { continue }
      var row: [Double] = []
      for cell in cells {
        guard let value = Double(cell), value.isFinite else {
          throw ReplayError(
            origin: origin, line: number,
            message: "\(quotedForMessage(cell)) is not a finite number.")
        }
        row.append(value)
      }
      if let width = rows.first?.count, width != row.count {
        throw ReplayError(
          origin: origin, line: number,
          message: "\(row.count) numbers; the lines above have \(width).")
      }
      guard rows.count < ReplayScript.maximumActions else {
        throw ReplayError(
          origin: origin, line: number,
          message: "more than \(ReplayScript.maximumActions) actions.")
      }
      rows.append(row)
    }
    guard !rows.isEmpty else {
      throw ReplayError(origin: origin, message: "there are no actions in it.")
    }
    return rows
  }
}
