import DenseMath
import Environments
import Experiments
import MetaLearning
import Networks

/// A task of images: what was shown of each class, and what was made of others.
public struct ImageEpisode: Sendable, Equatable {
  /// The images' shape.
  public let shape: ImageShape
  /// Classes.
  public let ways: Int
  /// Support examples, the classes taking turns.
  public let support: ExampleSet
  /// Query examples, the classes taking turns.
  public let query: ExampleSet
  /// The label of each query example that the adapted network finds most probable.
  public let predictions: [Int]
}

extension PolicyEvaluation {
  /// Whether labels are predicted from images.
  public var hasImages: Bool {
    guard let source = family.examples, case .label = source.target else { return false }
    return source.image != nil && !algorithm.seesTask
  }

  /// Query examples of each class that are shown.
  private static var queries: Int { 6 }

  /// Some tasks of an evaluation after all steps.
  ///
  /// - Parameters:
  ///   - request: that of the evaluation.
  ///   - tasks: the first so many of its tasks.
  ///   - workers: tasks at a time.
  /// - Returns: one a task.
  /// - Throws: as `curve`.
  /// - Precondition: `hasImages`.
  public func imageEpisodes(
    _ request: EvaluationRequest, tasks: Int, workers: Workers
  ) async throws -> [ImageEpisode] {
    switch location.checkpoint.precision {
    case .float: return try await imageEpisodes(Float.self, request, tasks, workers)
    case .double: return try await imageEpisodes(Double.self, request, tasks, workers)
    }
  }

  private func imageEpisodes<Scalar: DenseScalar>(
    _ scalar: Scalar.Type, _ request: EvaluationRequest, _ tasks: Int, _ workers: Workers
  ) async throws -> [ImageEpisode] {
    guard let source = family.examples, let shape = source.image else {
      preconditionFailure("'\(family.qualifiedName)' has no images")
    }
    let family = family
    var learner = location.checkpoint.learner
    learner.examples.shots = request.shots ?? learner.examples.shots
    let policy = Policy<Scalar>(family: family, configuration: learner.policy)
    let theta = try LearnerState<Scalar>(
      location.checkpoint, policy: policy, path: location.path
    ).parameters
    return try await workers.map(min(tasks, request.tasks)) { [learner] index, _ in
      let task = request.task(index, of: family)
      let address = request.address(task: index)
      let examples = TaskExamples(
        from: source, task: task, shots: learner.examples.shots, queries: Self.queries,
        address: address)
      let adapter = TaskAdapter(policy: policy, family: family, learner: learner)
      let (steps, _) = try adapter.adapt(
        theta, to: task, innerLearningRates: request.innerLearningRates,
        rolloutsPerTask: Self.queries, address: address)
      return ImageEpisode(
        shape: shape, ways: source.target.classCount, support: examples.support,
        query: examples.query, predictions: (steps.last?.actions ?? []).map { Int($0) })
    }
  }
}
