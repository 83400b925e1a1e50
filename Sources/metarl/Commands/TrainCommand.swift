import ArgumentParser
import DenseMath
import Environments
import Experiments
import Files
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
        metarl train point-mass --config my.yaml --set trust_region.damping=1e-4
        metarl train --resume runs/nav --iterations 200
        metarl train navigation-2d --run-dir runs/nav --seeds 1-5
        metarl train navigation-2d --outer adam --dry-run

      Defaults give way to --config, and --config to flags. The run folder holds the resolved \
      config.yaml, metrics.jsonl, progress.csv, checkpoints, events for TensorBoard and at the \
      end report.html; its path is printed. With --seeds there is a run folder a seed, and the \
      same command goes on where it was stopped.
      """)

  @Argument(
    help: ArgumentHelp(
      "The task family: NAME, NAME@PRESET, or the path of a definition.", valueName: "family"),
    completion: Completions.families)
  var family: String?

  @Option(
    help: ArgumentHelp("A configuration file (YAML).", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Sets any key of the configuration, as in trust_region.damping=1e-4. May be repeated.",
      valueName: "key.path=value"),
    completion: Completions.settings)
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

  @Option(
    help: ArgumentHelp(
      "Trains a run for each of these seeds, one after the other, in RUN-DIR-seed-N; runs that are "
        + "there go on or are left alone when they are done. As in 1-5 or 1,2,7.",
      valueName: "n,n-n,…"))
  var seeds: SeedList?

  @Flag(
    help: "Trains nothing: prints the resolved configuration, and as comments the memory it takes.")
  var dryRun = false

  @Flag(help: "Empty the run folder first if there is something in it.")
  var force = false

  @Flag(help: "Write no report.html at the end; see report_tasks in docs/Formats.md.")
  var noReport = false

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup(title: "Learner options")
  var learner: LearnerOptions

  @OptionGroup var physics: PhysicsOptions

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    if seeds != nil, learner.seed != nil {
      throw ValidationError("--seeds says which seeds; leave out --seed.")
    }
    guard resume != nil else { return }
    let refused: [(String, Bool)] = [
      ("a task family", family != nil), ("--config", config != nil),
      ("--run-dir", runDir != nil), ("--force", force), ("--seeds", seeds != nil),
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
    if dryRun {
      Console.print(try plan())
    } else if let seeds {
      try await train(seeds.values)
    } else {
      try await train(resume.map(resumedRun) ?? newRun(), resuming: resume != nil)
    }
  }

  /// Trains a run to its end, writes the page about it, and prints its path.
  ///
  /// - Parameters:
  ///   - run: open for writing.
  ///   - resuming: goes on from its newest checkpoint.
  ///   - place: which of several it is, for the first line.
  /// - Throws: `CommandFailure` for a training that failed; `ExitCode` for a signal.
  func train(_ run: TrainingRun, resuming: Bool, place: String = "") async throws {
    let backend = try Backend.start()
    StopRequest.listen()
    if !quiet {
      Console.note(
        "\(place)\(run.family.qualifiedName) → \(run.folder.path)  (seed "
          + "\(run.configuration.seed), \(backend.instructionSet), \(backend.blasCore)"
          + (run.family.physics.map { ", physics \($0.rawValue)" } ?? "") + ")")
    }
    let progress = TrainingProgress(quiet: quiet)
    var (start, knowsOfPictures) = (0, false)
    let summary: TrainingSummary
    do {
      defer { progress.finish() }
      summary = try await run.train(
        resuming: resuming, shouldStop: { StopRequest.signal != nil },
        observe: { event in
          if case .started(let iteration, _) = event { start = iteration }
          if case .noPictures = event { knowsOfPictures = true }
          progress.observe(event)
        })
    } catch let error as TrainingError where error.hadStarted {
      throw CommandFailure(.runFailed, "\(error)")
    }
    if summary.wasStopped, let signal = StopRequest.signal {
      let command = seeds == nil ? "metarl train --resume \(run.folder.path)" : "the same command"
      Console.note("Stopped after iteration \(summary.iteration); go on with: \(command)")
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
      let episodes = run.family.examples == nil ? ["--rollouts-per-task", "\(rollouts)"] : []
      let report = try ReportCommand.parse(
        ["--tasks", "\(tasks)"] + episodes
          + (run.configuration.workers > 0 ? ["--workers", "\(run.configuration.workers)"] : [])
          + (quiet ? ["--quiet"] : []) + ["--", run.folder.path])
      let verdict = try await report.write(tellsMissing: tellsMissing)
      if !quiet { Console.note("\(verdict.text)\nReport: \(report.path)") }
    } catch {
      Console.warn("no report: \(CommandFailure.describe(error))")
    }
  }
}
