import ArgumentParser
import DenseMath
import Environments
import Experiments
import MetaLearning

/// `metarl train FAMILY[@PRESET]`.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Meta-train a policy on a task family.",
    discussion: """
      Each meta-iteration samples tasks, adapts the policy to each by gradient steps on fresh \
      rollouts, and moves the initial parameters so that the adapted policies do better.

      Examples:
        metarl train navigation-2d
        metarl train navigation-2d@finn2017 --run-dir runs/nav --seed 3 \\
          --activation relu --inner-learning-rate 0.5 --meta-batch-size 40
        metarl train point-mass --config my.yaml --set outer.damping=1e-4
        metarl train --resume runs/nav --iterations 200

      Defaults give way to --config, and --config to flags. The run folder holds the resolved \
      config.yaml, metrics.jsonl, progress.csv, checkpoints, events for TensorBoard and at the \
      end report.html; its path is printed.
      """)

  @Argument(
    help: ArgumentHelp(
      "The task family: NAME, NAME@PRESET, or the path of a definition.", valueName: "family"))
  var family: String?

  @Option(
    help: ArgumentHelp("A configuration file (YAML).", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Sets any key of the configuration, as in outer.damping=1e-4. May be repeated.",
      valueName: "key.path=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "The run folder. Default: runs/FAMILY[-PRESET], with a number when it exists.",
      valueName: "dir"),
    completion: .directory)
  var runDir: String?

  @Option(
    help: ArgumentHelp(
      "Goes on with a run from its newest good checkpoint, to the same bits.", valueName: "run"),
    completion: .directory)
  var resume: String?

  @Flag(help: "Empty the run folder first if there is something in it.")
  var force = false

  @Flag(help: "Write no report.html at the end; see report_tasks in docs/Formats.md.")
  var noReport = false

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup(title: "Learner options")
  var learner: LearnerOptions

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    guard resume != nil else { return }
    let refused: [(String, Bool)] = [
      ("a task family", family != nil), ("--config", config != nil),
      ("--run-dir", runDir != nil), ("--force", force),
    ]
    if let (name, _) = refused.first(where: \.1) {
      throw ValidationError(
        "--resume takes everything from the run folder; leave out \(name).")
    }
  }

  func run() async throws {
    try await TestHooks.applied { try await train() }
  }

  private func train() async throws {
    let run = try resume.map(resumedRun) ?? newRun()
    let backend = try Backend.start()
    StopRequest.listen()
    if !quiet {
      Console.note(
        "\(run.family.qualifiedName) → \(run.folder.path)  (seed \(run.configuration.seed), "
          + "\(backend.instructionSet), \(backend.blasCore))")
    }
    let progress = TrainingProgress(quiet: quiet)
    var (start, knowsOfPictures) = (0, false)
    let summary: TrainingSummary
    do {
      defer { progress.finish() }
      summary = try await run.train(
        resuming: resume != nil, shouldStop: { StopRequest.signal != nil },
        observe: { event in
          if case .started(let iteration, _) = event { start = iteration }
          if case .noPictures = event { knowsOfPictures = true }
          progress.observe(event)
        })
    } catch let error as TrainingError where error.hadStarted {
      throw CommandFailure(.runFailed, "\(error)")
    }
    if summary.wasStopped, let signal = StopRequest.signal {
      Console.note(
        "Stopped after iteration \(summary.iteration); go on with: "
          + "metarl train --resume \(run.folder.path)")
      throw ExitCode(128 + signal)
    }
    if !quiet { tell(summary) }
    // Everything is saved: from here on a signal ends the program at once.
    StopRequest.release()
    if summary.iteration > start || FileSystem.kind(of: run.folder.reportPath) == nil {
      await writeReport(of: run, tellsMissing: !knowsOfPictures)
    }
    // The run is on the disk, whether or not anybody reads where.
    Console.printIfPossible(run.folder.path)
  }

  private func tell(_ summary: TrainingSummary) {
    let best = summary.best.map {
      "; best on validation tasks: \(NumberText.fixed($0.score)) at iteration \($0.iteration)"
    }
    Console.note(
      "\(summary.iteration) iterations, "
        + "\(NumberText.short(Double(summary.environmentSteps.total))) environment steps, "
        + NumberText.duration(summary.seconds) + (best ?? ""))
  }

  /// Writes the page that `metarl report` writes, about fewer tasks where that is quicker.
  ///
  /// The training is over and saved: what keeps the page from being written is a warning.
  private func writeReport(of run: TrainingRun, tellsMissing: Bool) async {
    let tasks = run.configuration.reportTasks
    guard !noReport, tasks > 0, StopRequest.signal == nil else { return }
    do {
      let rollouts = min(20, run.configuration.learner.sampling.rolloutsPerTask)
      let report = try ReportCommand.parse(
        ["--tasks", "\(tasks)", "--rollouts-per-task", "\(rollouts)"]
          + (run.configuration.workers > 0 ? ["--workers", "\(run.configuration.workers)"] : [])
          + (quiet ? ["--quiet"] : []) + ["--", run.folder.path])
      let verdict = try await report.write(tellsMissing: tellsMissing)
      if !quiet { Console.note("\(verdict.text)\nReport: \(report.path)") }
    } catch {
      Console.warn("no report: \(CommandFailure.describe(error))")
    }
  }

  // MARK: Where a run comes from

  private func newRun() throws -> TrainingRun {
    var configuration = RunConfiguration()
    if let config {
      let bytes = try FileSystem.contents(of: config, limit: 16 << 20)
      try configuration.apply(yaml: String(decoding: bytes, as: UTF8.self), origin: config)
    }
    for setting in settings { try configuration.set(setting) }
    learner.apply(to: &configuration)
    configuration.environmentFolders =
      (families.folders + configuration.environmentFolders).map(RunReferences.absolute(path:))
    if let family { configuration.family = family }
    guard !configuration.family.isEmpty else {
      throw ValidationError(
        "Give a task family, as in 'metarl train navigation-2d'; 'metarl environments' lists "
          + "them.")
    }
    configuration.family = RunReferences.absolute(family: configuration.family)
    try configuration.validate()
    let family = try FamilyCatalog(withBuiltIn: configuration.environmentFolders)
      .announcedFamily(named: configuration.family)
    try MemoryNeed(
      learner: configuration.learner, family: family, precision: configuration.precision,
      tasksAtOnce: configuration.learner.sampling.metaBatchSize,
      rolloutsPerTask: configuration.learner.sampling.rolloutsPerTask,
      batches: configuration.learner.adaptation.steps + 1,
      workers: TrainingRun.workers(configuration.workers).count
    ).requireFits()
    // What cannot be simulated is refused before there is a run folder.
    _ = try family.makeLanes(
      task: family.task(split: .train, index: 0, seed: configuration.seed), laneCount: 1)
    let provenance = try Version.provenance(of: family)
    let carried = RunReferences.carried(family)
    let folder =
      try runDir.map {
        try RunFolder.create(
          $0, force: force, configuration: configuration, provenance: provenance, family: carried)
      }
      ?? RunFolder.createNext(
        after: RunReferences.runFolder(for: family), configuration: configuration,
        provenance: provenance, family: carried)
    return TrainingRun(folder: folder, configuration: configuration, family: family)
  }

  private func resumedRun(_ path: String) throws -> TrainingRun {
    let folder = try RunFolder.open(path, forWriting: true)
    let recorded = try folder.configuration()
    var configuration = recorded
    for setting in settings { try configuration.set(setting) }
    learner.apply(to: &configuration)
    try configuration.validate()
    if let change = configuration.differences(changingNumbersFrom: recorded).first {
      throw ValidationError(
        "A resumed run keeps its mathematics: \(change.path) is \(change.other) in '\(path)' "
          + "and cannot become \(change.value). Start a new run for that.")
    }
    if let done = try folder.checkpoints().first?.iteration, configuration.iterations < done {
      throw ValidationError(
        "The run in '\(path)' has done \(done) iterations already; --iterations can extend it, "
          + "not shorten it.")
    }
    let family = try RunReferences.family(of: folder, folders: families.folders)
    let present = try Version.provenance(of: family)
    let provenance = try folder.provenance() ?? present
    guard (provenance.definitionDigest ?? family.definitionDigest) == family.definitionDigest
    else {
      throw TrainingError.notResumable(
        path: path,
        reason: "the definition of '\(family.qualifiedName)' in '\(family.definition.origin)' has "
          + "changed since. Restore it, or start a new run.")
    }
    for change in present.differences(from: provenance) {
      Console.warn(
        "'\(path)' was started with \(change.key) \(change.other); here it is \(change.value). "
          + "Its numbers may differ in the last digits from those of a run in one go.")
    }
    if configuration != recorded { try folder.write(configuration, provenance: provenance) }
    return TrainingRun(folder: folder, configuration: configuration, family: family)
  }
}
