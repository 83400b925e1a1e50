import StrictYAML

/// What went wrong with a task family, a task or a state, and what to do about it.
public enum EnvironmentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A definition is wrong; the error has file and line.
  case definition(YAMLError)
  /// No family of that name is in the folders.
  case unknownFamily(name: String, known: [String])
  /// The family has no preset of that name.
  case unknownPreset(family: String, preset: String, known: [String])
  /// The family has no draws of that split.
  case noDraws(family: String, split: String, available: [String])
  /// Task parameters do not fit the family.
  case task(family: String, reason: String)
  /// A lane's state does not fit the simulator.
  case state(reason: String)
  /// A file or folder cannot be read.
  case unreadable(path: String, reason: String)
  /// The folder of the built-in families is not where it was looked for.
  case noBuiltInFolder(searched: [String])

  /// One line: what failed, on what, why, and what to do.
  public var description: String {
    switch self {
    case .definition(let error): error.description
    case .unknownFamily(let name, let known):
      "there is no task family \(quotedForMessage(name))\(hint(name, known))"
        + " Known families: \(list(known))."
        + " A file of your own is named by its path, or found with --environments FOLDER."
    case .unknownPreset(let family, let preset, let known):
      "the family '\(family)' has no preset \(quotedForMessage(preset))\(hint(preset, known))"
        + " Its presets: \(list(known))."
    case .noDraws(let family, let split, let available):
      "the family '\(family)' has no tasks in the split '\(split)';"
        + " its definition gives draws for: \(list(available))."
    case .task(let family, let reason):
      "this is not a task of '\(family)': \(reason)"
    case .state(let reason): "this is not a state of the simulator: \(reason)"
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .noBuiltInFolder(let searched):
      "the folder of the built-in families was not found. Set METARL_HOME to the folder that"
        + " holds Environments/Families. Searched: \(searched.joined(separator: ", "))"
    }
  }

  private func hint(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, in: known).map { "; did you mean '\($0)'?" } ?? "."
  }

  private func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
