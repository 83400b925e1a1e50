import ArgumentParser
import DenseMath
import Environments
import Experiments
import MetaLearning

/// `metarl evaluate RUN_OR_CHECKPOINT`.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Adapt a trained policy to tasks it never saw and report the adaptation curve.",
    discussion: """
      The policy adapts to every task by itself, from the same trained parameters. For each \
      gradient step the report gives the mean undiscounted return with a 95 % Student t and a \
      bootstrap interval over tasks, the interquartile mean, the worst tenth, and the gain over \
      no adaptation, paired task by task, with tests and the share of tasks made worse.

      Policies that are compared meet the same tasks, start states and noise, so that their \
      differences are paired too. A pretrained policy adapts like any other; an oracle is shown \
      the task and does not adapt. With random and an oracle among them, returns are also given \
      on a scale from 0 to 1. Several runs of one policy (--runs) are taken together: runs and \
      tasks are both resampled.

      Examples:
        metarl evaluate runs/nav
        metarl evaluate runs/nav --compare random --tasks 40 --rollouts-per-task 40
        metarl evaluate --runs runs/nav-1 runs/nav-2 runs/nav-3 --compare runs/nav-oracle
        metarl evaluate runs/nav/checkpoints/best.safetensors --split shifted --json shifted.json
        metarl evaluate runs/nav --save-tasks tasks.yaml --markdown report.md --csv report.csv
        metarl evaluate runs/nav-2 --tasks-file tasks.yaml
      """)

  @Argument(
    help: ArgumentHelp(
      "A run folder (its best checkpoint) or a checkpoint.", valueName: "run-or-checkpoint"),
    completion: .file())
  var source: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Runs of one policy with different seeds, reported together.", valueName: "run"),
    completion: .file())
  var runs: [String] = []

  @OptionGroup(title: "Tasks") var taskOptions: TaskOptions

  @Option(help: ArgumentHelp("Episodes a task after each step.", valueName: "n"))
  var rolloutsPerTask = 20

  @Option(help: ArgumentHelp("Gradient steps.", valueName: "n"))
  var steps = 3

  @Option(
    help: ArgumentHelp(
      "Step sizes, one a gradient step, as in 0.5,0.25,0.25. Default: the run's for the first "
        + "step and half of it after that.", valueName: "x,x,…"))
  var innerLearningRates: NumberList?

  @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "n"))
  var workers: Int?

  @Option(help: "The run's trained parameters, or those of an untrained policy of its shape.")
  var policy = PolicyEvaluation.Parameters.trained

  @Option(
    help: ArgumentHelp(
      "Evaluates another policy on the same tasks beside it: random, or a run folder or "
        + "checkpoint of the same family. May be repeated.", valueName: "random|run"))
  var compare: [String] = []

  @Option(
    help: ArgumentHelp("Also writes the report as JSON.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Also writes the figures as a table, one row a policy and step.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var csv: String?

  @Option(
    help: ArgumentHelp("Also writes the report as Markdown.", valueName: "file"),
    completion: .file(extensions: ["md"]))
  var markdown: String?

  @Option(
    help: ArgumentHelp(
      "Also writes the tasks, for --tasks-file of other evaluations.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var saveTasks: String?

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    guard source != nil || !runs.isEmpty else {
      throw ValidationError("Give a run-or-checkpoint, or several runs with --runs.")
    }
    try requirePositive(rolloutsPerTask, "--rollouts-per-task")
    if let workers { try requirePositive(workers, "--workers") }
    guard (0...1000).contains(steps) else {
      throw ValidationError("--steps is \(steps); give a number from 0 to 1000.")
    }
    if let rates = innerLearningRates?.values {
      guard rates.count == steps else {
        throw ValidationError(
          "--inner-learning-rates has \(rates.count) numbers; give one for each of the "
            + "\(steps) steps.")
      }
      try requireNotNegative(rates, "--inner-learning-rates")
    }
  }

  func run() async throws {
    let paths = (source.map { [$0] } ?? []) + runs
    let locations = try paths.map(RunReferences.checkpoint)
    let family = try RunReferences.family(of: locations[0], folders: families.folders)
    var policies: [(name: String, evaluation: PolicyEvaluation)] = []
    for (path, location) in zip(paths, locations) {
      let name = policy == .random ? policy.rawValue : path
      policies.append(
        (name, try PolicyEvaluation(location, on: family, parameters: policy)))
    }
    for other in compare {
      if other == PolicyEvaluation.Parameters.random.rawValue {
        policies.append(
          (other, try PolicyEvaluation(locations[0], on: family, parameters: .random)))
      } else {
        let checkpoint = try RunReferences.checkpoint(other)
        policies.append((other, try PolicyEvaluation(checkpoint, on: family)))
      }
    }
    var findings: [String] = []
    var requests: [EvaluationRequest] = []
    for (name, evaluation) in policies {
      let request = try request(for: evaluation, seed: locations[0].checkpoint.seed)
      requests.append(request)
      guard evaluation.parameters == .trained else { continue }
      if let note = try taskOptions.checkOverlap(
        request, family: family, location: evaluation.location)
      {
        findings.append("\(name): \(note)")
      }
    }
    try OutputFiles.prepare([json, csv, markdown, saveTasks])
    for ((_, evaluation), request) in zip(policies, requests) {
      try MemoryNeed(
        of: evaluation, request, tasksAtOnce: TrainingRun.workers(workers ?? 0).count
      ).requireFits()
    }
    _ = try Backend.start()
    var reports: [EvaluationReport] = []
    for ((name, evaluation), request) in zip(policies, requests) {
      let progress = PieceProgress("evaluating \(name)", of: request.tasks, quiet: quiet)
      reports.append(
        try await CommandFailure.whileRunning {
          defer { progress.finish() }
          return try await evaluation.report(
            named: name, request, workers: TrainingRun.workers(workers ?? 0),
            progress: progress.advance)
        })
    }
    for ((name, evaluation), report) in zip(policies, reports) {
      findings += EvaluationDoctor.findings(report, of: evaluation).map { "\(name): \($0)" }
    }
    var set = EvaluationSet(reports, runCount: paths.count)
    set.findings = findings
    Console.print(EvaluationText.text(set))
    if let saveTasks {
      let tasks = (0..<requests[0].tasks).map { requests[0].task($0, of: family) }
      try write(TaskList.yaml(tasks, family: family), to: saveTasks)
    }
    if let json { try write(set.json.line + "\n", to: json) }
    if let csv { try write(set.csv, to: csv) }
    if let markdown { try write(set.markdown, to: markdown) }
  }

  /// The flags as a request; the seed is that of the first checkpoint for every policy, so
  /// that all of them meet the same tasks, start states and noise.
  private func request(
    for evaluation: PolicyEvaluation, seed runSeed: UInt64
  ) throws -> EvaluationRequest {
    let adapts = evaluation.algorithm.choices.adaptsInEvaluation
    let alpha = evaluation.location.checkpoint.learner.adaptation.innerLearningRate
    let rates =
      innerLearningRates?.values
      ?? EvaluationRequest.schedule(innerLearningRate: alpha, steps: steps)
    var request = EvaluationRequest(innerLearningRates: adapts ? rates : [], seed: runSeed)
    request.rolloutsPerTask = rolloutsPerTask
    try taskOptions.apply(to: &request, family: evaluation.family)
    return request
  }

  private func write(_ text: String, to path: String) throws {
    try DurableFile.write(text, to: path)
  }
}

/// Refuses a count below 1 or beyond a million.
///
/// - Throws: `ValidationError` that names the flag.
func requirePositive(_ count: Int, _ flag: String) throws {
  guard (1...1_000_000).contains(count) else {
    throw ValidationError("\(flag) is \(count); give a number from 1 to 1000000.")
  }
}

/// Refuses numbers below 0.
///
/// - Throws: `ValidationError` that names the flag.
func requireNotNegative(_ values: [Double], _ flag: String) throws {
  if let negative = values.first(where: { $0 < 0 }) {
    throw ValidationError("\(flag) has \(negative); give 0 or more.")
  }
}
