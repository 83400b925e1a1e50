import ArgumentParser
import Environments
import Experiments
import MetaLearning

/// The flags of every command that adapts policies to tasks and tells what came of it.
struct EvaluationOptions: ParsableArguments {
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

  /// Threads at work.
  var workerPool: Workers { TrainingRun.workers(workers ?? 0) }

  /// Policies with what each is asked, found to be possible.
  ///
  /// - Parameters:
  ///   - policies: of one family, at least one.
  ///   - innerLearningRates: one a step; nil for each policy's own with half of it after the
  ///     first step.
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

  private func request(
    for evaluation: PolicyEvaluation, _ innerLearningRates: [Double]?, seed: UInt64
  ) throws -> EvaluationRequest {
    let alpha = evaluation.location.checkpoint.learner.adaptation.innerLearningRate
    let rates =
      innerLearningRates ?? EvaluationRequest.schedule(innerLearningRate: alpha, steps: steps)
    let adapts = evaluation.algorithm.choices.adaptsInEvaluation
    var request = EvaluationRequest(innerLearningRates: adapts ? rates : [], seed: seed)
    request.rolloutsPerTask = rolloutsPerTask
    try tasks.apply(to: &request, family: evaluation.family)
    return request
  }
}

/// A policy under the name that reports give it.
typealias NamedPolicy = (name: String, evaluation: PolicyEvaluation)
