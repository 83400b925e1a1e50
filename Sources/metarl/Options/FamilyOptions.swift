import ArgumentParser
import Environments

/// Where task families are looked for.
struct FamilyOptions: ParsableArguments {
  @Option(
    name: .customLong("environments"),
    help: ArgumentHelp(
      "A folder with family definitions (*.yaml) of your own, searched before the built-in ones. "
        + "Several: a,b, or repeated.", valueName: "dir"),
    completion: .directory)
  var given: [String] = []

  /// The folders one by one.
  var folders: [String] { ListArgument.words(given) }

  /// The families that can be named: those of `--environments`, then the built-in ones.
  ///
  /// - Parameter physics: what steps the robots' models; nil leaves it to the definitions.
  /// - Returns: the catalog.
  /// - Throws: `EnvironmentError` when the built-in ones are nowhere to be found.
  func catalog(physics: PhysicsChoice? = nil) throws -> FamilyCatalog {
    try FamilyCatalog(withBuiltIn: folders, physics: physics ?? .definition)
  }
}

extension FamilyCatalog {
  /// The family that a command names, with a warning for each doubt about its numbers.
  ///
  /// - Throws: as `family(named:)`.
  func announcedFamily(named reference: String) throws(EnvironmentError) -> DefinedTaskFamily {
    let family = try family(named: reference)
    family.definition.simulator.warnings.forEach(Console.warn)
    return family
  }
}
