import ArgumentParser

/// Where task families are looked for.
struct FamilyOptions: ParsableArguments {
  @Option(
    name: .customLong("environments"),
    help: ArgumentHelp(
      "A folder with family definitions (*.yaml) of your own, searched before the built-in ones.",
      valueName: "dir"),
    completion: .directory)
  var folders: [String] = []
}
