import ArgumentParser
import Environments
import MetaLearning

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
    let catalog = try families.catalog()
    var table = TextTable(
      ["name", "observation", "action", "horizon", "presets", "summary"],
      alignments: [.left, .right, .left, .right, .left, .left])
    var examples = TextTable(
      ["name", "input", "target", "presets", "summary"],
      alignments: [.left, .right, .left, .left, .left])
    var hasExamples = false
    for entry in try catalog.list() {
      switch entry.family {
      case .success(let family):
        let presets = family.definition.presets
        if let source = family.examples {
          hasExamples = true
          examples.append([
            entry.name, "\(family.observationSize)", Self.text(source.target),
            presets.isEmpty ? "-" : presets.joined(separator: " "), family.definition.summary,
          ])
          continue
        }
        table.append([
          entry.name, "\(family.observationSize)", Self.text(family.actionSpace),
          "\(family.horizon)", presets.isEmpty ? "-" : presets.joined(separator: " "),
          family.definition.summary,
        ])
      case .failure(let error):
        Console.warn("\(error)")
      }
    }
    Console.print(table.text)
    if hasExamples { Console.print("\nFamilies of examples\n\(examples.text)") }
  }

  private static func text(_ target: ExampleTarget) -> String {
    switch target {
    case .numbers(let size): size == 1 ? "number" : "\(size) numbers"
    case .label(let classes): "label of \(classes)"
    }
  }

  private static func text(_ space: ActionSpace) -> String {
    switch space {
    case .continuous(let size): "continuous \(size)"
    case .discrete(let count): "discrete \(count)"
    }
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
      "The task family: NAME, NAME@PRESET, or the path of a definition.", valueName: "family"),
    completion: Completions.families)
  var family: String

  @OptionGroup var physics: PhysicsOptions

  @OptionGroup var families: FamilyOptions

  func run() throws {
    let family = try families.catalog(physics: physics.physics)
      .announcedFamily(named: self.family)
    let definition = family.definition
    Console.print("\(family.qualifiedName): \(definition.summary)")
    Console.print("Source: \(definition.source)")
    Console.print("Definition: \(definition.origin)")
    Console.print(
      "Presets: "
        + (definition.presets.isEmpty ? "none" : definition.presets.joined(separator: ", "))
    )
    Console.print("Splits: " + family.splits.map(\.rawValue).joined(separator: ", "))
    Console.print("")
    var table = TextTable(["choice", "value", "meaning"], alignments: [.left, .left, .left])
    for choice in family.choices {
      table.append([choice.key, choice.value, choice.explanation])
    }
    Console.print(table.text)
  }
}
