import ArgumentParser
import Environments
import Experiments
import MetaLearning

/// The flags of every command that adapts policies to tasks and reports what came of it.
struct EvaluationOptions: ParsableArguments {
  @OptionGroup(title: "Tasks") var tasks: TaskOptions

  @Option(help: ArgumentHelp("Episodes a task after each step. Default: 20.", valueName: "n"))
  var rolloutsPerTask: Int?

  @Option(
    help: ArgumentHelp(
      "Support examples a task, of each class. Default: the training's.", valueName: "n"))
  var shots: Int?

  @Option(
    help: ArgumentHelp(
      "Query examples a task, of each class. Default: the training's.", valueName: "n"))
  var queries: Int?

  @Option(help: ArgumentHelp("Gradient steps.", valueName: "n"))
  var steps = 3

  @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "n"))
  var workers: Int?

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup var physics: PhysicsOptions

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    if let rolloutsPerTask { try requirePositive(rolloutsPerTask, "--rollouts-per-task") }
    if let shots { try requirePositive(shots, "--shots") }
    if let queries { try requirePositive(queries, "--queries") }
    if let workers { try requirePositive(workers, "--workers") }
    guard (0...1000).contains(steps) else {
      throw ValidationError("--steps is \(steps); give a number from 0 to 1000.")
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
    if let shots { flags += ["--shots", "\(shots)"] }
    if let queries { flags += ["--queries", "\(queries)"] }
    if shots == nil, queries == nil {
      flags += ["--rollouts-per-task", "\(rolloutsPerTask ?? Self.episodes)"]
    }
    flags += ["--steps", "\(steps)"]
    if let engine = physics.physics { flags += ["--physics", engine.rawValue] }
    return flags + families.folders.flatMap { ["--environments", $0] }
  }

  /// Threads at work.
  var workerPool: Workers { TrainingRun.workers(workers ?? 0) }

  /// Policies with what each is asked, found to be possible.
  ///
  /// - Parameters:
  ///   - policies: of one family, at least one.
  ///   - innerLearningRates: one a step; nil for the schedule of each policy's own run.
  /// - Returns: the evaluations, ready to run.
  /// - Throws: mistakes in flags and files, and what would not fit into memory.
  func prepare(
    _ policies: [NamedPolicy], innerLearningRates: [Double]? = nil
  ) throws -> PreparedEvaluations {
    var requests: [EvaluationRequest] = []
    var overlaps: [TrainingOverlap?] = []
    // One seed for every policy, so that all of them meet the same tasks, starts and noise.
    let seed = EvaluationRequest.seed(
      for: tasks.split, ofRun: policies[0].evaluation.location.checkpoint.seed)
    for (_, evaluation) in policies {
      let request = try request(for: evaluation, innerLearningRates, seed: seed)
      requests.append(request)
      try MemoryNeed(of: evaluation, request, tasksAtOnce: workerPool.count).requireFits()
      overlaps.append(
        evaluation.parameters == .trained
          ? try tasks.checkOverlap(
            request, family: evaluation.family, location: evaluation.location) : nil)
    }
    return PreparedEvaluations(
      policies: policies, requests: requests, overlaps: overlaps, workers: workerPool,
      quiet: quiet)
  }

  /// Episodes a task, where nothing is said.
  static let episodes = 20
  /// Tasks of examples, where nothing is said: as in the papers.
  static let exampleTasks = 600

  /// Refuses episodes for examples, and examples for episodes.
  func requireUse(on family: DefinedTaskFamily) throws {
    if family.examples == nil, shots != nil || queries != nil {
      throw ValidationError(
        "--shots and --queries are for families of examples; '\(family.name)' has episodes: "
          + "--rollouts-per-task.")
    }
    if family.examples != nil, rolloutsPerTask != nil {
      throw ValidationError(
        "--rollouts-per-task is for families that are acted in; '\(family.name)' has examples: "
          + "--shots and --queries.")
    }
  }

  private func request(
    for evaluation: PolicyEvaluation, _ innerLearningRates: [Double]?, seed: UInt64
  ) throws -> EvaluationRequest {
    let learner = evaluation.location.checkpoint.learner
    try requireUse(on: evaluation.family)
    let rates = innerLearningRates ?? learner.adaptation.innerLearningRates(steps: steps)
    let adapts = evaluation.algorithm.adaptsInEvaluation
    var request = EvaluationRequest(innerLearningRates: adapts ? rates : [], seed: seed)
    if evaluation.family.examples == nil {
      request.rolloutsPerTask = rolloutsPerTask ?? Self.episodes
    } else {
      request.rolloutsPerTask = queries ?? learner.examples.queries
      request.shots = shots ?? learner.examples.shots
      request.tasks = Self.exampleTasks
    }
    try tasks.apply(to: &request, family: evaluation.family)
    return request
  }
}

/// A policy under the name that reports give it.
typealias NamedPolicy = (name: String, evaluation: PolicyEvaluation)
