import MetaLearning

/// What the metrics of one run say, iteration by iteration.
public struct LearningHistory: Sendable {
  /// The run folder, as named by the user.
  public let run: String
  /// What it was asked for.
  public let configuration: RunConfiguration
  /// The rows of `metrics.jsonl` that are whole, in order.
  public let rows: [JSONValue]

  /// Reads the metrics of a run; one without any has no rows.
  ///
  /// - Throws: `RunFolderError`, `FileError`.
  public init(_ folder: RunFolder) throws {
    run = folder.path
    configuration = try folder.configuration()
    var follower = MetricsFollower(folder)
    _ = try follower.newRows()
    rows = follower.rows
  }

  /// A history from known rows.
  init(run: String, configuration: RunConfiguration, rows: [JSONValue]) {
    (self.run, self.configuration, self.rows) = (run, configuration, rows)
  }

  /// A column by iteration; what is not known is left out.
  func column(_ key: String) -> [Int: Double] {
    var column: [Int: Double] = [:]
    for row in rows {
      guard let iteration = row["iteration"]?.integer, let value = row[key]?.number else {
        continue
      }
      column[iteration] = value
    }
    return column
  }

  /// Whether both runs differ in nothing that changes numbers but the seed.
  func isRepetition(of other: LearningHistory) -> Bool {
    configuration.differences(changingNumbersFrom: other.configuration)
      .allSatisfy { $0.path == "seed" }
  }

  /// Histories sorted into groups of repetitions, in the order of their first runs.
  public static func groups(_ histories: [LearningHistory]) -> [[LearningHistory]] {
    var groups: [[LearningHistory]] = []
    for history in histories {
      if let place = groups.firstIndex(where: { $0[0].isRepetition(of: history) }) {
        groups[place].append(history)
      } else {
        groups.append([history])
      }
    }
    return groups
  }
}
