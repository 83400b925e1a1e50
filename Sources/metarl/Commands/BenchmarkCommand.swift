import ArgumentParser
import DenseMath
import Environments
import Experiments
import Files
import Reports

/// `metarl benchmark`: published results, trained and evaluated again.
struct BenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Train and evaluate a published benchmark and set our figures beside its own.",
    discussion: """
      Examples:
        metarl benchmark finn2017 --family navigation-2d --budget quick
      """,
    subcommands: [BenchmarkFinnCommand.self])
}

/// `metarl benchmark finn2017`.
struct BenchmarkFinnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finn2017",
    abstract: "The MAML paper's reinforcement learning: its families, baselines and figures.",
    discussion: """
      Trains MAML, the pretrained baseline and the oracle with the paper's settings, evaluates \
      them and an untrained policy on the paper's own 40 held-out tasks, and prints our figures \
      beside the paper's, each with the difference and a verdict: better, worse, or no difference \
      shown; of several seeds over seeds and tasks. Checkpoints are selected on \
      validation tasks.

      Every training is a run folder under --dir, every evaluation a file in it. What is there \
      is used: a benchmark that was stopped goes on where it was, and one with more iterations \
      goes on with the trainings. --report prints what is there without training.

      Examples:
        metarl benchmark finn2017 --family navigation-2d --budget quick
        metarl benchmark finn2017 --family navigation-2d --seeds 1,2,3 --budget full
        metarl benchmark finn2017 --family half-cheetah-velocity --method maml,random
        metarl benchmark finn2017 --set adaptation.estimator=lvc --dir runs/lvc
        metarl benchmark finn2017 --report
      """)

  @Option(
    help: ArgumentHelp(
      "Families of the paper: a,b, or repeated. Default: all five.", valueName: "name"),
    completion: .list(BenchmarkPlan.all.map(\.family)))
  var family: [String] = []

  @Option(help: "Methods: a,b, or repeated. Default: all four.")
  var method: [ChoiceList<BenchmarkMethod>] = []

  @Option(help: "How long to train: quick (50 iterations) or full (500).")
  var budget = BenchmarkBudget.quick

  @Option(help: ArgumentHelp("Meta-iterations, instead of a budget's.", valueName: "n"))
  var iterations: Int?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Where trainings differ from the paper's; named in the tables. May be repeated.",
      valueName: "key.path=value"),
    completion: Completions.settings)
  var settings: [String] = []

  @Option(help: ArgumentHelp("Seeds, as in 1,2,3 or 1-3.", valueName: "n,n,…"))
  var seeds = SeedList(values: [1])

  @Option(
    name: .customLong("dir"), help: ArgumentHelp("The folder of the runs.", valueName: "dir"),
    completion: .directory)
  var folder = "runs/finn2017"

  @Option(
    help: ArgumentHelp(
      "Where the tables go as Markdown; - for standard output. Default: results.md in the folder.",
      valueName: "file"),
    completion: .file(extensions: ["md"]))
  var markdown: String?

  @Option(
    help: ArgumentHelp("Also writes the tables for LaTeX (booktabs).", valueName: "file"),
    completion: .file(extensions: ["tex"]))
  var latex: String?

  @Option(
    help: ArgumentHelp(
      "A difference of return too small to matter: where one is shown to be smaller, the verdict "
        + "is equivalent.", valueName: "x"))
  var equivalenceMargin: Double?

  @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "n"))
  var workers: Int?

  @Flag(help: "Trains nothing: evaluates and prints what is there.")
  var report = false

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup var families: FamilyOptions

  private var chosenFamilies: [String] { ListArgument.words(family) }
  private var chosenMethods: [BenchmarkMethod] { method.flatMap(\.values) }

  func validate() throws {
    let known = BenchmarkPlan.all.map(\.family)
    if let unknown = chosenFamilies.first(where: { !known.contains($0) }) {
      throw ValidationError(
        "--family \(unknown) is not of this benchmark; it has \(known.joined(separator: ", ")).")
    }
    if let iterations { try requirePositive(iterations, "--iterations") }
    if let workers { try requirePositive(workers, "--workers") }
    if let margin = equivalenceMargin, !(margin > 0 && margin.isFinite) {
      throw ValidationError("--equivalence-margin is \(margin); give a number above 0.")
    }
  }

  func run() async throws {
    let plans = try self.plans
    let methods = BenchmarkMethod.allCases.filter {
      chosenMethods.isEmpty || chosenMethods.contains($0)
    }
    let run = BenchmarkRun(
      path: folder, iterations: iterations ?? budget.iterations, workers: workers ?? 0)
    var requests = [OutputFiles.Request("--markdown", markdown)]
    if markdown == nil, !report || FileSystem.kind(of: folder) == .folder {
      requests = [.init("--dir", FileSystem.join(folder, "results.md"))]
    }
    let files = try OutputFiles(requests + [.init("--latex", latex)])
    _ = try Backend.start()
    StopRequest.listen()
    var table = BenchmarkTable()
    table.equivalenceMargin = equivalenceMargin
    let items = plans.count * seeds.values.count * methods.count
    var item = 0
    for plan in plans {
      // What --set says of the physics holds for the families here as in the trainings.
      let physics = try plan.configuration(algorithm: .maml, seed: 0, iterations: 1, workers: 0)
        .physics
      let family = try families.catalog(physics: physics).announcedFamily(named: plan.reference)
      let provenance = try Version.provenance(of: family)
      for seed in seeds.values {
        for method in methods {
          item += 1
          let place = "[\(item)/\(items)] "
          if !report {
            try await train(run, plan, method, seed, family, provenance, place)
          }
          let result = try await evaluate(run, plan, method, seed, family, place)
          if let result { table.add(result, plan: plan, method: method, seed: seed) }
        }
      }
    }
    try print(table, files)
  }

  /// The families asked for, with the settings asked for.
  private var plans: [BenchmarkPlan] {
    get throws {
      let chosen = chosenFamilies
      return try BenchmarkPlan.all.filter {
        chosen.isEmpty || chosen.contains($0.family)
      }.map { plan in
        var plan = plan
        plan.settings = settings
        _ = try plan.configuration(algorithm: .maml, seed: 0, iterations: 1, workers: 0)
        return plan
      }
    }
  }

  private func train(
    _ run: BenchmarkRun, _ plan: BenchmarkPlan, _ method: BenchmarkMethod, _ seed: UInt64,
    _ family: DefinedTaskFamily, _ provenance: Provenance, _ place: String
  ) async throws {
    let progress = TrainingProgress(quiet: quiet)
    let finished = try await CommandFailure.whileRunning {
      defer { progress.finish() }
      return try await run.train(
        plan, method, seed: seed, family: family, provenance: provenance,
        shouldStop: { StopRequest.signal != nil },
        observe: { event in
          if case .training(let inner) = event { progress.observe(inner) }
          show(event, place)
        })
    }
    if !finished, let signal = StopRequest.signal {
      Console.note("Stopped; the same command goes on.")
      throw ExitCode(128 + signal)
    }
  }

  private func evaluate(
    _ run: BenchmarkRun, _ plan: BenchmarkPlan, _ method: BenchmarkMethod, _ seed: UInt64,
    _ family: DefinedTaskFamily, _ place: String
  ) async throws -> BenchmarkResult? {
    let progress = WorkProgress(
      "evaluating", of: try plan.request(method, seed: seed).tasks, quiet: quiet)
    return try await CommandFailure.whileRunning {
      defer { progress.finish() }
      return try await run.evaluate(
        plan, method, seed: seed, family: family,
        observe: { event in progress.interrupted { show(event, place) } },
        progress: progress.advance)
    }
  }

  private func show(_ event: BenchmarkEvent, _ place: String) {
    switch event {
    case .began(let text): if !quiet { Console.note(place + text) }
    case .warning(let text): Console.warn(text)
    case .training: break
    }
  }

  private func print(_ table: BenchmarkTable, _ files: OutputFiles) throws {
    guard !table.tables.isEmpty else {
      throw CommandFailure(.usage, "there is no trained policy in '\(folder)' to report on.")
    }
    let path = markdown ?? FileSystem.join(folder, "results.md")
    if path != OutputFiles.standardOutput {
      try FileSystem.createFolder(FileSystem.parentFolder(of: path))
    }
    try files.write(table.markdown(command: command), to: path)
    try files.write(table.latex(command: command), to: latex)
    let blocks = table.tables.map(EvaluationText.text) + table.notes.map { "Note: \($0)" }
    files.tell(blocks.joined(separator: "\n\n"))
  }

  /// The command that makes the tables again.
  private var command: String {
    (["metarl benchmark finn2017"] + chosenFamilies.map { "--family \($0)" }
      + chosenMethods.map { "--method \($0.rawValue)" } + settings.map { "--set \($0)" }
      + [
        "--iterations \(iterations ?? budget.iterations)",
        "--seeds \(seeds.values.map { "\($0)" }.joined(separator: ","))",
      ] + (equivalenceMargin.map { ["--equivalence-margin \($0)"] } ?? [])).joined(separator: " ")
  }
}

extension BenchmarkMethod: ExpressibleByArgument {}
extension BenchmarkBudget: ExpressibleByArgument {}
