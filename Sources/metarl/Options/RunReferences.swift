import Environments
import Experiments
import Foundation

/// How commands find runs, checkpoints and the families they belong to.
enum RunReferences {
  /// `runs/FAMILY[-PRESET]`, with the first free number from 2 when it is there already.
  static func freeRunFolder(for family: DefinedTaskFamily) -> String {
    let name = "runs/" + family.name + (family.preset.map { "-\($0)" } ?? "")
    guard FileSystem.kind(of: name) != nil else { return name }
    var number = 2
    while FileSystem.kind(of: "\(name)-\(number)") != nil { number += 1 }
    return "\(name)-\(number)"
  }

  /// A family reference that means the same from any folder: paths become absolute.
  static func absolute(family reference: String) -> String {
    let isPath =
      reference.contains("/") || reference.contains(".yaml") || reference.contains(".yml")
    return isPath ? absolute(path: reference) : reference
  }

  /// A path from the root.
  static func absolute(path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// Reads the checkpoint that a run folder or path names, warning of what was passed over.
  static func checkpoint(_ path: String) throws -> CheckpointLocation {
    let location = try CheckpointLocation(path: path)
    location.warnings.forEach(Console.warn)
    return location
  }

  /// The family that a checkpoint was trained on.
  ///
  /// - Parameters:
  ///   - location: the checkpoint; its run folder, if it lies in one, knows folders and paths
  ///     of definitions.
  ///   - folders: those of `--environments`, searched first.
  /// - Returns: the family, with a warning when its definition has changed since.
  /// - Throws: an error that names the family when its definition is nowhere to be found.
  static func family(of location: CheckpointLocation, folders: [String]) throws
    -> DefinedTaskFamily
  {
    let run = try location.folder?.configuration()
    let catalog = try FamilyCatalog(withBuiltIn: folders + (run?.environmentFolders ?? []))
    let family = try catalog.announcedFamily(named: run?.family ?? location.checkpoint.family)
    if family.definitionDigest != location.checkpoint.definitionDigest {
      Console.warn(
        "the definition of '\(family.qualifiedName)' is not the one that "
          + "'\(location.path)' was trained on")
    }
    return family
  }
}
