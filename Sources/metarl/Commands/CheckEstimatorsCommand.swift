import ArgumentParser
import DenseMath
import Environments
import Experiments
import MetaLearning

/// `metarl check estimators FAMILY`.
struct CheckEstimatorsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimators",
    abstract: "Measure bias, spread and cost of every estimator of the meta-gradient.",
    discussion: """
      At one policy and over many batches, the meta-gradient through one inner step is \
      estimated past that step (first order), through the log-likelihood surrogate, through \
      low-variance curvature (lvc) and through Loaded DiCE, whose Hessian is unbiased, and \
      compared with a reference. For tabular-mdp and the bandits the reference is enumerated and \
      exact; for other families it is the mean of DiCE estimates from large batches.

      Columns: mean cosine with the reference; bias relative to the reference's norm, with the \
      noise below which no bias can be seen; standard deviation of one estimate relative to the \
      reference's norm; milliseconds of the derivative of one estimate. Every bias includes \
      that of adapting from few episodes, which all estimators share. Returns are undiscounted \
      and advantages are not normalized by batch, so that inner gradients have no bias.

      Examples:
        metarl check estimators tabular-mdp --rollouts-per-task 50
        metarl check estimators bernoulli-bandit --inner-learning-rate 1
        metarl check estimators point-mass --policy runs/mass --batches 50
      """)

  @Argument(
    help: ArgumentHelp(
      "The task family: NAME, NAME@PRESET, or the path of a definition.", valueName: "family"),
    completion: Completions.families)
  var family: String

  @Option(
    help: ArgumentHelp(
      "A run folder or checkpoint of the family whose policy is taken. Default: an untrained "
        + "policy.", valueName: "run-or-checkpoint"),
    completion: .file())
  var policy: String?

  @Option(help: ArgumentHelp("Tasks whose mean meta-gradient is estimated.", valueName: "n"))
  var tasks = 3

  @Option(help: ArgumentHelp("Batches, one estimate each.", valueName: "n"))
  var batches = 200

  @Option(help: ArgumentHelp("Episodes a task, before and after the step.", valueName: "n"))
  var rolloutsPerTask = 20

  @Option(
    help: ArgumentHelp("Step size of the inner step. Default: the run's, or 0.1.", valueName: "x"))
  var innerLearningRate: Double?

  @Option(
    help: ArgumentHelp("Widths of the hidden layers of an untrained policy.", valueName: "widths"))
  var hidden = LayerWidths(values: [16])

  @Option(help: ArgumentHelp("Seed of tasks, rollouts and an untrained policy.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Batches of a sampled reference.", valueName: "n"))
  var referenceBatches = 50

  @Option(help: ArgumentHelp("Episodes a task of a sampled reference.", valueName: "n"))
  var referenceRollouts = 1000

  @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "n"))
  var workers: Int?

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    for (count, flag) in [
      (tasks, "--tasks"), (rolloutsPerTask, "--rollouts-per-task"),
      (referenceRollouts, "--reference-rollouts"), (workers ?? 1, "--workers"),
    ] { try requirePositive(count, flag) }
    for (count, flag) in [(batches, "--batches"), (referenceBatches, "--reference-batches")]
    where !(2...1_000_000).contains(count) {
      throw ValidationError("\(flag) is \(count); give 2 to 1000000.")
    }
    if let innerLearningRate {
      try requireNotNegative([innerLearningRate], "--inner-learning-rate")
    }
  }

  func run() async throws {
    let family = try families.catalog().announcedFamily(named: self.family)
    var learner = LearnerConfiguration()
    learner.policy.hidden = hidden.values
    var theta: [Double]?
    if let policy {
      let location = try RunReferences.checkpoint(policy)
      try location.checkpoint.require(family: family.qualifiedName, path: location.path)
      learner = location.checkpoint.learner
      guard learner.algorithm.adaptsInEvaluation else {
        throw CommandFailure(.usage, "'\(policy)' is an oracle, which does not adapt.")
      }
      theta = location.checkpoint.parameterVector
    }
    var request = EstimatorCheck.Request()
    request.tasks = tasks
    request.batches = batches
    request.rolloutsPerTask = rolloutsPerTask
    request.innerLearningRate = innerLearningRate ?? learner.adaptation.innerLearningRate
    request.seed = seed
    request.referenceBatches = referenceBatches
    request.referenceRollouts = referenceRollouts
    // Each worker holds a batch from before and one from after the inner step.
    try MemoryNeed(
      learner: learner, family: family, precision: .double,
      tasksAtOnce: TrainingRun.workers(workers ?? 0).count,
      rolloutsPerTask: max(rolloutsPerTask, referenceRollouts), batches: 2,
      workers: TrainingRun.workers(workers ?? 0).count
    ).requireFits()
    _ = try Backend.start()
    let progress = WorkProgress("estimating", of: batches, quiet: quiet)
    let check = try await CommandFailure.whileRunning { [request, learner, theta] in
      defer { progress.finish() }
      return try await EstimatorCheck(
        family: family, policy: learner.policy, theta: theta, request: request,
        workers: TrainingRun.workers(workers ?? 0), progress: progress.advance)
    }
    if check.divergedEpisodes > 0 {
      Console.warn(
        "\(check.divergedEpisodes) of \(check.episodes) episodes diverged; their rewards end "
          + "there, which is in every figure. 'metarl check environment \(self.family)' may tell "
          + "why; a shorter inner step (--inner-learning-rate) keeps policies apart from it.")
    }
    Console.print(EvaluationText.text(check.table(family: family, request: request)))
  }
}
