import Drawing
import Environments
import Experiments
import Files
import MetaLearning

/// The paths of the present policy on validation tasks, for TensorBoard.
public struct TrainingPaths: TrainingPictures {
  /// Tasks of a picture.
  private static let tasks = 9

  /// As a tag.
  public let tag = "paths"

  /// Pictures of paths, or nil for a run that has none: no point moves on a plane in its family,
  /// or the policy does not adapt.
  ///
  /// - Parameters:
  ///   - configuration: of the run.
  ///   - family: its tasks.
  public init?(_ configuration: RunConfiguration, family: DefinedTaskFamily) {
    guard family.movesOnPlane, !configuration.innerLearningRates.isEmpty else { return nil }
  }

  /// Looks for gnuplot.
  ///
  /// - Throws: `PlotError` without one.
  public func prepare() throws {
    _ = try Gnuplot()
  }

  /// The paths before and after the adaptation as it is trained.
  public func draw(
    _ checkpoint: Checkpoint, of run: TrainingRun, workers: Workers
  ) async throws -> [UInt8]? {
    let rates = run.configuration.innerLearningRates
    var request = EvaluationRequest(innerLearningRates: rates, seed: run.configuration.seed)
    request.split = .validation
    request.tasks = Self.tasks
    request.rolloutsPerTask = run.configuration.learner.sampling.rolloutsPerTask
    let evaluation = try PolicyEvaluation(
      CheckpointLocation(checkpoint, path: run.folder.path), on: run.family)
    let paths = try await evaluation.paths(request, tasks: request.tasks, workers: workers)
    let figure = PathsFigure.figure(
      paths, family: run.family.qualifiedName, tasks: FigureText.tasks(request),
      policy: "iteration \(checkpoint.iteration)", steps: rates.count)
    return try figure.map { try Gnuplot().draw($0, as: .png) }
  }
}
