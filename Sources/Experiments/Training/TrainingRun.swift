import DenseMath
import Environments
import Files
import Foundation
import MetaLearning
import Networks
import Statistics

/// A meta-training in a run folder: the learner's loop with metrics, validation and checkpoints.
public struct TrainingRun: Sendable {
  /// Where it is written; open for writing.
  public let folder: RunFolder
  /// Every choice.
  public let configuration: RunConfiguration
  /// The task family.
  public let family: DefinedTaskFamily
  /// What draws pictures for TensorBoard; nil for none.
  public let pictures: (any TrainingPictures)?

  /// A run.
  ///
  /// - Precondition: the configuration is valid and names this family.
  public init(
    folder: RunFolder, configuration: RunConfiguration, family: DefinedTaskFamily,
    pictures: (any TrainingPictures)? = nil
  ) {
    self.folder = folder
    self.pictures = pictures
    self.configuration = configuration
    self.family = family
  }

  /// The workers of a configured count, where 0 takes all processors.
  public static func workers(_ count: Int) -> Workers {
    Workers(count: count > 0 ? count : max(1, ProcessInfo.processInfo.activeProcessorCount))
  }

  /// Trains until the configured iteration, or until asked to stop.
  ///
  /// - Parameters:
  ///   - resuming: goes on from the newest good checkpoint of the folder, or from the start
  ///     when there is none yet.
  ///   - shouldStop: asked after every iteration; true writes a checkpoint and ends.
  ///   - observe: told what happens.
  /// - Returns: how it ended.
  /// - Throws: `TrainingError` once it trains, `RunFolderError` or `FileError` before. Whatever
  ///   was on disk is still there, and what could be saved was.
  public func train(
    resuming: Bool = false, shouldStop: @Sendable () -> Bool = { false },
    observe: (TrainingEvent) -> Void = { _ in }
  ) async throws -> TrainingSummary {
    switch configuration.precision {
    case .float:
      try await train(Float.self, resuming: resuming, shouldStop: shouldStop, observe: observe)
    case .double:
      try await train(Double.self, resuming: resuming, shouldStop: shouldStop, observe: observe)
    }
  }

  private func train<Scalar: DenseScalar>(
    _ type: Scalar.Type, resuming: Bool, shouldStop: @Sendable () -> Bool,
    observe: (TrainingEvent) -> Void
  ) async throws -> TrainingSummary {
    let clock = ContinuousClock()
    let begin = clock.now
    let workers = Self.workers(configuration.workers)
    let digest = family.definitionDigest
    let (state, resumedBest, newest) = try resumedState(
      type, resuming: resuming, digest: digest, observe: observe)
    let learner = MetaLearner<Scalar>(
      configuration: configuration.learner.inTraining,
      family: configuration.learner.family(seenOf: family), state: state,
      seed: configuration.seed, workers: workers)
    var best = resumedBest
    var checkpointPath = newest
    var metrics = try MetricsWriter(
      folder: folder, resumingAt: learner.state.iteration + 1)
    if learner.state.iteration > 0, metrics.lastIteration != learner.state.iteration {
      observe(
        .warning(
          "'\(folder.metricsPath)' lacks rows before iteration \(learner.state.iteration + 1): "
            + "it was changed or damaged; they stay away"))
    }
    var events = try TrainingEvents(
      self, resumingAt: learner.state.iteration + 1, observe: observe)
    observe(.started(iteration: learner.state.iteration, of: configuration.iterations))

    func checkpoint(
      _ state: LearnerState<Scalar>, best: Checkpoint.Best?
    ) -> Checkpoint {
      var checkpoint = state.checkpoint(
        family: family.qualifiedName, definitionDigest: digest, policy: learner.policy,
        learner: configuration.learner, best: best)
      checkpoint.physics = family.physics?.rawValue
      return checkpoint
    }
    // What the rows on disk reach to, and so what may be saved; and what saving was tried for.
    // `newBest` is the best checkpoint since the last one that was saved.
    var reached = (state: learner.state, best: best, newBest: Checkpoint?.none)
    var tried = learner.state.iteration
    func save() throws {
      tried = reached.state.iteration
      try folder.requireHeld()
      try metrics.synchronize()
      events.synchronize()
      let path = try folder.save(
        checkpoint(reached.state, best: reached.best), best: reached.newBest,
        keep: configuration.keep)
      checkpointPath = path
      reached.newBest = nil
      observe(.checkpoint(path: path))
    }

    var doctor = TrainingDoctor(configuration.learner)
    var stopped = false
    do {
      while learner.state.iteration < configuration.iterations {
        let report = try await learner.iterate()
        var score: Double?
        var newBest = reached.newBest
        if isDue(report.iteration, every: configuration.validation.every) {
          score = try await validate(learner, workers: workers, observe: observe)
          let isBest = score.map { $0.isFinite && $0 > (best?.score ?? -.infinity) } ?? false
          if let score, isBest {
            best = Checkpoint.Best(iteration: report.iteration, score: score)
            newBest = checkpoint(learner.state, best: best)
          }
          if let score {
            observe(.validation(iteration: report.iteration, score: score, isBest: isBest))
          }
        }
        try folder.requireHeld()
        let row = MetricsRow(
          report, total: learner.state.environmentSteps, validation: score)
        try metrics.append(row)
        try await events.append(
          report, row, learner, checkpoint: { checkpoint(learner.state, best: best) },
          workers: workers, observe: observe)
        reached = (learner.state, best, newBest)
        observe(.iteration(report, total: learner.state.environmentSteps))
        for finding in doctor.examine(report) { observe(.warning(finding.description)) }
        let rejections = learner.state.consecutiveRejections
        if rejections >= configuration.learner.outer.maximumConsecutiveRejections {
          throw TrainingError.diverged(
            iteration: report.iteration, cause: report.outcome.label, task: report.rejectedTask,
            rejections: rejections, checkpoint: checkpointPath)
        }
        stopped = shouldStop() && report.iteration < configuration.iterations
        if stopped || isDue(report.iteration, every: configuration.checkpointEvery) { try save() }
        if stopped { break }
      }
      if checkpointPath != folder.checkpointPath(iteration: learner.state.iteration) {
        try save()
      }
    } catch let error as TrainingError {
      throw error
    } catch {
      if tried != reached.state.iteration { try? save() }
      guard (try? folder.requireHeld()) != nil else {
        throw TrainingError.displaced(iteration: reached.state.iteration, cause: "\(error)")
      }
      throw TrainingError.stopped(
        iteration: reached.state.iteration, cause: "\(error)", folder: folder.path,
        checkpoint: checkpointPath.flatMap { FileSystem.kind(of: $0) == .file ? $0 : nil })
    }
    return TrainingSummary(
      iteration: learner.state.iteration, wasStopped: stopped,
      checkpoint: folder.checkpointPath(iteration: learner.state.iteration), best: best,
      environmentSteps: learner.state.environmentSteps,
      seconds: begin.duration(to: clock.now).seconds)
  }

