import ArgumentParser
import Environments
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
      on a scale from 0 to 1.

      Several runs of one policy, which differ in the seed alone, are taken together: those of \
      --runs are the evaluated policy, and runs given with --compare are sorted into policies. \
      Intervals and tests are then over runs and tasks and speak of new seeds. Several runs are \
      not tested against one, which does not show how much its seeds differ; random stands for \
      an untrained policy of each seed.

      Examples:
        metarl evaluate runs/nav
        metarl evaluate runs/nav --compare random --tasks 40 --rollouts-per-task 40
        metarl evaluate --runs runs/nav-1,runs/nav-2 --compare runs/pre-1,runs/pre-2
        metarl evaluate runs/nav --inner-learning-rate 0.1,0.05 --steps 2
        metarl evaluate runs/nav/checkpoints/best.safetensors --split shifted
        metarl evaluate runs/nav --save-tasks tasks.yaml --csv nav.csv
        metarl evaluate runs/nav-2 --tasks-file tasks.yaml --json - --quiet
      """)

  @Argument(
    help: ArgumentHelp(
      "A run folder (its best checkpoint) or a checkpoint.", valueName: "run-or-checkpoint"),
    completion: .file())
  var source: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Runs of one policy with different seeds, reported together: a,b,c or a b c.",
      valueName: "run"),
    completion: .file())
  var runs: [String] = []

  @OptionGroup var options: EvaluationOptions

  @Option(
    help: ArgumentHelp(
      "Step sizes, one a gradient step, as in 0.5,0.25,0.25. Default: the run's schedule.",
      valueName: "x,x,…"))
  var innerLearningRate: NumberList?

  @Option(help: "The run's trained parameters, or those of an untrained policy of its shape.")
  var policy = PolicyEvaluation.Parameters.trained

  @Option(
    help: ArgumentHelp(
      "Evaluates another policy on the same tasks beside it: random, or a run folder or "
        + "checkpoint of the same family. Several: a,b, or repeated; runs that differ in the seed "
        + "alone are one policy.", valueName: "random|run"),
    completion: .file())
  var compare: [String] = []

  @Option(
    help: ArgumentHelp(
      "Also writes the report as JSON; - for standard output, as with the next.", valueName: "file"),
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
      "Also writes the tables for LaTeX (booktabs).", valueName: "file"),
    completion: .file(extensions: ["tex"]))
  var latex: String?

  @Option(
    help: ArgumentHelp(
      "Also writes the tasks, for --tasks-file of other evaluations.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var saveTasks: String?

  func validate() throws {
    guard source != nil || !runs.isEmpty else {
      throw ValidationError("Give a run-or-checkpoint, or several runs with --runs.")
    }
    if let rates = innerLearningRate?.values {
      guard rates.count == options.steps else {
        throw ValidationError(
          "--inner-learning-rate has \(rates.count) numbers; give one for each of the "
            + "\(options.steps) steps.")
      }
      try requireNotNegative(rates, "--inner-learning-rate")
    }
  }

  func run() async throws {
    let paths = (source.map { [$0] } ?? []) + ListArgument.words(runs)
    let locations = try paths.map(RunReferences.checkpoint)
    try RunsOfOnePolicy.require(Array(zip(paths, locations)))
    let family = try RunReferences.family(
      of: locations[0], folders: options.families.folders, physics: options.physics.physics)
    let (policies, counts) = try policies(paths, locations, family)
    let prepared = try options.prepare(policies, innerLearningRates: innerLearningRate?.values)
    let files = try OutputFiles(
      [
        .init("--json", json), .init("--csv", csv), .init("--task-csv", taskCsv),
        .init("--markdown", markdown),
        .init("--latex", latex),
        .init("--save-tasks", saveTasks),
      ], reading: locations.map(\.path) + [options.tasks.tasksFile].compactMap { $0 })
    let set = try await prepared.run(counts: counts)
    // Files first: a standard output that is closed or full must not take them along.
    try await CommandFailure.whileRunning {
      let request = prepared.requests[0]
      let tasks = (0..<request.tasks).map { request.task($0, of: family) }
      try files.write(TaskList.yaml(tasks, family: family), to: saveTasks)
      try files.write(set.json.line + "\n", to: json)
      try files.write(set.csv, to: csv)
      try files.write(
        set.taskTable(seeds: policies.map(\.evaluation.location.checkpoint.seed)), to: taskCsv)
      try files.write(set.markdown, to: markdown)
      try files.write(set.latex, to: latex)
    }
    files.tell(EvaluationText.text(set))
  }

  /// The evaluated policy and those it is compared with, and how many runs each has.
  private func policies(
    _ paths: [String], _ locations: [CheckpointLocation], _ family: DefinedTaskFamily
  ) throws -> (policies: [NamedPolicy], counts: [Int]) {
    let random = PolicyEvaluation.Parameters.random.rawValue
    func untrained() throws -> [NamedPolicy] {
      try locations.map {
        (
          locations.count == 1 ? random : "\(random), seed \($0.checkpoint.seed)",
          try PolicyEvaluation($0, on: family, parameters: .random)
        )
      }
    }
    var groups: [[NamedPolicy]] = [
      policy == .random
        ? try untrained()
        : try zip(paths, locations).map { ($0, try PolicyEvaluation($1, on: family)) }
    ]
    let compare = ListArgument.words(self.compare)
    let others = compare.filter { $0 != random }
    let otherLocations = try others.map { try RunReferences.checkpoint($0, orNamed: [random]) }
    for group in try RunsOfOnePolicy.policies(Array(zip(others, otherLocations))) {
      groups.append(
        try group.map { (others[$0], try PolicyEvaluation(otherLocations[$0], on: family)) })
    }
    if let place = compare.firstIndex(of: random) {
      // Where it was named: after the policies of which a run was named before it.
      let before = Set(compare[..<place])
      let index = groups.dropFirst().prefix { before.contains($0[0].name) }.count + 1
      groups.insert(try untrained(), at: index)
    }
    return (groups.flatMap(\.self), groups.map(\.count))
  }
}
