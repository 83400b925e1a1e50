import Files
import Foundation
import StrictYAML

/// A table of actions in a CSV file beside a replay script: one line a step.
package enum ActionTable {
  /// Longest file that is read, in bytes.
  static let maximumBytes = 64 << 20
  /// Most numbers of a line.
  private static let maximumWidth = 10_000

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
    return try rows(bytes: bytes, origin: file)
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
  package static func rows(bytes: [UInt8], origin: String) throws(ReplayError) -> [[Double]] {
    var rows: [[Double]] = []
    var number = 0
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let line = trimmed(rest[..<end])
      rest = rest[min(end + 1, rest.endIndex)...]
      number += 1
      if line.isEmpty || number == 1 && isHeading(line) { continue }
      let row = try row(line, origin: origin, number: number)
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

  /// The numbers of a line.
  private static func row(
    _ line: ArraySlice<UInt8>, origin: String, number: Int
  ) throws(ReplayError) -> [Double] {
    var row: [Double] = []
    var rest = line
    while true {
      let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
      let cell = trimmed(rest[..<end])
      guard let value = Self.number(cell), value.isFinite else {
        throw ReplayError(
          origin: origin, line: number,
          message: "\(quotedForMessage(String(decoding: cell, as: UTF8.self))) is not a finite "
            + "number.")
      }
      guard row.count < maximumWidth else {
        throw ReplayError(
          origin: origin, line: number, message: "more than \(maximumWidth) numbers.")
      }
      row.append(value)
      guard end < rest.endIndex else { return row }
      rest = rest[(end + 1)...]
    }
  }

  /// A cell's number; nil for anything else, and for more digits than any number needs.
  private static func number(_ cell: ArraySlice<UInt8>) -> Double? {
    cell.count > 400 ? nil : Double(String(decoding: cell, as: UTF8.self))
  }

  /// Whether a first line names its columns rather than giving numbers.
  private static func isHeading(_ line: ArraySlice<UInt8>) -> Bool {
    let cell = line.prefix { $0 != UInt8(ascii: ",") }
    guard let first = cell.first else { return false }
    let isLetter = (0x41...0x5A).contains(first) || (0x61...0x7A).contains(first) || first >= 0x80
    return (isLetter || first == UInt8(ascii: "\"")) && number(trimmed(cell)) == nil
  }

  /// Without spaces, tabs and carriage returns at both ends.
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    var bytes = bytes.drop(while: isSpace)
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return bytes
  }
}
