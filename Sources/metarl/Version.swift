import DenseMath
import Environments
import Experiments

/// What this build is, for `--version` and for the records of runs.
enum Version {
  /// The version, as in CHANGELOG.md.
  static let text = "0.1.0"

  /// How a run of a family is made here and now.
  ///
  /// - Throws: `BackendError` when no arithmetic can run.
  static func provenance(of family: DefinedTaskFamily) throws -> Provenance {
    let backend = try Backend.start()
    return Provenance(
      metarl: text, definitionDigest: family.definitionDigest,
      blas: "\(backend.blasVersion), \(backend.blasCore), \(backend.instructionSet)")
  }
}
