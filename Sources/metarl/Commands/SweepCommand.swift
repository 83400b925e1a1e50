import ArgumentParser
import DenseMath
import Environments
import Experiments
import MetaLearning

/// `metarl sweep RUN_OR_CHECKPOINT`.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Evaluate a policy over a grid of adaptation settings or tasks.",
    discussion: """
      Every combination of the given learning rates, episodes and task values is an evaluation \
      as by 'metarl evaluate', on the same tasks, start states and noise. The first step takes \
      the learning rate, further steps the share of it that the run took (a half by default).

      --task-range lets one number of the task run: NAME=FROM:TO:STEP, or NAME[INDEX]=… for one \
      entry of a vector (in quotes: shells have brackets of their own), beyond the training range too. The tasks are those of the split with \
      that number replaced; where it is all that a task has, the intervals are over repeated \
      adaptations to that one task.

      Examples:
        metarl sweep runs/nav --inner-learning-rate 0.05,0.1,0.2,0.5
        metarl sweep runs/nav --steps 1,3,5,10 --split shifted --csv steps.csv
        metarl sweep runs/nav --task-range 'goal[0]=-0.5:0.5:0.25' --steps 0,1
      """)

  @Argument(
    help: ArgumentHelp(
      "A run folder (its best checkpoint) or a checkpoint.", valueName: "run-or-checkpoint"),
    completion: .file())
  var source: String

  @Option(
    help: ArgumentHelp("Step sizes of the first step. Default: the run's.", valueName: "x,x,…"))
  var innerLearningRate: NumberList?

  @Option(help: ArgumentHelp("Episodes a task after each step.", valueName: "n,n,…"))
  var rolloutsPerTask: CountList?

  @Option(help: ArgumentHelp("Gradient steps after which to report.", valueName: "n,n,…"))
  var steps = CountList(values: [0, 1, 2, 3])

  @Option(help: ArgumentHelp("A number of the task that runs.", valueName: "name=from:to:step"))
  var taskRange: TaskRange?

  @OptionGroup(title: "Tasks") var taskOptions: TaskOptions

  @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "n"))
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "Also writes the figures as a table; - for standard output.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var csv: String?

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    if let workers { try requirePositive(workers, "--workers") }
    for count in rolloutsPerTask?.values ?? [] { try requirePositive(count, "--rollouts-per-task") }
    if let step = steps.values.first(where: { $0 > 1000 }) {
      throw ValidationError("--steps has \(step); give numbers from 0 to 1000.")
    }
    if let rates = innerLearningRate?.values {
      try requireNotNegative(rates, "--inner-learning-rate")
    }
  }

  func run() async throws {
    let location = try RunReferences.checkpoint(source)
    let family = try RunReferences.family(of: location, folders: families.folders)
    let evaluation = try PolicyEvaluation(location, on: family)
    guard evaluation.algorithm.adaptsInEvaluation else {
      throw CommandFailure(
        .usage, "'\(source)' is an oracle, which does not adapt: there is nothing to sweep.")
    }
    let learner = location.checkpoint.learner
    var episodes = rolloutsPerTask?.values ?? [EvaluationOptions.episodes]
    var base = EvaluationRequest(
      innerLearningRates: [],
      seed: EvaluationRequest.seed(for: taskOptions.split, ofRun: location.checkpoint.seed))
    if family.examples != nil {
      guard rolloutsPerTask == nil else {
        throw ValidationError(
          "--rollouts-per-task is for families that are acted in; '\(family.name)' has examples.")
      }
      episodes = [learner.examples.queries]
      base.shots = learner.examples.shots
      base.tasks = EvaluationOptions.exampleTasks
    }
    try taskOptions.apply(to: &base, family: family)
    let alpha = learner.adaptation.innerLearningRate
    let sweep = try Sweep(
      Sweep.Axes(
        innerLearningRates: innerLearningRate?.values ?? [alpha],
        rolloutsPerTask: episodes, steps: steps.values, taskRange: taskRange),
      base: base, family: family, adaptation: location.checkpoint.learner.adaptation)
    if taskRange == nil,
      let note = try taskOptions.checkOverlap(base, family: family, location: location).note
    {
      Console.warn(note)
    }
    let files = try OutputFiles(
      [.init("--csv", csv)],
      reading: [location.path] + [taskOptions.tasksFile].compactMap { $0 })
    for point in sweep.points {
      try MemoryNeed(
        of: evaluation, point.request, tasksAtOnce: TrainingRun.workers(workers ?? 0).count
      ).requireFits()
    }
    _ = try Backend.start()
    let progress = WorkProgress(
      "sweeping \(source)", of: sweep.points.count * base.tasks, quiet: quiet)
    let reports = try await CommandFailure.whileRunning {
      defer { progress.finish() }
      var reports: [EvaluationReport] = []
      for point in sweep.points {
        reports.append(
          try await evaluation.report(
            named: source, point.request, workers: TrainingRun.workers(workers ?? 0),
            progress: progress.advance))
      }
      return reports
    }
    let table = sweep.table(reports)
    try await CommandFailure.whileRunning { try files.write(sweep.csv(reports), to: csv) }
    let origin = taskRange == nil ? base.source : "\(base.source) with changed values"
    files.tell(
      "\(family.qualifiedName), \(origin): \(base.tasks) tasks, seed \(base.seed)"
        + (taskRange == nil ? ", tasks \(reports[0].shortTaskDigest)" : "") + "\n\n"
        + EvaluationText.text(table)
        + sweep.notes(reports).map { "\n\nNote: \($0)." }.joined())
  }
}

extension TaskRange: ExpressibleByArgument {
  /// Reads `NAME=FROM:TO:STEP`.
  public init?(argument: String) { self.init(argument) }
}
