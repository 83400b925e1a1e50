import DenseMath
import MetaLearning
import Networks

/// Samples the batches of an estimator check and differentiates them.
struct EstimatorSampling: Sendable {
  /// Iterations from which the addresses of reference batches are counted.
  static let referenceIteration = 1 << 24
  /// Iterations from which the addresses of batches that baselines are fitted on are counted.
  static let baselineIteration = 1 << 25
  /// Episodes that the baseline of one estimate is fitted on.
  private static let baselineRollouts = 100
  /// The address of the batch that the scale of advantages is measured on.
  private static let scaleIteration = 1 << 27
  /// Episodes that it is measured on, at least.
  private static let scaleRollouts = 500

  private let family: any TaskFamily
  private let policy: Policy<Double>
  private let theta: [Double]
  private let request: EstimatorCheck.Request
  private let tasks: [TaskParameters]
  /// What advantages are divided by: their standard deviation over the tasks.
  private let scale: Double

  init(
    family: any TaskFamily, policy: Policy<Double>, theta: [Double],
    request: EstimatorCheck.Request
  ) throws {
    self.family = family
    self.policy = policy
    self.theta = theta
    self.request = request
    tasks = (0..<request.tasks).map {
      family.task(split: .train, index: $0, seed: request.seed)
    }
    var (squares, count) = (0.0, 0)
    let worker = EstimatorWorker(family: family, policy: policy)
    for (index, task) in tasks.enumerated() {
      let rollouts = max(Self.scaleRollouts, request.rolloutsPerTask)
      let batch = worker.rollOut(
        theta, lanes: try family.makeLanes(task: task, laneCount: rollouts),
        address: Self.address(request, iteration: Self.scaleIteration, batch: 0, task: index))
      let baseline = try Self.baseline(batch, family: family)
      for advantage in Self.advantages(batch, baseline: baseline, family: family, scale: 1) {
        squares += advantage * advantage
        count += 1
      }
    }
    scale = max((squares / Double(max(count, 1))).squareRoot(), 1e-12)
  }

  /// The mean over tasks of the enumerated meta-gradient; nil where tasks cannot be enumerated.
  func exactMetaGradient() -> [Double]? {
    var sum = [Double](repeating: 0, count: theta.count)
    for task in tasks {
      guard let problem = TabularProblem(task, family: family) else { return nil }
      addScaled(
        &sum, 1 / Double(tasks.count),
        problem.metaGradient(
          theta, policy: policy, innerLearningRate: request.innerLearningRate, scale: scale))
    }
    return sum
  }

  /// What came of some batches.
  struct Estimates {
    /// By batch, the gradient of each estimator.
    var gradients: [[[Double]]] = []
    /// By batch, the seconds of each estimator.
    var seconds: [[Double]] = []
    /// Episodes that were rolled out for them.
    var episodes = 0
    /// Those of them whose simulation diverged.
    var diverged = 0
  }

  /// One estimate of the mean meta-gradient of the tasks by each estimator, batch by batch.
  ///
  /// - Parameters:
  ///   - batches: how many.
  ///   - rollouts: episodes a task before and after the inner step.
  ///   - firstIteration: of the batches' addresses.
  ///   - estimators: which.
  ///   - workers: batches at a time.
  ///   - progress: called after every batch.
  /// - Returns: the estimates, and how many episodes they took.
  /// - Throws: what making environments throws.
  func estimates(
    batches: Int, rollouts: Int, firstIteration: Int, estimators: [MetaGradientEstimator],
    workers: Workers, progress: (@Sendable () -> Void)?
  ) async throws -> Estimates {
    let own = PerWorker(workers) { EstimatorWorker(family: family, policy: policy) }
    let parts = try await workers.map(batches) { [self] batch, worker in
      var sums = estimators.map { _ in [Double](repeating: 0, count: theta.count) }
      var seconds = estimators.map { _ in 0.0 }
      for (index, task) in tasks.enumerated() {
        // Fitted anew for every estimate, on episodes of its own: the log-likelihood Hessian has
        // the baseline's error times the Fisher matrix in it, which one fit for all estimates
        // would make a bias that no number of them averages out.
        let baseline = try Self.baseline(
          own[worker].rollOut(
            theta, lanes: try family.makeLanes(task: task, laneCount: Self.baselineRollouts),
            address: Self.address(
              request, iteration: Self.baselineIteration + firstIteration + batch, batch: 0,
              task: index)),
          family: family)
        let parts = try own[worker].metaGradients(
          theta, lanes: try family.makeLanes(task: task, laneCount: rollouts),
          innerLearningRate: request.innerLearningRate, estimators: estimators,
          address: {
            Self.address(request, iteration: firstIteration + batch, batch: $0, task: index)
          },
          advantages: {
            Self.advantages($0, baseline: baseline, family: family, scale: scale)
          })
        for (place, part) in parts.enumerated() {
          addScaled(&sums[place], 1 / Double(tasks.count), part.gradient)
          seconds[place] += part.seconds
        }
      }
      progress?()
      return (gradients: sums, seconds: seconds)
    }
    return Estimates(
      gradients: parts.map(\.gradients), seconds: parts.map(\.seconds),
      episodes: own.reduce(0) { $0 + $1.episodes }, diverged: own.reduce(0) { $0 + $1.diverged })
  }

