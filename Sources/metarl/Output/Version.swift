import CRevision
import DenseMath
import Environments
import Experiments
import Statistics

/// What this build is, for `--version` and for the records of runs.
enum Version {
  /// The version, as in CHANGELOG.md.
  static let text = "0.1.0"

  /// The git revision that was built, with `-changed` behind it when tracked files differed from
  /// it; nil where the build was not told (`make build` says).
  static var gitRevision: String? { metarl_git_revision().map { String(cString: $0) } }

  /// How a run of a family is made here and now.
  ///
  /// - Returns: versions and the definition's digest.
  /// - Throws: `BackendError` when no arithmetic can run.
  static func provenance(of family: DefinedTaskFamily) throws -> Provenance {
    Provenance(
      metarl: text, definitionDigest: family.definitionDigest, gitRevision: gitRevision,
      gsl: gslVersion, blas: describe(try Backend.start()), muJoCo: muJoCoVersion,
      processor: Processor.name)
  }

  /// What `--version --verbose` prints: the version, then what the program runs with.
  ///
  /// - Returns: one line a thing.
  static func details() -> String {
    let arithmetic: String
    do {
      arithmetic = describe(try Backend.start())
    } catch {
      arithmetic = "none: \(error)"
    }
    let families: String
    do {
      families = try FamilyCatalog.builtInFolder()
    } catch {
      families = "not found: \(error)"
    }
    return """
      metarl    \(text)
      revision  \(gitRevision ?? "unknown; built without make")
      processor \(Processor.name)
      BLAS      \(arithmetic)
      GSL       \(gslVersion)
      MuJoCo    \(muJoCoVersion ?? "not in this build; the robot families are left out")
      families  \(families)
      """
  }

  private static func describe(_ backend: Backend) -> String {
    "\(backend.blasVersion); core \(backend.blasCore), kernels \(backend.instructionSet), "
      + "small products \(backend.smallProductTarget)"
  }
}
