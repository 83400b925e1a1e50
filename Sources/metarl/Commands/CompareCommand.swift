import ArgumentParser
import DenseMath
import Drawing
import Environments
import Experiments
import Files
import MetaLearning
import Replays
import Reports

/// `metarl compare FAMILY --algorithms A,B,…`.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Train several algorithms on one family and set them side by side.",
    discussion: """
      Every algorithm is trained with its own row of choices under the same budget, a run folder \
      each, and adapts to the same held-out tasks. The folder then has comparison.svg, the \
      adaptation curves (drawn by gnuplot, left out with a warning without it); comparison.md, \
      the tables of 'metarl evaluate', in which the first algorithm is tested against each of \
      the others, paired task by task, and with several seeds over runs and tasks; and \
      comparison.html, a page that plays the adapted policies on the same tasks.

      What is there is used: a comparison that was stopped goes on where it was, one with more \
      iterations goes on with the trainings, and one with further algorithms trains those alone.

      Examples:
        metarl compare navigation-2d --algorithms maml,anil,promp,multi-task,oracle
        metarl compare navigation-2d --algorithms maml,boil --seeds 1-3
        metarl compare point-mass --algorithms maml,fomaml --iterations 20
      """)

  @Argument(
    help: ArgumentHelp(
      "The task family: NAME, NAME@PRESET, or the path of a definition.", valueName: "family"),
    completion: Completions.families)
  var family: String

  @Option(
    help: ArgumentHelp(
      "Algorithms: a,b, or repeated; the others are compared with the first. 'metarl algorithms' "
        + "lists them."))
  var algorithms: [ChoiceList<Algorithm>]

  @Option(help: "How long to train: quick (50 iterations) or full (500).")
  var budget = BenchmarkBudget.quick

  @Option(help: ArgumentHelp("Meta-iterations, instead of a budget's.", valueName: "n"))
  var iterations: Int?

  @Option(help: ArgumentHelp("Seeds of every algorithm, as in 1,2,3 or 1-3.", valueName: "n,n,…"))
  var seeds = SeedList(values: [1])

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Sets a key of every training, over the algorithm's own choice. May be repeated.",
      valueName: "key.path=value"),
    completion: Completions.settings)
  var settings: [String] = []

  @Option(
    name: .customLong("dir"),
    help: ArgumentHelp(
      "The folder of runs and results. Default: runs/compare-FAMILY.", valueName: "dir"),
    completion: .directory)
  var folder: String?

  @OptionGroup var options: EvaluationOptions

  private var rows: [Algorithm] { algorithms.flatMap(\.values) }

  func validate() throws {
    if let iterations { try requirePositive(iterations, "--iterations") }
    let names = rows.map(\.name)
    if let twice = Set(names).first(where: { name in names.count(where: { $0 == name }) > 1 }) {
      throw ValidationError("The algorithm '\(twice)' is given twice.")
    }
  }

  func run() async throws {
    let physics = options.physics.physics
    let family = try options.families.catalog(physics: physics).announcedFamily(named: family)
    let root = folder ?? "runs/compare-\(family.name)"
    let plan = ComparisonPlan(folder: root, algorithms: rows, seeds: seeds.values)
    let trainings = try trainings(plan, family)
    // All folders are looked at before the first training, so that a mistake costs none.
    for training in trainings { _ = try training.present() }
    let files = try OutputFiles(
      ["comparison.svg", "comparison.md", "comparison.html"].map {
        .init("--dir", FileSystem.join(root, $0))
      })
    _ = try Backend.start()
    StopRequest.listen()
    let provenance = try Version.provenance(of: family)
    for (index, training) in trainings.enumerated() {
      try await train(
        training, on: family, provenance, place: "[\(index + 1)/\(trainings.count)] ")
    }
    StopRequest.release()
    let set = try await evaluate(plan, family)
    try await CommandFailure.whileRunning {
      try files.write(set.markdown, to: FileSystem.join(root, "comparison.md"))
      try draw(set, files, root)
      try replay(plan, family, files, root)
    }
    files.tell(EvaluationText.text(set))
    files.tell("\nEverything lies in \(root)")
  }

  // MARK: Training

  /// One training an algorithm and seed, seed by seed.
  private func trainings(
    _ plan: ComparisonPlan, _ family: DefinedTaskFamily
  ) throws -> [FolderTraining] {
    try plan.algorithms.flatMap { algorithm in
      try plan.seeds.map { seed in
        let configuration = try configuration(algorithm, seed: seed, family)
        try TrainCommand.memory(of: configuration, family).requireFits()
        return FolderTraining(
          path: plan.path(algorithm, seed: seed), configuration: configuration,
          title: "\(algorithm.name), seed \(seed)")
      }
    }
  }

  private func configuration(
    _ algorithm: Algorithm, seed: UInt64, _ family: DefinedTaskFamily
  ) throws -> RunConfiguration {
    var configuration = try RunConfiguration(startingOn: family)
    configuration.iterations = iterations ?? budget.iterations
    configuration.reportTasks = 0
    configuration.pictureEvery = 0
    let base = configuration.learner
    configuration.lay(algorithm, over: base)
    let chosen = ["family", "seed", "iterations", "algorithm"]
    for setting in settings {
      if let key = chosen.first(where: { setting.hasPrefix("\($0)=") }) {
        throw ValidationError("--set \(key)=…: the comparison itself chooses \(key).")
      }
      try configuration.set(setting)
    }
    configuration.family = RunReferences.absolute(family: self.family)
    configuration.environmentFolders = options.families.folders.map(RunReferences.absolute(path:))
    if let physics = options.physics.physics { configuration.physics = physics }
    configuration.seed = seed
    configuration.workers = options.workers ?? 0
    do {
      try configuration.validate()
    } catch {
      throw CommandFailure(.usage, "\(algorithm.name): \(error)")
    }
    if let complaint = configuration.learner.complaint(on: family) {
      throw CommandFailure(.usage, "\(algorithm.name): \(complaint).")
    }
    return configuration
  }

  private func train(
    _ training: FolderTraining, on family: DefinedTaskFamily, _ provenance: Provenance,
    place: String
  ) async throws {
    let progress = TrainingProgress(quiet: options.quiet)
    let finished = try await CommandFailure.whileRunning {
      defer { progress.finish() }
      return try await training.train(
        on: family, provenance: provenance, shouldStop: { StopRequest.signal != nil },
        observe: { event in
          switch event {
          case .began(let text): if !options.quiet { Console.note(place + text) }
          case .warning(let text): Console.warn(text)
          case .training(let inner): progress.observe(inner)
          }
        })
    }
    if !finished, let signal = StopRequest.signal {
      Console.note("Stopped; the same command goes on.")
      throw ExitCode(128 + signal)
    }
  }

  // MARK: Results

  private func evaluate(
    _ plan: ComparisonPlan, _ family: DefinedTaskFamily
  ) async throws -> EvaluationSet {
    let policies: [NamedPolicy] = try plan.algorithms.flatMap { algorithm in
      try plan.seeds.map { seed in
        (
          plan.name(algorithm, seed: seed),
          try PolicyEvaluation(
            CheckpointLocation(path: plan.path(algorithm, seed: seed)), on: family)
        )
      }
    }
    return try await options.prepare(policies).run(
      counts: plan.algorithms.map { _ in plan.seeds.count })
  }

  private func draw(_ set: EvaluationSet, _ files: OutputFiles, _ root: String) throws {
    let path = FileSystem.join(root, "comparison.svg")
    let bytes: [UInt8]
    do throws(PlotError) {
      bytes = try Gnuplot().draw(AdaptationFigure.figure(set), as: .svg)
    } catch {
      return Console.warn("no picture: \(error)")
    }
    try files.write(bytes, to: path)
  }

  /// The page that plays every algorithm's adapted policy on the first held-out tasks.
  private func replay(
    _ plan: ComparisonPlan, _ family: DefinedTaskFamily, _ files: OutputFiles, _ root: String
  ) throws {
    // An oracle has to be shown the task, which replays do not do.
    let shown = plan.algorithms.filter { !$0.seesTask }
    guard family.examples == nil, !shown.isEmpty else { return }
    let seed = plan.seeds[0]
    let script = ReplayScript.sideBySide(
      shown.map { ($0.name, plan.path($0, seed: seed)) }, on: self.family, seed: seed, tasks: 3,
      steps: options.steps, rolloutsPerTask: options.rolloutsPerTask ?? EvaluationOptions.episodes,
      origin: "metarl compare")
    let policies = TrainedReplayPolicies(family: family) { Console.warn($0) }
    let runner = ReplayRunner(
      family: family, definitionDigest: family.definitionDigest,
      software: "metarl \(Version.text)", physics: family.physics?.rawValue,
      carried: RunReferences.carried(family), policies: policies.load)
    var lines: [UInt8] = []
    _ = try runner.run(script) { lines += $0 }
    let recording = try RecordingReader(bytes: lines, origin: "metarl compare")
    try files.write(
      ReplayPage(recording, family: family).html, to: FileSystem.join(root, "comparison.html"))
  }
}
