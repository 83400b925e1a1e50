import Environments
import Experiments
import Files
import Foundation
import Replays
import StrictYAML

/// How commands find runs, checkpoints and the families they belong to.
enum RunReferences {
  /// `runs/FAMILY[-PRESET]`; a number follows where that is there already.
  static func runFolder(for family: DefinedTaskFamily) -> String {
    "runs/" + family.name + (family.preset.map { "-\($0)" } ?? "")
  }

  /// `runs/FAMILY[-PRESET]`, with the first free number from 2 when it is there already.
  ///
  /// It is free now; `RunFolder.createNext` alone keeps it so.
  static func freeRunFolder(for family: DefinedTaskFamily) -> String {
    let name = runFolder(for: family)
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

  /// Reads the checkpoint of a place where one of some words may stand too.
  ///
  /// - Parameters:
  ///   - path: what was typed.
  ///   - names: words that could have stood there instead, for one that is mistyped.
  /// - Returns: the checkpoint.
  /// - Throws: `RunFolderError`; `CommandFailure` for nothing that is there, with the nearest name.
  static func checkpoint(_ path: String, orNamed names: [String]) throws -> CheckpointLocation {
    if FileSystem.kind(of: path) == nil, let name = nearestName(to: path, in: names) {
      throw CommandFailure(
        .usage, "there is no run or checkpoint '\(path)'; did you mean '\(name)'?")
    }
    return try checkpoint(path)
  }

  /// Reads the checkpoint that a run folder or path names, warning of what was passed over.
  static func checkpoint(_ path: String) throws -> CheckpointLocation {
    let location = try CheckpointLocation(path: path)
    location.warnings.forEach(Console.warn)
    return location
  }

  /// What a run or recording takes along of its family; nil, with a warning, where it cannot.
  static func carried(_ family: DefinedTaskFamily) -> CarriedFamily? {
    do {
      return try CarriedFamily(of: family)
    } catch {
      Console.warn("this cannot be moved away from its family: \(error)")
      return nil
    }
  }

  /// The family that a checkpoint was trained on.
  ///
  /// - Parameters:
  ///   - location: the checkpoint; its run folder, if it lies in one, has the family or knows
  ///     folders and paths of definitions.
  ///   - folders: those of `--environments`, searched first.
  ///   - physics: what steps a robot's model; nil for what the training took.
  /// - Returns: the family, with a warning when its definition has changed since.
  /// - Throws: an error that names the family when its definition is nowhere to be found.
  static func family(
    of location: CheckpointLocation, folders: [String], physics: PhysicsChoice? = nil
  ) throws -> DefinedTaskFamily {
    let trained = location.checkpoint.physics.flatMap(PhysicsChoice.init(rawValue:))
    let run = try location.folder?.configuration()
    let loaded =
      try location.folder.map { try self.family(of: $0, folders: folders) }
      ?? FamilyCatalog(withBuiltIn: folders).announcedFamily(named: location.checkpoint.family)
    let family = try loaded.stepped(by: physics ?? run?.physics ?? trained ?? .definition)
    // A checkpoint without the entry is from before there was a choice.
    let before = location.checkpoint.physics ?? PhysicsEngine.mujoco.rawValue
    if let engine = family.physics?.rawValue, engine != before {
      Console.warn(
        "physics '\(engine)' steps '\(family.qualifiedName)' here; '\(before)' did when "
          + "'\(location.path)' was trained")
    } else if family.definitionDigest != location.checkpoint.definitionDigest {
      Console.warn(
        "the definition of '\(family.qualifiedName)' is not the one that "
          + "'\(location.path)' was trained on")
    }
    return family
  }

  /// The family of a run: one of the given folders, or else the run folder's own copy, or else (for
  /// runs that carry none) the one that its configuration names.
  ///
  /// - Parameters:
  ///   - run: the run folder.
  ///   - folders: those of `--environments`.
  /// - Returns: the family, with a warning where the installed one is another by now.
  /// - Throws: what reading definitions throws.
  static func family(of run: RunFolder, folders: [String]) throws -> DefinedTaskFamily {
    let configuration = try run.configuration()
    let preset = FamilyCatalog.split(configuration.family).preset
    guard let own = try run.family(preset: preset) else {
      return try FamilyCatalog(withBuiltIn: folders + configuration.environmentFolders)
        .announcedFamily(named: configuration.family)
    }
    own.definition.simulator.warnings.forEach(Console.warn)
    do throws(EnvironmentError) {
      if !folders.isEmpty {
        return try FamilyCatalog(folders: folders).family(named: own.qualifiedName)
      }
    } catch {
      guard case .unknownFamily = error else { throw error }
    }
    let installed = try? FamilyCatalog(withBuiltIn: configuration.environmentFolders)
      .family(named: configuration.family)
    if let installed, installed.definitionDigest != own.definitionDigest {
      Console.warn(
        "'\(installed.definition.origin)' is another definition by now than the one that "
          + "'\(run.path)' was started with, which is used (--environments DIR takes another).")
    }
    return own
  }

  /// The family of a recording: the one that it names where that is the same, or where the user
  /// says `--environments`; otherwise the one that it carries.
  ///
  /// - Parameters:
  ///   - recording: its header.
  ///   - path: its name, for messages.
  ///   - folders: those of `--environments`.
  /// - Returns: the family, with a warning when it is not the one that was recorded.
  /// - Throws: what reading definitions throws.
  static func family(
    of recording: RecordingHeader, at path: String, folders: [String]
  ) throws -> DefinedTaskFamily {
    // On the engine that recorded it, which the digest covers.
    let recorded = recording.physics.flatMap(PhysicsChoice.init(rawValue:)) ?? .definition
    let named = Result {
      try FamilyCatalog(withBuiltIn: folders).announcedFamily(named: recording.environment)
        .stepped(by: recorded)
    }
    if let family = try? named.get(), family.definitionDigest == recording.definitionDigest {
      return family
    }
    guard let carried = recording.family, folders.isEmpty || (try? named.get()) == nil else {
      return try named.get()
    }
    let preset = FamilyCatalog.split(recording.environment).preset
    let family = try carried.family(preset: preset).stepped(by: recorded)
    if (try? named.get()) == nil {
      family.definition.simulator.warnings.forEach(Console.warn)
    }
    if let other = try? named.get() {
      Console.warn(
        "'\(other.definition.origin)' is another definition by now than the one that '\(path)' "
          + "was recorded with and carries, which is used (--environments DIR takes another).")
    }
    return family
  }

  /// The family of a replay script, or where that is not installed the one that a run in it carries.
  ///
  /// - Parameters:
  ///   - script: the script.
  ///   - folders: those of `--environments`.
  /// - Returns: the family, with a warning where it is a run's own copy.
  /// - Throws: what reading definitions throws.
  static func family(of script: ReplayScript, folders: [String]) throws -> DefinedTaskFamily {
    do {
      return try FamilyCatalog(withBuiltIn: folders).announcedFamily(named: script.environment)
    } catch {
      let (name, preset) = FamilyCatalog.split(script.environment)
      for case .policy(let request) in script.rollouts.map(\.actor) {
        guard let run = try? CheckpointLocation(path: request.path).folder,
          let family = try? run.family(preset: preset),
          [family.name, "\(family.name).yaml"].contains(FileSystem.lastName(of: name))
            || (try? run.configuration().family).map(FileSystem.lastName)
              == FileSystem.lastName(of: script.environment)
        else { continue }
        Console.warn("\(error) The copy in '\(run.path)' is used.")
        return family
      }
      throw error
    }
  }
}
