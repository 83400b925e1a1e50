import DenseMath
import MetaLearning
import Networks
import Statistics

/// Returns of every task after 0 … K adaptation steps; θ is frozen.
public struct AdaptationCurve: Sendable, Equatable {
  /// Mean undiscounted return of each task's episodes, `[step][task]`.
  public let returns: [[Double]]
  /// Share of each task's episodes that solved it, `[step][task]`; empty where the family does not
  /// define success.
  public let successRates: [[Double]]
  /// Environment steps that it took.
  public let environmentSteps: Int
  /// Episodes whose simulation diverged after 0 … K steps, [K + 1].
  public let divergedByStep: [Int]
  /// Episodes that were rolled out after each number of steps, of all tasks.
  public let episodesPerStep: Int

  /// Episodes whose simulation diverged, after any number of steps.
  public var divergedEpisodes: Int { divergedByStep.reduce(0, +) }
  /// All episodes.
  public var episodes: Int { episodesPerStep * returns.count }
  /// Share of the episodes that diverged.
  public var divergedShare: Double { Double(divergedEpisodes) / Double(max(episodes, 1)) }

  /// One point of the curve: over tasks, which are the unit of the statistics.
  public struct Point: Sendable, Equatable {
    /// Inner steps taken.
    public let step: Int
    /// Mean over tasks.
    public let mean: Double
    /// 95 % Student t interval over tasks; nil under two tasks.
    public let interval: Interval?
  }

  /// The points in order of steps.
  public var points: [Point] {
    returns.enumerated().map {
      Point(step: $0, mean: mean(of: $1), interval: studentInterval(of: $1))
    }
  }

  /// Return after `step` steps minus the return before adaptation, task by task.
  public func gains(step: Int = 1) -> [Double] {
    zip(returns[step], returns[0]).map { $0 - $1 }
  }

  /// Share of tasks whose return fell with the first step; nil without a step.
  public var shareWorse: Double? {
    guard returns.count > 1 else { return nil }
    let gains = gains()
    return Double(gains.filter { $0 < 0 }.count) / Double(gains.count)
  }

  /// Adapts θ to every requested task by itself.
  ///
  /// Tasks are addressed by (seed, split, task); start states, what is random in environments,
  /// and action noise by (seed, split, task, step, episode). Two policies evaluated with one
  /// request meet the same of all of them step by step; two steps of one policy share nothing.
  ///
  /// - Parameters:
  ///   - theta: θ and the learned rates, [P + R].
  ///   - policy: its shape.
  ///   - family: the tasks.
  ///   - learner: how advantages and inner gradients are estimated.
  ///   - request: tasks, episodes, steps.
  ///   - workers: tasks at a time; no effect on the numbers.
  ///   - progress: called after every finished task.
  /// - Throws: what making environments and fitting baselines throws.
  public init<Scalar: DenseScalar>(
    theta: [Scalar], policy: Policy<Scalar>, family: any TaskFamily,
    learner: LearnerConfiguration, request: EvaluationRequest, workers: Workers,
    progress: (@Sendable () -> Void)? = nil
  ) async throws {
    var learner = learner
    learner.examples.shots = request.shots ?? learner.examples.shots
    let adapters = PerWorker(workers) {
      TaskAdapter(policy: policy, family: family, learner: learner)
    }
    let parts = try await workers.map(request.tasks) { index, worker in
      let task = request.task(index, of: family)
      let adapted = try adapters[worker].adapt(
        theta, to: task, innerLearningRates: request.innerLearningRates,
        rolloutsPerTask: request.rolloutsPerTask,
        address: request.address(task: index))
      progress?()
      return adapted.trajectories.map {
        (
          mean: $0.meanReturn, steps: $0.stepCount, diverged: $0.divergedCount,
          success: $0.successRate
        )
      }
    }
    successRates =
      family.successTerms.isEmpty
      ? []
      : (0...request.innerLearningRates.count).map { step in parts.map { $0[step].success ?? 0 } }
    returns = (0...request.innerLearningRates.count).map { step in parts.map { $0[step].mean } }
    environmentSteps = parts.joined().reduce(0) { $0 + $1.steps }
    divergedByStep = (0...request.innerLearningRates.count).map { step in
      parts.reduce(0) { $0 + $1[step].diverged }
    }
    episodesPerStep = request.tasks * request.rolloutsPerTask
  }

  /// A curve from known returns.
  ///
  /// - Parameters:
  ///   - returns: `[step][task]`.
  ///   - environmentSteps: that it took.
  ///   - divergedByStep: [K + 1]; empty where no episode diverged.
  ///   - episodesPerStep: of all tasks; nil for one a task.
  ///   - successRates: `[step][task]`; empty where success is not defined.
  public init(
    returns: [[Double]], environmentSteps: Int = 0, divergedByStep: [Int] = [],
    episodesPerStep: Int? = nil, successRates: [[Double]] = []
  ) {
    self.returns = returns
    self.successRates = successRates
    self.environmentSteps = environmentSteps
    self.divergedByStep = divergedByStep.isEmpty ? returns.map { _ in 0 } : divergedByStep
    self.episodesPerStep = episodesPerStep ?? returns.first?.count ?? 0
  }
}
