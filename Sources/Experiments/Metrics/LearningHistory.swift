import Files
import MetaLearning

/// What the metrics of one run say, iteration by iteration.
public struct LearningHistory: Sendable {
  /// The run folder, as named by the user.
  public let run: String
  /// What it was asked for.
  public let configuration: RunConfiguration
  /// SHA-256 of the resolved family definition; nil where the folder does not say.
  let definitionDigest: String?
  /// The rows of `metrics.jsonl` that are whole, in order.
  public let rows: [JSONValue]

  /// Reads the metrics of a run; one without any has no rows.
  ///
  /// - Throws: `RunFolderError`, `FileError`.
  public init(_ folder: RunFolder) throws {
    run = folder.path
    configuration = try folder.configuration()
    definitionDigest = try folder.provenance()?.definitionDigest
    var follower = MetricsFollower(folder)
    _ = try follower.newRows()
    rows = follower.rows
  }

  /// A history from known rows.
  init(
    run: String, configuration: RunConfiguration, definitionDigest: String? = nil,
    rows: [JSONValue]
  ) {
    (self.run, self.configuration, self.rows) = (run, configuration, rows)
    self.definitionDigest = definitionDigest
  }

  /// A column by iteration; what is not known is left out.
  package func column(_ key: String) -> [Int: Double] {
    var column: [Int: Double] = [:]
    for row in rows {
      guard let iteration = row["iteration"]?.integer, let value = row[key]?.number else {
        continue
      }
      column[iteration] = value
    }
    return column
  }

  /// Environment steps up to each iteration, of every use.
  package func environmentSteps() -> [Int: Double] {
    let counts = [
      "steps_pre_adaptation", "steps_during_adaptation", "steps_post_adaptation",
      "steps_validation",
    ].map(column)
    return counts.dropFirst().reduce(counts[0]) { $0.merging($1, uniquingKeysWith: +) }
  }

  /// Histories sorted into groups of runs of one policy, which differ in the seed alone, in the
  /// order of their first runs.
  public static func groups(_ histories: [LearningHistory]) -> [[LearningHistory]] {
    let identities = histories.map {
      PolicyIdentity(configuration: $0.configuration, definitionDigest: $0.definitionDigest)
    }
    return PolicyIdentity.groups(identities).map { $0.map { histories[$0] } }
  }
}
