/// Runs that were named as runs of one policy and are not.
public enum RunsOfOnePolicyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One is named twice, or a copy of it.
  case sameRun(path: String, other: String, seed: UInt64)
  /// They differ in more than the seed.
  case otherPolicy(path: String, other: String, key: String, value: String, otherValue: String)

  /// One line.
  public var description: String {
    switch self {
    case .sameRun(let path, let other, let seed):
      path == other
        ? "the run '\(path)' is given twice; give every run of the policy once."
        : "'\(path)' and '\(other)' are one run: both have seed \(seed). Runs that are taken "
          + "together need seeds of their own."
    case .otherPolicy(let path, let other, let key, let value, let otherValue):
      "'\(path)' is no run of the policy of '\(other)': \(key) is \(value) instead of "
        + "\(otherValue). Runs that are taken together differ in the seed alone; compare policies "
        + "with --compare."
    }
  }
}

/// Runs of one policy from several seeds.
public enum RunsOfOnePolicy {
  /// Refuses what is not one policy trained from several seeds.
  ///
  /// - Parameter runs: what the user named, with the checkpoint that it leads to.
  /// - Throws: `RunsOfOnePolicyError`; `RunFolderError` for a run folder that cannot be read.
  public static func require(_ runs: [(name: String, location: CheckpointLocation)]) throws {
    for (index, run) in runs.enumerated() {
      for earlier in runs[..<index] {
        let usesFolder = run.location.folder != nil && earlier.location.folder != nil
        let identity = try PolicyIdentity(run.location, usesFolder: usesFolder)
        let first = try PolicyIdentity(earlier.location, usesFolder: usesFolder)
        if let difference = identity.difference(from: first) {
          throw RunsOfOnePolicyError.otherPolicy(
            path: run.name, other: earlier.name, key: difference.key, value: difference.value,
            otherValue: difference.other)
        }
        let seed = run.location.checkpoint.seed
        if seed == earlier.location.checkpoint.seed {
          throw RunsOfOnePolicyError.sameRun(path: run.name, other: earlier.name, seed: seed)
        }
      }
    }
  }

  /// Sorts runs into policies: those that differ in the seed alone are one.
  ///
  /// - Parameter runs: what the user named, with the checkpoint that it leads to, in any order.
  /// - Returns: indices, policy by policy, in the order of their first runs.
  /// - Throws: `RunsOfOnePolicyError` for a checkpoint that is given twice; `RunFolderError`.
  public static func policies(
    _ runs: [(name: String, location: CheckpointLocation)]
  ) throws -> [[Int]] {
    for (index, run) in runs.enumerated() {
      if let earlier = runs[..<index].first(where: { $0.location.path == run.location.path }) {
        throw RunsOfOnePolicyError.sameRun(
          path: run.name, other: earlier.name, seed: run.location.checkpoint.seed)
      }
    }
    let usesFolder = runs.allSatisfy { $0.location.folder != nil }
    return PolicyIdentity.groups(
      try runs.map { try PolicyIdentity($0.location, usesFolder: usesFolder) })
  }
}