  /// The linear feature baseline of undiscounted returns.
  private static func baseline(
    _ batch: TrajectoryBatch, family: any TaskFamily
  ) throws -> LinearFeatureBaseline {
    try LinearFeatureBaseline(
      features: LinearFeatureBaseline.features(
        of: batch, observationSize: family.observationSize),
      returnsToGo: returnsToGo(rewards: batch.rewards, lengths: batch.lengths, discount: 1),
      ridge: AdvantageConfiguration().baselineRidge)
  }

  /// Undiscounted returns-to-go less the baseline, over the scale.
  private static func advantages(
    _ batch: TrajectoryBatch, baseline: LinearFeatureBaseline, family: any TaskFamily,
    scale: Double
  ) -> [Double] {
    let values = baseline.values(
      features: LinearFeatureBaseline.features(
        of: batch, observationSize: family.observationSize))
    return generalizedAdvantages(
      rewards: batch.rewards, values: values, lengths: batch.lengths, discount: 1, gaeLambda: 1
    ).map { $0 / scale }
  }

  /// Addresses under a seed of the check's own, so that nothing is shared with a training.
  static func address(
    _ request: EstimatorCheck.Request, iteration: Int, batch: Int, task: Int
  ) -> RolloutAddress {
    RolloutAddress(
      seed: request.seed ^ 0x6573_7469_6D61_746F, use: .training, iteration: iteration,
      batch: batch, task: task)
  }
}

/// One worker's memory of an estimator check.
private final class EstimatorWorker {
  private let sampler: RolloutSampler<Double>
  private let curvature: InnerCurvature
  private let query: InnerCurvature
  private let current: PreparedParameters<Double>
  /// Episodes that were rolled out.
  private(set) var episodes = 0
  /// Those of them whose simulation diverged.
  private(set) var diverged = 0

  init(family: any TaskFamily, policy: Policy<Double>) {
    let workspace = policy.makeWorkspace()
    sampler = RolloutSampler(policy: policy, family: family, workspace: workspace)
    curvature = InnerCurvature(policy: policy, workspace: workspace)
    query = InnerCurvature(policy: policy, workspace: workspace)
    current = policy.makeParameters()
  }

  func rollOut(
    _ theta: [Double], lanes: any EnvironmentLanes, address: RolloutAddress
  ) -> TrajectoryBatch {
    current.set(theta)
    let batch = sampler.rollOut(current, lanes: lanes, address: address)
    episodes += batch.lengths.count
    diverged += batch.divergedCount
    return batch
  }

  /// One task's meta-gradient by each estimator, from the same episodes.
  func metaGradients(
    _ theta: [Double], lanes: any EnvironmentLanes, innerLearningRate: Double,
    estimators: [MetaGradientEstimator], address: (Int) -> RolloutAddress,
    advantages: (TrajectoryBatch) -> [Double]
  ) throws -> [(gradient: [Double], seconds: Double)] {
    let support = rollOut(theta, lanes: lanes, address: address(0))
    let inner = curvature.begin(theta, support, advantages: advantages(support))
    let adapted = zip(theta, inner).map { $0 - innerLearningRate * $1 }
    let after = rollOut(adapted, lanes: lanes, address: address(1))
    let clock = ContinuousClock()
    let start = clock.now
    let outer = query.begin(adapted, after, advantages: advantages(after))
    let shared = start.duration(to: clock.now).seconds
    return estimators.map { estimator in
      let start = clock.now
      let product = curvature.product(estimator, outer)
      let gradient = zip(outer, product).map { $0 - innerLearningRate * $1 }
      return (gradient, shared + start.duration(to: clock.now).seconds)
    }
  }
}
