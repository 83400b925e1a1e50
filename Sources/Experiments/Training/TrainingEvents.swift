import DenseMath
import Environments
import Files
import MetaLearning
import Networks

/// The events of a training for TensorBoard.
///
/// They are a view: what keeps them from being written is told once, and no training fails for
/// it. A full disk alone stops it, as it would at the next metrics or checkpoint: the run then
/// goes on without a gap when there is room.
struct TrainingEvents {
  private let run: TrainingRun
  /// Nil once they could not be written.
  private var writer: EventWriter?
  /// Nil where no pictures are drawn.
  private var pictures: (any TrainingPictures)?

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
    guard let pictures = run.pictures, hasPictures(from: iteration) else { return }
    do {
      try pictures.prepare()
      self.pictures = pictures
    } catch {
      observe(.noPictures("no pictures of \(pictures.tag) for TensorBoard: \(error)"))
    }
  }

  /// Whether the run will come to a picture.
  private func hasPictures(from iteration: Int) -> Bool {
    let every = run.configuration.pictureEvery
    return writer != nil && every > 0 && run.configuration.iterations / every * every >= iteration
  }

  /// Adds an iteration, with a picture of paths where one is due.
  ///
  /// - Throws: `FileError` for a full disk.
  mutating func append<Scalar: DenseScalar>(
    _ report: IterationReport, _ row: MetricsRow, _ learner: MetaLearner<Scalar>,
    checkpoint: () -> Checkpoint, workers: Workers, observe: (TrainingEvent) -> Void
  ) async throws(FileError) {
    let parameters = learner.policy.tensors.map { tensor in
      (name: tensor.name, values: Scalar.widened(Array(learner.state.parameters[tensor.range])))
    }
    do throws(FileError) {
      try writer?.append(report, row, parameters: parameters)
      let every = run.configuration.pictureEvery
      guard every > 0, report.iteration % every == 0, writer != nil, let pictures,
        let png = await draw(pictures, checkpoint(), workers, observe)
      else { return }
      try writer?.append(picture: png, tag: pictures.tag, iteration: report.iteration)
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

  /// A picture as a PNG; nil, with a warning, where it cannot be drawn: that of another
  /// iteration may do better.
  private func draw(
    _ pictures: any TrainingPictures, _ checkpoint: Checkpoint, _ workers: Workers,
    _ observe: (TrainingEvent) -> Void
  ) async -> [UInt8]? {
    do {
      return try await pictures.draw(checkpoint, of: run, workers: workers)
    } catch {
      observe(
        .warning(
          "no picture of \(pictures.tag) after iteration \(checkpoint.iteration): \(error)"))
      return nil
    }
  }
}

extension RunConfiguration {
  /// α of each step of the adaptation as it is trained; none for a policy that does not adapt.
  public var innerLearningRates: [Double] {
    let adaptation = learner.adaptation
    return learner.algorithm.adaptsInEvaluation
      ? adaptation.innerLearningRates(steps: adaptation.steps) : []
  }
}
