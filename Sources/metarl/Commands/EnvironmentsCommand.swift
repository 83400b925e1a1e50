import ArgumentParser

/// `metarl environments` and `metarl environments show NAME[@PRESET]`.
struct EnvironmentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environments",
    abstract: "List the task families, or show every choice of one.",
    discussion: """
      Examples:
        metarl environments
        metarl environments show navigation-2d@finn2017
        metarl environments list --environments my-families
      """,
    subcommands: [EnvironmentsListCommand.self, EnvironmentsShowCommand.self],
    defaultSubcommand: EnvironmentsListCommand.self)
}

/// `metarl environments list`.
struct EnvironmentsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the task families: name, spaces, horizon and one line each.",
    discussion: """
      Example:
        metarl environments list
      """)

  @OptionGroup var families: FamilyOptions

  func run() throws {
    throw CommandFailure(.runFailed, "environments is not available in this build.")
  }
}

/// `metarl environments show NAME[@PRESET]`.
struct EnvironmentsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print every choice of a family as its presets resolve it.",
    discussion: """
      Example:
        metarl environments show navigation-2d@finn2017
      """)

  @Argument(
    help: ArgumentHelp(
      "The task family: NAME, NAME@PRESET, or the path of a definition.", valueName: "family"))
  var family: String

  @OptionGroup var families: FamilyOptions

  func run() throws {
    throw CommandFailure(.runFailed, "environments show is not available in this build.")
  }
}
