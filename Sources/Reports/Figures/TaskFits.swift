import DenseMath
import Environments
import Experiments
import MetaLearning
import Networks

/// A curve as a network fits it before adaptation, after one step and after all.
public struct TaskFits: Sendable, Equatable {
  /// A point of a curve.
  public typealias Point = SIMD2<Double>

  /// The task.
  public let task: TaskParameters
  /// The examples that it adapts to.
  public let support: [Point]
  /// Examples in order of x: what is to be fitted.
  public let truth: [Point]
  /// The predictions for their x, by number of steps.
  public let fits: [(steps: Int, points: [Point], meanSquaredError: Double)]

  /// Equal by everything.
  public static func == (a: TaskFits, b: TaskFits) -> Bool {
    a.task == b.task && a.support == b.support && a.truth == b.truth
      && a.fits.map(\.points) == b.fits.map(\.points)
  }
}

extension PolicyEvaluation {
  /// Whether one number is predicted from one number.
  public var hasFits: Bool {
    family.examples?.target == .numbers(size: 1) && family.observationSize == 1
      && !algorithm.seesTask
  }

  /// Points of a curve.
  private static var points: Int { 200 }

  /// The fits on some tasks of an evaluation, from its support examples.
  ///
  /// - Parameters:
  ///   - request: that of the evaluation.
  ///   - tasks: the first so many of its tasks.
  ///   - workers: tasks at a time.
  /// - Returns: one a task.
  /// - Throws: as `curve`.
  /// - Precondition: `hasFits`.
  public func fits(
    _ request: EvaluationRequest, tasks: Int, workers: Workers
  ) async throws -> [TaskFits] {
    switch location.checkpoint.precision {
    case .float: return try await fits(Float.self, request, tasks, workers)
    case .double: return try await fits(Double.self, request, tasks, workers)
    }
  }

  private func fits<Scalar: DenseScalar>(
    _ scalar: Scalar.Type, _ request: EvaluationRequest, _ tasks: Int, _ workers: Workers
  ) async throws -> [TaskFits] {
    guard hasFits, let source = family.examples else {
      preconditionFailure("'\(family.qualifiedName)' has no curves of one number over one")
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
        from: source, task: task, shots: learner.examples.shots, queries: Self.points,
        address: address)
      let adapter = TaskAdapter(policy: policy, family: family, learner: learner)
      let (steps, _) = try adapter.adapt(
        theta, to: task, innerLearningRates: request.innerLearningRates,
        rolloutsPerTask: Self.points, address: address)
      func sorted(_ x: [Double], _ y: [Double]) -> [TaskFits.Point] {
        zip(x, y).map { SIMD2($0, $1) }.sorted { $0.x < $1.x }
      }
      let shown = Set([0, 1, steps.count - 1]).sorted().filter { $0 < steps.count }
      return TaskFits(
        task: task, support: sorted(examples.support.inputs, examples.support.targets),
        truth: sorted(examples.query.inputs, examples.query.targets),
        fits: shown.map {
          (
            $0, sorted(steps[$0].observations, steps[$0].actions), -steps[$0].meanReturn
          )
        })
    }
  }
}