  private func isDue(_ iteration: Int, every: Int) -> Bool {
    every > 0 && iteration % every == 0
  }

  /// Mean return of validation tasks after the configured adaptation steps; the same tasks, start
  /// states and noise every time, so that checkpoints are compared under equal luck.
  ///
  /// - Returns: nil, with a warning, when returns of a validation task cannot be learned from.
  private func validate<Scalar: DenseScalar>(
    _ learner: MetaLearner<Scalar>, workers: Workers, observe: (TrainingEvent) -> Void
  ) async throws -> Double? {
    let steps =
      configuration.learner.algorithm.adaptsInEvaluation
      ? configuration.validation.adaptationSteps : 0
    let rates =
      steps == 0
      ? configuration.innerLearningRates
      : configuration.learner.adaptation.innerLearningRates(steps: steps)
    var request = EvaluationRequest(innerLearningRates: rates, seed: configuration.seed)
    request.split = .validation
    request.tasks = configuration.validation.tasks
    request.rolloutsPerTask =
      family.examples == nil
      ? configuration.validation.rolloutsPerTask : configuration.learner.examples.queries
    do {
      let curve = try await AdaptationCurve(
        theta: learner.state.parameters, policy: learner.policy, family: learner.family,
        learner: configuration.learner, request: request, workers: workers)
      learner.countValidationSteps(curve.environmentSteps)
      return steps == 0
        ? curve.points[curve.points.count - 1].mean
        : mean(of: curve.points.dropFirst().map(\.mean))
    } catch let error as StatisticsError {
      observe(
        .warning("no validation after iteration \(learner.state.iteration): \(error)"))
      return nil
    }
  }

  private func resumedState<Scalar: DenseScalar>(
    _ type: Scalar.Type, resuming: Bool, digest: String, observe: (TrainingEvent) -> Void
  ) throws -> (LearnerState<Scalar>?, Checkpoint.Best?, String?) {
    guard resuming else { return (nil, nil, nil) }
    let (found, warnings) = try folder.newestCheckpoint(family: family.qualifiedName)
    for warning in warnings { observe(.warning(warning)) }
    guard let loaded = found else {
      try folder.rewind(to: nil, keep: configuration.keep)
      return (nil, nil, nil)
    }
    let checkpoint = loaded.checkpoint
    guard checkpoint.definitionDigest == digest else {
      throw TrainingError.notResumable(
        path: folder.path,
        reason: "the definition of '\(family.qualifiedName)' has changed since. Restore it, or "
          + "start a new run.")
    }
    guard checkpoint.precision == configuration.precision, checkpoint.seed == configuration.seed
    else {
      throw TrainingError.notResumable(
        path: folder.path,
        reason: "its checkpoint is of another precision or seed than its "
          + "config.yaml. Restore the file.")
    }
    var recorded = configuration
    recorded.learner = checkpoint.learner
    if let change = configuration.differences(changingNumbersFrom: recorded).first {
      throw TrainingError.notResumable(
        path: folder.path,
        reason: "\(change.path) is \(change.value) in its config.yaml, but \(change.other) in "
          + "'\(loaded.path)'. Restore the file.")
    }
    try folder.rewind(to: checkpoint, keep: configuration.keep)
    if let best = checkpoint.best, (try? folder.bestCheckpoint()) == nil {
      observe(
        .warning(
          "'\(folder.bestCheckpointPath)' is missing or damaged; the best trial, of iteration "
            + "\(best.iteration), is not on disk until a better one is made"))
    }
    let policy = Policy<Scalar>(
      family: configuration.learner.family(seenOf: family),
      configuration: configuration.learner.policy)
    let state = try LearnerState(checkpoint, policy: policy, path: loaded.path)
    return (state, checkpoint.best, loaded.path)
  }
}
