import ArgumentParser
import DenseMath
import Environments
import Experiments

/// `metarl check`: what must hold, checked on this machine.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Check the mathematics, the estimators, the physics, or the contract of a task family.",
    discussion: """
      Examples:
        metarl check gradients
        metarl check environment point-mass
        metarl check estimators tabular-mdp
        metarl check physics half-cheetah-velocity

      The exit code is 1 when a check fails.
      """,
    subcommands: [
      CheckGradientsCommand.self, CheckEnvironmentCommand.self, CheckEstimatorsCommand.self,
      CheckPhysicsCommand.self,
    ])
}

/// `metarl check gradients`.
struct CheckGradientsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradients",
    abstract: "Compare every derivative with finite differences or with golden files.",
    discussion: """
      Without --golden, every layer, loss, meta-gradient and curvature product is compared \
      with central finite differences in double precision. With --golden, the numbers in the \
      files are reproduced, and what is not checked of a file is named. Prints a table of \
      relative errors; what rounding alone moves too far to be judged says so.

      Examples:
        metarl check gradients
        metarl check gradients --golden gaussian.json,gae.json --precision float
      """)

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Golden files to reproduce: a,b or a b.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var golden: [String] = []

  @Option(help: "Arithmetic of the networks, for --golden. Default: double.")
  var precision: NetworkPrecision?

  func validate() throws {
    if precision == .float, golden.isEmpty {
      throw ValidationError(
        "--precision float goes with --golden; finite differences are taken in double precision.")
    }
  }

  func run() async throws {
    _ = try Backend.start()
    var tables: [CheckTable] = []
    if golden.isEmpty { tables = try await FiniteDifferenceCheck.run() }
    for path in ListArgument.words(golden) {
      tables.append(try await GoldenCheck.run(path: path, precision: precision ?? .double))
    }
    try Self.report(tables)
  }

  private static func report(_ tables: [CheckTable]) throws {
    for (index, check) in tables.enumerated() {
      var table = TextTable(
        [check.title, "relative error", "tolerance", "result"],
        alignments: [.left, .right, .right, .left])
      for row in check.rows {
        table.append([
          row.quantity, NumberText.scientific(row.relativeError),
          row.tolerance.map { NumberText.scientific($0) } ?? "-",
          row.isJudged ? row.passed ? "ok" : "FAILED" : "not judged",
        ])
      }
      Console.print((index > 0 ? "\n" : "") + table.text)
      if !check.unchecked.isEmpty {
        Console.print("Not checked: \(check.unchecked.joined(separator: ", "))")
      }
    }
    let failed = tables.filter { !$0.passed }
    guard failed.isEmpty else {
      let quantities = failed.map { check in
        let names = check.rows.filter { !$0.passed }.map(\.quantity)
        return "\(check.title): "
          + (names.isEmpty ? "nothing was checked" : names.joined(separator: ", "))
      }
      throw CommandFailure(
        .failedCheck, "beyond the tolerance: " + quantities.joined(separator: "; "))
    }
  }
}

/// `metarl check environment NAME`.
struct CheckEnvironmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environment",
    abstract: "Check that a task family keeps the contract of environments.",
    discussion: """
      Checks determinism, independence of earlier episodes, spaces, finite values, reward as \
      the sum of its terms, ends, horizon, that a task changes only what it says, and that \
      lanes do not influence each other.

      Examples:
        metarl check environment point-mass
        metarl check environment my-families/slope.yaml
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
    let outcomes = EnvironmentContract(family).run()
    var table = TextTable(["check", "result"], alignments: [.left, .left])
    for outcome in outcomes { table.append([outcome.name, outcome.failure ?? "ok"]) }
    Console.print(table.text)
    let failures = outcomes.filter { !$0.passed }
    guard failures.isEmpty else {
      throw CommandFailure(
        .failedCheck,
        "\(family.qualifiedName) breaks \(failures.count) of \(outcomes.count) promises: "
          + failures.map { $0.name }.joined(separator: "; "))
    }
  }
}
