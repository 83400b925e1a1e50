import Files

/// What makes runs one policy: the family's definition, the algorithm and every choice that
/// changes numbers, but for the seed.
struct PolicyIdentity: Sendable {
  /// What the run was asked for.
  let configuration: RunConfiguration
  /// SHA-256 of the resolved family definition; nil where it is not known.
  let definitionDigest: String?

  /// The identity of a run by what its folder says.
  init(configuration: RunConfiguration, definitionDigest: String?) {
    self.configuration = configuration
    self.definitionDigest = definitionDigest
  }

  /// The identity of a checkpoint.
  ///
  /// The checkpoint itself is believed, and its run folder for what a checkpoint does not hold,
  /// such as how it was selected.
  ///
  /// - Parameters:
  ///   - location: the checkpoint.
  ///   - usesFolder: whether its run folder is read; of checkpoints without one only what they
  ///     hold can be compared.
  /// - Throws: `RunFolderError`.
  init(_ location: CheckpointLocation, usesFolder: Bool) throws(RunFolderError) {
    let checkpoint = location.checkpoint
    var configuration = RunConfiguration()
    if usesFolder, let folder = location.folder { configuration = try folder.configuration() }
    configuration.family = checkpoint.family
    configuration.seed = checkpoint.seed
    configuration.precision = checkpoint.precision
    configuration.learner = checkpoint.learner
    self.init(configuration: configuration, definitionDigest: checkpoint.definitionDigest)
  }

  /// The first thing beside the seed in which both differ; nil for one policy.
  ///
  /// Families of one's own may be named by different paths: their last components count, and the
  /// digests.
  func difference(from other: PolicyIdentity) -> (key: String, value: String, other: String)? {
    let families = [self, other].map { FileSystem.lastName(of: $0.configuration.family) }
    if families[0] != families[1] { return ("family", families[0], families[1]) }
    if let digest = definitionDigest, let otherDigest = other.definitionDigest,
      digest != otherDigest
    {
      return ("the family's definition", String(digest.prefix(12)), String(otherDigest.prefix(12)))
    }
    let differences = configuration.differences(changingNumbersFrom: other.configuration)
    if let difference = differences.first(where: {
      !["family", "environments", "seed"].contains($0.path)
    }) {
      return (difference.path, difference.value, difference.other)
    }
    let iterations = [self, other].map(\.configuration.iterations)
    return iterations[0] == iterations[1]
      ? nil : ("iterations", "\(iterations[0])", "\(iterations[1])")
  }

  /// Sorts policies into groups that differ in the seed alone, in the order of their first members.
  ///
  /// - Parameter identities: of the policies.
  /// - Returns: indices, group by group; what has both the configuration and the seed of a member
  ///   of a group is a group of its own.
  static func groups(_ identities: [PolicyIdentity]) -> [[Int]] {
    var groups: [[Int]] = []
    for (index, identity) in identities.enumerated() {
      let place = groups.firstIndex { group in
        identities[group[0]].difference(from: identity) == nil
          && group.allSatisfy {
            identities[$0].configuration.seed != identity.configuration.seed
          }
      }
      if let place { groups[place].append(index) } else { groups.append([index]) }
    }
    return groups
  }
}
