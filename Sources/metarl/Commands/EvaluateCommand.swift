import ArgumentParser
import Experiments

/// `metarl evaluate RUN_OR_CHECKPOINT`.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Adapt a trained policy to held-out tasks and report the adaptation curve.",
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

  @OptionGroup var options: EvaluationOptions

  @Option(
    help: ArgumentHelp(
      "Step sizes, one a gradient step, as in 0.5,0.25,0.25. Default: the run's for the first "
        + "step and half of it after that.", valueName: "x,x,…"))
  var innerLearningRates: NumberList?

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
    help: ArgumentHelp(
      "Also writes every return as a table, one row a policy, task and step.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var taskCsv: String?

  @Option(
    help: ArgumentHelp("Also writes the report as Markdown.", valueName: "file"),
    completion: .file(extensions: ["md"]))
  var markdown: String?

  @Option(
    help: ArgumentHelp(
      "Also writes the tasks, for --tasks-file of other evaluations.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var saveTasks: String?

  func validate() throws {
    guard source != nil || !runs.isEmpty else {
      throw ValidationError("Give a run-or-checkpoint, or several runs with --runs.")
    }
    if let rates = innerLearningRates?.values {
      guard rates.count == options.steps else {
        throw ValidationError(
          "--inner-learning-rates has \(rates.count) numbers; give one for each of the "
            + "\(options.steps) steps.")
      }
      try requireNotNegative(rates, "--inner-learning-rates")
    }
  }

  func run() async throws {
    let paths = (source.map { [$0] } ?? []) + runs
    let locations = try paths.map(RunReferences.checkpoint)
    let family = try RunReferences.family(of: locations[0], folders: options.families.folders)
    var policies: [NamedPolicy] = []
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
    let prepared = try options.prepare(policies, innerLearningRates: innerLearningRates?.values)
    try OutputFiles.prepare([json, csv, taskCsv, markdown, saveTasks])
    let set = try await prepared.run(runCount: paths.count)
    // Files first: a standard output that is closed or full must not take them along.
    if let saveTasks {
      let request = prepared.requests[0]
      let tasks = (0..<request.tasks).map { request.task($0, of: family) }
      try write(TaskList.yaml(tasks, family: family), to: saveTasks)
    }
    if let json { try write(set.json.line + "\n", to: json) }
    if let csv { try write(set.csv, to: csv) }
    if let taskCsv {
      let seeds = policies.map(\.evaluation.location.checkpoint.seed)
      try write(set.taskTable(seeds: seeds), to: taskCsv)
    }
    if let markdown { try write(set.markdown, to: markdown) }
    Console.print(EvaluationText.text(set))
  }

  private func write(_ text: String, to path: String) throws {
    do {
      try DurableFile.write(text, to: path)
    } catch {
      throw CommandFailure(.runFailed, "\(error)")
    }
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
