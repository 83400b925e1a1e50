import ArgumentParser
import DenseMath
import Environments
import Experiments
import MetaLearning

/// The flags of commands that show runs: which policies are evaluated for it, and how.
struct ViewOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Run folders of one family. Runs that differ in the seed alone are taken together; others "
        + "are compared with the first.", valueName: "run"),
    completion: .directory)
  var runs: [String]

  @OptionGroup(title: "Tasks") var tasks: TaskOptions

  @Option(help: ArgumentHelp("Episodes a task after each step.", valueName: "n"))
  var rolloutsPerTask = 20

  @Option(help: ArgumentHelp("Gradient steps.", valueName: "n"))
  var steps = 3

  @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "n"))
  var workers: Int?

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    try requirePositive(rolloutsPerTask, "--rollouts-per-task")
    if let workers { try requirePositive(workers, "--workers") }
    guard (0...1000).contains(steps) else {
      throw ValidationError("--steps is \(steps); give a number from 0 to 1000.")
    }
    if let twice = Set(runs).first(where: { run in runs.count(where: { $0 == run }) > 1 }) {
      throw ValidationError("The run '\(twice)' is given twice.")
    }
  }

  /// The flags that change numbers, as they are typed.
  var flags: [String] {
    var flags: [String] = []
    if tasks.split != .heldOut { flags += ["--split", tasks.split.rawValue] }
    if let count = tasks.tasks { flags += ["--tasks", "\(count)"] }
    if let file = tasks.tasksFile { flags += ["--tasks-file", file] }
    if tasks.allowTrainingTasks { flags.append("--allow-training-tasks") }
    if let seed = tasks.seed { flags += ["--seed", "\(seed)"] }
    flags += ["--rollouts-per-task", "\(rolloutsPerTask)", "--steps", "\(steps)"]
    return flags + families.folders.flatMap { ["--environments", $0] }
  }

  /// The metrics of the runs, in their order.
  ///
  /// - Throws: `RunFolderError`, `FileError`.
  func histories() throws -> [LearningHistory] {
    try runs.map { try LearningHistory(RunFolder.open($0, forWriting: false)) }
  }

  /// Evaluates the runs and an untrained policy on the same tasks.
  ///
  /// - Parameter histories: those of the runs.
  /// - Returns: what is shown of it.
  /// - Throws: mistakes in flags and files as they are; what breaks down later as a
  ///   `CommandFailure`.
  func evaluate(_ histories: [LearningHistory]) async throws -> ViewedEvaluation {
    let groups = LearningHistory.groups(histories)
    let ordered = groups.joined().map(\.run)
    let locations = try ordered.map(RunReferences.checkpoint)
    let family = try RunReferences.family(of: locations[0], folders: families.folders)
    var policies: [(name: String, evaluation: PolicyEvaluation)] = []
    for (path, location) in zip(ordered, locations) {
      policies.append((path, try PolicyEvaluation(location, on: family)))
    }
    policies.append(("random", try PolicyEvaluation(locations[0], on: family, parameters: .random)))
    var findings: [String] = []
    var requests: [EvaluationRequest] = []
    for (name, evaluation) in policies {
      let request = try request(for: evaluation, seed: locations[0].checkpoint.seed)
      requests.append(request)
      guard evaluation.parameters == .trained else { continue }
      if let note = try tasks.checkOverlap(
        request, family: family, location: evaluation.location)
      {
        findings.append("\(name): \(note)")
      }
      try MemoryNeed(
        of: evaluation, request, tasksAtOnce: TrainingRun.workers(workers ?? 0).count
      ).requireFits()
    }
    _ = try Backend.start()
    var reports: [EvaluationReport] = []
    for ((name, evaluation), request) in zip(policies, requests) {
      let progress = PieceProgress("evaluating \(name)", of: request.tasks, quiet: quiet)
      let report = try await CommandFailure.whileRunning {
        defer { progress.finish() }
        return try await evaluation.report(
          named: name, request, workers: TrainingRun.workers(workers ?? 0),
          progress: progress.advance)
      }
      reports.append(report)
      findings += EvaluationDoctor.findings(report, of: evaluation).map { "\(name): \($0)" }
    }
    var set = EvaluationSet(reports, runCount: groups[0].count)
    set.findings = findings
    return ViewedEvaluation(
      set: set, evaluation: policies[0].evaluation, request: requests[0],
      workers: TrainingRun.workers(workers ?? 0))
  }

  private func request(
    for evaluation: PolicyEvaluation, seed: UInt64
  ) throws -> EvaluationRequest {
    let alpha = evaluation.location.checkpoint.learner.adaptation.innerLearningRate
    let adapts = evaluation.algorithm.choices.adaptsInEvaluation
    var request = EvaluationRequest(
      innerLearningRates: adapts
        ? EvaluationRequest.schedule(innerLearningRate: alpha, steps: steps) : [], seed: seed)
    request.rolloutsPerTask = rolloutsPerTask
    try tasks.apply(to: &request, family: evaluation.family)
    return request
  }
}

/// An evaluation, and what it takes to draw it.
struct ViewedEvaluation {
  /// The runs of the first group, the other runs, and an untrained policy.
  let set: EvaluationSet
  /// The first run.
  let evaluation: PolicyEvaluation
  /// What it was asked.
  let request: EvaluationRequest
  /// Tasks at a time.
  let workers: Workers

  /// Every figure that the family and the policies allow.
  ///
  /// - Parameter kinds: which are wanted.
  /// - Returns: the figures, in the order of `FigureKind`.
  /// - Throws: a `CommandFailure` when the paths cannot be sampled.
  func figures(_ kinds: Set<FigureKind>) async throws -> [Figure] {
    var figures: [Figure] = []
    if kinds.contains(.adaptation) { figures.append(AdaptationFigure.figure(set)) }
    if kinds.contains(.tasks), let figure = TaskFigures.scatter(set) { figures.append(figure) }
    if kinds.contains(.parameter) {
      let tasks = (0..<request.tasks).map { request.task($0, of: evaluation.family) }
      let units = evaluation.family.definition.parameters.map { ($0.rule.name, $0.rule.unit) }
      if let figure = TaskFigures.parameter(set, tasks: tasks, units: units) {
        figures.append(figure)
      }
    }
    if kinds.contains(.paths), evaluation.hasPaths {
      let paths = try await CommandFailure.whileRunning {
        try await evaluation.paths(request, tasks: 9, episodes: 3, workers: workers)
      }
      let steps = request.innerLearningRates.count
      if let figure = PathsFigure.figure(paths, of: set, steps: steps) { figures.append(figure) }
    }
    return figures
  }
}

/// What is drawn.
enum FigureKind: String, CaseIterable, ExpressibleByArgument {
  /// Return while learning.
  case learning
  /// Return by adaptation steps.
  case adaptation
  /// Return of every task after adaptation against that before it.
  case tasks
  /// Return against a number of the task.
  case parameter
  /// Ways on the plane.
  case paths
}

extension PlotFormat: ExpressibleByArgument {}
