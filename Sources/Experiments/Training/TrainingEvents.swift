import DenseMath
import Environments
import MetaLearning
import Networks

/// The events of a training for TensorBoard.
///
/// They are a view: what keeps them from being written is told once, and no training fails for
/// it. A full disk alone stops it, as it would at the next metrics or checkpoint: the run then
/// goes on without a gap when there is room.
struct TrainingEvents {
  /// Tasks of a picture of paths.
  private static let pictureTasks = 9

  private let run: TrainingRun
  /// Nil once they could not be written.
  private var writer: EventWriter?
  /// Nil where no pictures are drawn.
  private var gnuplot: Gnuplot?

  /// Opens the events of a run, keeping those before `iteration`.
  ///
  /// - Throws: `FileError` for a full disk.
  init(
    _ run: TrainingRun, resumingAt iteration: Int, observe: (TrainingEvent) -> Void
  ) throws(FileError) {
    self.run = run
    do throws(FileError) {
      let writer = try EventWriter(
        folder: run.folder, resumingAt: iteration, configuration: run.configuration)
      if iteration > 1, writer.lastIteration != iteration - 1 {
        observe(
          .warning(
            "the events in '\(run.folder.tensorBoardPath)' lack iterations before \(iteration): "
              + "they were changed or damaged; what is missing stays away"))
      }
      self.writer = writer
    } catch {
      if error.isFullDisk { throw error }
      observe(.warning("no events for TensorBoard: \(error)"))
    }
    guard hasPictures(from: iteration) else { return }
    do throws(PlotError) {
      gnuplot = try Gnuplot()
    } catch {
      observe(.noPictures("no pictures of paths for TensorBoard: \(error)"))
    }
  }

  /// Whether the run will come to a picture.
  private func hasPictures(from iteration: Int) -> Bool {
    let every = run.configuration.pictureEvery
    return writer != nil && every > 0 && run.family.movesOnPlane
      && run.configuration.innerLearningRates.count > 0
      && run.configuration.iterations / every * every >= iteration
  }

  /// Adds an iteration, with a picture of paths where one is due.
  ///
  /// - Throws: `FileError` for a full disk.
  mutating func append<Scalar: DenseScalar>(
    _ report: IterationReport, _ row: MetricsRow, _ learner: MetaLearner<Scalar>,
    workers: Workers, observe: (TrainingEvent) -> Void
  ) async throws(FileError) {
    let parameters = learner.policy.tensors.map { tensor in
      (name: tensor.name, values: Scalar.widened(Array(learner.state.parameters[tensor.range])))
    }
    do throws(FileError) {
      try writer?.append(report, row, parameters: parameters)
      let every = run.configuration.pictureEvery
      guard every > 0, report.iteration % every == 0,
        let png = await paths(learner, report.iteration, workers, observe)
      else { return }
      try writer?.append(picture: png, tag: "paths", iteration: report.iteration)
    } catch {
      if error.isFullDisk { throw error }
      observe(.warning("no more events for TensorBoard: \(error)"))
      writer = nil
    }
  }

  /// Waits until the disk has all events.
  func synchronize() {
    try? writer?.synchronize()
  }

  /// The ways of the present policy on held-out tasks as a PNG; nil where none is drawn.
  private mutating func paths<Scalar: DenseScalar>(
    _ learner: MetaLearner<Scalar>, _ iteration: Int, _ workers: Workers,
    _ observe: (TrainingEvent) -> Void
  ) async -> [UInt8]? {
    guard writer != nil, let gnuplot else { return nil }
    let configuration = run.configuration
    var request = EvaluationRequest(
      innerLearningRates: configuration.innerLearningRates,
      seed: EvaluationRequest.standardSeed)
    request.tasks = Self.pictureTasks
    request.rolloutsPerTask = configuration.learner.sampling.rolloutsPerTask
    do {
      let paths = try await TaskPaths.sample(
        theta: learner.state.parameters, policy: learner.policy, family: learner.family,
        learner: configuration.learner, request: request, tasks: request.tasks,
        workers: workers)
      let figure = PathsFigure.figure(
        paths, family: run.family.qualifiedName, tasks: FigureText.tasks(request),
        policy: "iteration \(iteration)", steps: request.innerLearningRates.count)
      return try figure.map { try gnuplot.draw($0, as: .png) }
    } catch {
      // The picture of another iteration may do better; a gnuplot that cannot draw will not.
      if error is PlotError { self.gnuplot = nil }
      observe(.warning("no picture of paths after iteration \(iteration): \(error)"))
      return nil
    }
  }
}

extension RunConfiguration {
  /// α of each step of the adaptation as it is trained; none for a policy that does not adapt.
  var innerLearningRates: [Double] {
    let adaptation = learner.adaptation
    return learner.algorithm.choices.adaptsInEvaluation
      ? Array(repeating: adaptation.innerLearningRate, count: adaptation.steps) : []
  }
}
