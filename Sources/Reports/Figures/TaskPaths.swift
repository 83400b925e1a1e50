import DenseMath
import Environments
import Experiments
import MetaLearning
import Networks

/// The paths of a policy on the plane, before and after adaptation to one task.
public struct TaskPaths: Sendable, Equatable {
  /// Positions, one a control step, the last one included.
  public typealias Path = [SIMD2<Double>]

  /// What one policy does.
  public struct Paths: Sendable, Equatable {
    /// The first episode of the evaluation, with sampled actions.
    public let sampled: Path
    /// Where the mean action of every step leads.
    public let mean: Path

    /// Two paths.
    public init(sampled: Path, mean: Path) {
      self.sampled = sampled
      self.mean = mean
    }
  }

  /// The task.
  public let task: TaskParameters
  /// Before adaptation.
  public let before: Paths
  /// After all steps.
  public let after: Paths
  /// Mean return before, over all episodes.
  public let returnBefore: Double
  /// Mean return after, over all episodes.
  public let returnAfter: Double

  /// The task's goal, in metres; nil for tasks without one.
  public var goal: SIMD2<Double>? {
    guard let values = task.entries.first(where: { $0.name == "goal" })?.values, values.count == 2
    else { return nil }
    return SIMD2(values[0], values[1])
  }
}

extension TaskPaths {
  /// The paths in observations of `width` numbers.
  init(_ trajectories: AdaptationTrajectories, width: Int) {
    task = trajectories.task
    before = Paths(trajectories.single.before, width: width)
    after = Paths(trajectories.single.after, width: width)
    returnBefore = trajectories.before.trajectories.meanReturn
    returnAfter = trajectories.after.trajectories.meanReturn
  }
}

extension DefinedTaskFamily {
  /// Whether a point moves on the plane: observations start with its position.
  var movesOnPlane: Bool {
    definition.simulator.observation.prefix(2).map(\.meaning) == ["position x", "position y"]
  }
}

extension PolicyEvaluation {
  /// Whether the family moves a point on the plane: its observations start with the position.
  public var hasPaths: Bool { family.movesOnPlane }

  /// The paths before and after adaptation, the same episodes as in the evaluation.
  ///
  /// - Parameters:
  ///   - request: that of the evaluation.
  ///   - tasks: the first so many of its tasks.
  ///   - workers: tasks at a time.
  /// - Returns: one a task.
  /// - Throws: as `curve`.
  /// - Precondition: `hasPaths`.
  public func paths(
    _ request: EvaluationRequest, tasks: Int, workers: Workers
  ) async throws -> [TaskPaths] {
    precondition(hasPaths, "'\(family.qualifiedName)' has no position on the plane")
    let width = location.checkpoint.learner.family(seenOf: family).observationSize
    let indices = Array(0..<min(tasks, request.tasks))
    return try await adaptations(request, tasks: indices, workers: workers)
      .map { TaskPaths($0, width: width) }
  }
}

extension TaskPaths.Paths {
  fileprivate init(_ episodes: AdaptationTrajectories.SingleEpisodes, width: Int) {
    sampled = Self.positions(episodes.sampled, width: width)
    mean = Self.positions(episodes.mean, width: width)
  }

  /// The first two entries of every observation, and the position in which the episode ended.
  private static func positions(
    _ episode: AdaptationTrajectories.SingleEpisodes.Episode, width: Int
  ) -> TaskPaths.Path {
    let observations = episode.trajectory.observations
    var path = stride(from: 0, to: observations.count, by: width).map {
      SIMD2(observations[$0], observations[$0 + 1])
    }
    if let end = episode.end["position"], end.count == 2 { path.append(SIMD2(end[0], end[1])) }
    return path
  }
}
