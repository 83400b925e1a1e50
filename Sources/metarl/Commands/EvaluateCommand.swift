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
      The policy adapts to every task by itself, from the same trained parameters. The report \
      is the mean undiscounted return after each gradient step with a 95 % Student t interval \
      over tasks, the gain of the first step paired task by task, and the share of tasks that \
      the first step made worse.

      Examples:
        metarl evaluate runs/nav
        metarl evaluate runs/nav --compare random --tasks 40 --rollouts-per-task 40
        metarl evaluate runs/nav/checkpoints/best.safetensors --split shifted --json shifted.json
      """)

  @Argument(
    help: ArgumentHelp(
      "A run folder (its best checkpoint) or a checkpoint.", valueName: "run-or-checkpoint"),
    completion: .file())
  var source: String

  @Option(help: "Which tasks: held_out, shifted, train or validation.")
  var split = TaskSplit.heldOut

  @Option(help: ArgumentHelp("Number of tasks.", valueName: "n"))
  var tasks = 40

  @Option(help: ArgumentHelp("Episodes a task after each step.", valueName: "n"))
  var rolloutsPerTask = 20

  @Option(help: ArgumentHelp("Gradient steps.", valueName: "n"))
  var steps = 3

  @Option(
    help: ArgumentHelp(
      "Step sizes, one a gradient step, as in 0.5,0.25,0.25. Default: the run's for the first "
        + "step and half of it after that.", valueName: "x,x,…"))
  var innerLearningRates: NumberList?

  @Option(help: ArgumentHelp("Seed of tasks and rollouts. Default: the run's.", valueName: "n"))
  var seed: UInt64?

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

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    try requirePositive(tasks, "--tasks")
    try requirePositive(rolloutsPerTask, "--rollouts-per-task")
    if let workers { try requirePositive(workers, "--workers") }
    guard steps >= 0 else {
      throw ValidationError("--steps is \(steps); give 0 or more.")
    }
    if let rates = innerLearningRates?.values {
      guard rates.count == steps else {
        throw ValidationError(
          "--inner-learning-rates has \(rates.count) numbers; give one for each of the "
            + "\(steps) steps.")
      }
      if let negative = rates.first(where: { $0 < 0 }) {
        throw ValidationError("--inner-learning-rates has \(negative); give 0 or more.")
      }
    }
  }

  func run() async throws {
    let location = try RunReferences.checkpoint(source)
    let family = try RunReferences.family(of: location, folders: families.folders)
    try family.requireSplit(split)
    var policies = [
      (
        name: name(of: policy, source),
        try PolicyEvaluation(
          location, on: family, parameters: policy)
      )
    ]
    for other in compare {
      if other == PolicyEvaluation.Parameters.random.rawValue {
        policies.append(
          (other, try PolicyEvaluation(location, on: family, parameters: .random)))
      } else {
        let checkpoint = try RunReferences.checkpoint(other)
        policies.append((other, try PolicyEvaluation(checkpoint, on: family)))
      }
    }
    _ = try Backend.start()
    var reports: [EvaluationReport] = []
    for (name, evaluation) in policies {
      let request = request(for: evaluation.location.checkpoint, seed: location.checkpoint.seed)
      let progress = PieceProgress("evaluating \(name)", of: tasks, quiet: quiet)
      let curve = try await CommandFailure.whileRunning {
        defer { progress.finish() }
        return try await evaluation.curve(
          request, workers: TrainingRun.workers(workers ?? 0), progress: progress.advance)
      }
      reports.append(
        EvaluationReport(
          family: family, policy: name, request: request,
          estimator: evaluation.location.checkpoint.learner.adaptation.estimator, curve: curve))
    }
    Console.print(EvaluationText.text(reports, family: family))
    if let json { try write(reports, to: json) }
  }

  private func name(of policy: PolicyEvaluation.Parameters, _ source: String) -> String {
    policy == .random ? policy.rawValue : source
  }

  /// The flags as a request; the seed is that of the first checkpoint for every policy, so
  /// that all of them meet the same tasks, start states and noise.
  private func request(for checkpoint: Checkpoint, seed runSeed: UInt64) -> EvaluationRequest {
    var request = EvaluationRequest(
      innerLearningRates: innerLearningRates?.values
        ?? EvaluationRequest.schedule(
          innerLearningRate: checkpoint.learner.adaptation.innerLearningRate, steps: steps),
      seed: seed ?? runSeed)
    request.split = split
    request.tasks = tasks
    request.rolloutsPerTask = rolloutsPerTask
    return request
  }

  private func write(_ reports: [EvaluationReport], to path: String) throws {
    guard case .object(var members) = reports[0].json else { return }
    if reports.count > 1 {
      members.append(.init("comparisons", .array(reports.dropFirst().map(\.json))))
    }
    try FileSystem.createFolder(FileSystem.parentFolder(of: path))
    try DurableFile.write(JSONValue.object(members).line + "\n", to: path)
  }
}

/// Refuses a count below 1.
///
/// - Throws: `ValidationError` that names the flag.
func requirePositive(_ count: Int, _ flag: String) throws {
  guard count > 0 else { throw ValidationError("\(flag) is \(count); give 1 or more.") }
}
