import Files
import Statistics

/// The table that `metarl sweep --csv` has written, read again.
public struct SweepTable: Sendable, Equatable {
  /// One evaluation after a number of steps.
  public struct Row: Sendable, Equatable {
    /// The value of the running number of the task; nil without one.
    public let taskValue: Double?
    /// α of the first step.
    public let innerLearningRate: Double
    /// Episodes a task and step.
    public let rolloutsPerTask: Int
    /// Steps taken.
    public let step: Int
    /// Mean return.
    public let mean: Double
    /// Its 95 % Student t interval over tasks.
    public let interval: Interval?
  }

  /// What cannot be drawn.
  public struct ReadingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let origin: String
    /// The line; nil for the whole.
    public let line: Int?
    /// What is wrong with it.
    public let reason: String

    /// One line: file, line, reason, what to do.
    public var description: String {
      "'\(origin)'\(line.map { ", line \($0)" } ?? ""): \(reason). Give a table that "
        + "'metarl sweep --csv' of this version has written."
    }
  }

  /// The last columns of the table: where it comes from, the same in every row.
  static let originColumns = ["policy", "family", "split", "seed", "unit"]

  /// The running number of the task, as typed; nil without one.
  public let taskLabel: String?
  /// Its unit; empty for a pure number.
  public let unit: String
  /// The policy's run or checkpoint.
  public let policy: String
  /// NAME or NAME@PRESET.
  public let family: String
  /// Where the tasks come from.
  public let split: String
  /// Of tasks and rollouts.
  public let seed: String
  /// Tasks of every evaluation.
  public let tasks: Int
  /// In the order of the file.
  public let rows: [Row]

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - bytes: the file's.
  ///   - origin: its path, for errors.
  /// - Throws: `ReadingError`.
  public init(_ bytes: [UInt8], origin: String) throws(ReadingError) {
    func error(_ reason: String, line: Int? = nil) -> ReadingError {
      ReadingError(origin: origin, line: line, reason: reason)
    }
    guard let lines = CommaSeparated.rows(of: String(decoding: bytes, as: UTF8.self)) else {
      throw error("a quote is not closed")
    }
    guard let header = lines.first?.fields, let first = lines.dropFirst().first else {
      throw error("has no rows")
    }
    var columns: [String: Int] = [:]
    for (index, name) in header.enumerated() { columns[name] = index }
    let needed = ["inner_learning_rate", "rollouts_per_task", "step", "tasks", "mean"]
    if let missing = (needed + Self.originColumns).first(where: { columns[$0] == nil }) {
      throw error("has no column '\(missing)'", line: 1)
    }
    for (line, fields) in lines where fields.count != header.count {
      throw error("has \(fields.count) fields, the header \(header.count)", line: line)
    }
    func field(_ name: String, _ fields: [String]) -> String {
      columns[name].map { fields[$0] } ?? ""
    }
    func number(_ name: String, _ line: (line: Int, fields: [String])) throws(ReadingError)
      -> Double
    {
      let text = field(name, line.fields)
      guard let value = Double(text) else {
        throw error("'\(text.prefix(40))' in column '\(name)' is no number", line: line.line)
      }
      return value
    }
    func count(_ name: String, _ line: (line: Int, fields: [String])) throws(ReadingError) -> Int {
      guard let value = Int(exactly: try number(name, line)), value >= 0 else {
        throw error("'\(name)' is no count", line: line.line)
      }
      return value
    }
    taskLabel = header[0] == needed[0] ? nil : header[0]
    (policy, family) = (field("policy", first.fields), field("family", first.fields))
    (split, seed) = (field("split", first.fields), field("seed", first.fields))
    unit = field("unit", first.fields)
    tasks = try count("tasks", first)
    var rows: [Row] = []
    for line in lines.dropFirst() {
      let ends = ["ci95_lower", "ci95_upper"].compactMap { Double(field($0, line.fields)) }
      rows.append(
        Row(
          taskValue: header[0] == needed[0] ? nil : try number(header[0], line),
          innerLearningRate: try number(needed[0], line),
          rolloutsPerTask: try count(needed[1], line), step: try count(needed[2], line),
          mean: Double(field("mean", line.fields)) ?? .nan,
          interval: ends.count == 2 ? Interval(lower: ends[0], upper: ends[1]) : nil))
    }
    self.rows = rows
  }
}
