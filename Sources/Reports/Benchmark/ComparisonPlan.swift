import Files
import MetaLearning

/// Several algorithms on one family under one budget: what `metarl compare` trains and shows.
public struct ComparisonPlan: Sendable {
  /// The folder of everything.
  public let folder: String
  /// The rows, the first of which the others are compared with.
  public let algorithms: [Algorithm]
  /// Seeds of every row.
  public let seeds: [UInt64]

  /// A plan.
  ///
  /// - Precondition: at least one row and one seed.
  public init(folder: String, algorithms: [Algorithm], seeds: [UInt64]) {
    precondition(!algorithms.isEmpty && !seeds.isEmpty, "a comparison of nothing")
    self.folder = folder
    self.algorithms = algorithms
    self.seeds = seeds
  }

  /// What tables and run folders call the run of a row and a seed.
  public func name(_ algorithm: Algorithm, seed: UInt64) -> String {
    seeds.count == 1 ? algorithm.name : "\(algorithm.name)-seed-\(seed)"
  }

  /// The run folder of a row and a seed.
  public func path(_ algorithm: Algorithm, seed: UInt64) -> String {
    FileSystem.join(folder, "\(algorithm.name)-seed-\(seed)")
  }
}
