import Environments
import Experiments
import Files
import MetaLearning

/// What a benchmark reports while it runs.
public enum BenchmarkEvent: Sendable {
  /// A training or an evaluation begins.
  case began(String)
  /// The training under way reports something.
  case training(TrainingEvent)
  /// Something that the user should know.
  case warning(String)
}

/// The benchmark in a folder: one run folder a training, one file an evaluation.
///
/// What is there is used, so that a benchmark that was stopped goes on where it was.
public struct BenchmarkRun: Sendable {
  /// The folder of everything.
  public let path: String
  /// Meta-iterations of every training.
  public let iterations: Int
  /// Threads; 0 takes all processors.
  public let workers: Int

  /// A benchmark in a folder.
  public init(path: String, iterations: Int, workers: Int) {
    self.path = path
    self.iterations = iterations
    self.workers = workers
  }

  /// The run folder of a training.
  public func runPath(_ plan: BenchmarkPlan, _ method: BenchmarkMethod, seed: UInt64) -> String {
    FileSystem.join(FileSystem.join(path, plan.family), "\(method.rawValue)-seed-\(seed)")
  }

  /// Trains or goes on training one policy.
  ///
  /// - Parameters:
  ///   - plan: the family's settings.
  ///   - method: one that is trained.
  ///   - seed: of the run.
  ///   - family: the plan's.
  ///   - provenance: recorded in the run.
  ///   - shouldStop: asked after every iteration.
  ///   - observe: told what happens.
  /// - Returns: false when it was asked to stop before the end.
  /// - Throws: what opening the run folder and training throw. A training that stopped because
  ///   its steps were rejected is no error: the best checkpoint up to then counts.
  public func train(
    _ plan: BenchmarkPlan, _ method: BenchmarkMethod, seed: UInt64, family: DefinedTaskFamily,
    provenance: Provenance, shouldStop: @Sendable () -> Bool,
    observe: (BenchmarkEvent) -> Void
  ) async throws -> Bool {
    guard let algorithm = method.algorithm else { return true }
    return try await FolderTraining(
      path: runPath(plan, method, seed: seed),
      configuration: plan.configuration(
        algorithm: algorithm, seed: seed, iterations: iterations, workers: workers),
      title: "\(plan.reference), \(method.rawValue), seed \(seed)"
    ).train(on: family, provenance: provenance, shouldStop: shouldStop, observe: observe)
  }

  /// Evaluates one policy, unless that was done with the same parameters on the same tasks.
  ///
  /// - Parameters:
  ///   - plan: the family's settings.
  ///   - method: trained before, or random, which needs one of the others for its shape.
  ///   - seed: of the run.
  ///   - family: the plan's.
  ///   - observe: told what happens.
  ///   - progress: called after every finished task.
  /// - Returns: the result, or nil when there is no checkpoint yet.
  /// - Throws: what reading checkpoints and rolling out throw.
  public func evaluate(
    _ plan: BenchmarkPlan, _ method: BenchmarkMethod, seed: UInt64, family: DefinedTaskFamily,
    observe: (BenchmarkEvent) -> Void, progress: (@Sendable () -> Void)? = nil
  ) async throws -> BenchmarkResult? {
    let sources: [BenchmarkMethod] = method == .random ? [.maml, .pretrained] : [method]
    let runs = sources.map { runPath(plan, $0, seed: seed) }
    guard
      let run = runs.first(where: RunFolder.isRun),
      try FolderTraining.newestIteration(of: run) > 0
    else { return nil }
    let location = try CheckpointLocation(path: run)
    for warning in location.warnings { observe(.warning(warning)) }
    let evaluation = try PolicyEvaluation(
      location, on: family, parameters: method == .random ? .random : .trained)
    let request = try plan.request(method, seed: seed)
    let evaluations = FileSystem.join(run, "evaluation")
    try FileSystem.requireNoLink(evaluations)
    let file = FileSystem.join(
      evaluations, "benchmark-\(method.rawValue).json")
    let parameters = method == .random ? "seed \(seed)" : location.checkpoint.parameterDigest
    let key = "\(parameters), \(request.summary(of: family))"
    let trained = try FolderTraining.newestIteration(of: run)
    if var known = try BenchmarkResult(contentsOf: file, key: key, tasks: request.tasks) {
      // Training on may have found nothing better since.
      known.trainedIterations = trained
      return known
    }
    try FileSystem.createFolder(evaluations)
    try DurableFile.requireWritable(file)
    observe(.began("\(plan.reference), \(method.rawValue), seed \(seed): evaluating"))
    let report = try await evaluation.report(
      named: method.rawValue, request, workers: TrainingRun.workers(workers), progress: progress)
    let result = BenchmarkResult(
      returns: report.curve.returns, key: key,
      iteration: method == .random ? 0 : location.checkpoint.iteration,
      trainedIterations: trained)
    try result.write(report, to: file)
    return result
  }

}

/// Why a benchmark cannot go on.
public enum BenchmarkError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder holds a run with other settings.
  case otherSettings(path: String, key: String, recorded: String, wanted: String)

  /// One line.
  public var description: String {
    switch self {
    case .otherSettings(let path, let key, let recorded, let wanted):
      "'\(path)' was trained with \(key) \(recorded), here it is \(wanted). Remove that "
        + "run, or give another folder with --dir."
    }
  }
}
