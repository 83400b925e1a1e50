import DenseMath
import MetaLearning
import Networks
import Statistics

/// The meta-gradients of all estimators face to face with a reference, at one θ.
///
/// One inner step; advantages are undiscounted returns-to-go less a baseline that is fitted for
/// every estimate on other episodes, over a fixed scale, so that every estimate of a gradient is
/// unbiased and only what the estimators do differs.
public struct EstimatorCheck: Sendable {
  /// How much is sampled.
  public struct Request: Sendable {
    /// Tasks, whose mean meta-gradient is estimated.
    public var tasks = 3
    /// Batches, one estimate each.
    public var batches = 200
    /// Episodes a task before and after the inner step.
    public var rolloutsPerTask = 20
    /// α.
    public var innerLearningRate = 0.1
    /// The number from which tasks and rollouts are derived.
    public var seed: UInt64 = 1
    /// Batches of the sampled reference, where a task cannot be enumerated.
    public var referenceBatches = 50
    /// Episodes a task of the sampled reference.
    public var referenceRollouts = 1000

    /// The defaults.
    public init() {}
  }

  /// What was measured of one estimator.
  public struct Row: Sendable, Equatable {
    /// The estimator.
    public let estimator: MetaGradientEstimator
    /// Mean over batches of the cosine between estimate and reference.
    public let cosine: Double
    /// Norm of (mean estimate − reference) less what noise adds to it, over the reference's norm.
    public let relativeBias: Double
    /// What noise adds to that norm, over the reference's norm: less than this is not seen.
    public let biasNoise: Double
    /// Standard deviation of one estimate, over the reference's norm.
    public let relativeDeviation: Double
    /// Milliseconds of the derivative of one estimate: all tasks, without sampling.
    public let milliseconds: Double
  }

  /// One row an estimator.
  public let rows: [Row]
  /// Episodes that were rolled out for the reference and the estimates.
  public let episodes: Int
  /// Those of them whose simulation diverged.
  public let divergedEpisodes: Int
  /// Whether the reference was enumerated rather than sampled.
  public let isExact: Bool

  /// Runs the check.
  ///
  /// - Parameters:
  ///   - family: the tasks, of the split `train`.
  ///   - policy: the policy's shape.
  ///   - theta: θ, [P]; nil for an untrained policy.
  ///   - request: how much is sampled.
  ///   - workers: batches at a time; no effect on the numbers but the times.
  ///   - progress: called after every batch.
  /// - Throws: what making environments and fitting baselines throws.
  public init(
    family: any TaskFamily, policy: PolicyConfiguration, theta: [Double]?, request: Request,
    workers: Workers, progress: (@Sendable () -> Void)? = nil
  ) async throws {
    let shape = Policy<Double>(family: family, configuration: policy)
    let sampling = try EstimatorSampling(
      family: family, policy: shape,
      theta: theta
        ?? shape.initialParameters(
          seed: request.seed, initialStandardDeviation: policy.initialStandardDeviation),
      request: request)
    let all = MetaGradientEstimator.allCases
    let reference: [Double]
    var referenceVariance = 0.0
    var sampled = EstimatorSampling.Estimates()
    if let exact = sampling.exactMetaGradient() {
      (reference, isExact) = (exact, true)
    } else {
      sampled = try await sampling.estimates(
        batches: request.referenceBatches, rollouts: request.referenceRollouts,
        firstIteration: EstimatorSampling.referenceIteration, estimators: [.dice],
        workers: workers, progress: progress)
      let parts = sampled.gradients.map { $0[0] }
      let moments = VectorMoments(parts)
      (reference, isExact) = (moments.mean, false)
      referenceVariance = moments.variance / Double(parts.count)
    }
    let estimates = try await sampling.estimates(
      batches: request.batches, rollouts: request.rolloutsPerTask, firstIteration: 0,
      estimators: all, workers: workers, progress: progress)
    episodes = sampled.episodes + estimates.episodes
    divergedEpisodes = sampled.diverged + estimates.diverged
    let norm = max(dot(reference, reference).squareRoot(), 1e-300)
    rows = all.enumerated().map { index, estimator in
      let parts = estimates.gradients.map { $0[index] }
      let moments = VectorMoments(parts)
      let difference = zip(moments.mean, reference).map { $0 - $1 }
      let noise = moments.variance / Double(parts.count) + referenceVariance
      return Row(
        estimator: estimator,
        cosine: mean(
          of: parts.map { part in
            dot(part, reference) / max(dot(part, part).squareRoot() * norm, 1e-300)
          }),
        relativeBias: max(0, dot(difference, difference) - noise).squareRoot() / norm,
        biasNoise: noise.squareRoot() / norm,
        relativeDeviation: moments.variance.squareRoot() / norm,
        milliseconds: 1000 * mean(of: estimates.seconds.map { $0[index] }))
    }
  }
}

/// The mean of vectors and the trace of their sample covariance.
private struct VectorMoments {
  let mean: [Double]
  let variance: Double

  init(_ vectors: [[Double]]) {
    var sum = [Double](repeating: 0, count: vectors[0].count)
    for vector in vectors { addScaled(&sum, 1, vector) }
    let mean = sum.map { $0 / Double(vectors.count) }
    var squares = 0.0
    for vector in vectors {
      for (x, m) in zip(vector, mean) { squares += (x - m) * (x - m) }
    }
    self.mean = mean
    variance = vectors.count > 1 ? squares / Double(vectors.count - 1) : 0
  }
}
