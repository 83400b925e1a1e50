import DenseMath

/// Where the randomness of one task's rollouts lives.
public struct RolloutAddress: Sendable, Hashable {
  /// What the rollouts are for; evaluations never share numbers with training.
  public enum Use: Sendable, Hashable {
    /// Meta-training.
    case training
    /// Evaluation, validation, replay.
    case evaluation
  }

  /// The user's number.
  public var seed: UInt64
  /// What the rollouts are for.
  public var use: Use
  /// Meta-iteration; in evaluations a number that distinguishes those of one seed.
  public var iteration: Int
  /// Adaptation steps taken before these rollouts.
  public var batch: Int
  /// Index of the task in its meta-batch or split.
  public var task: Int

  /// An address.
  public init(seed: UInt64, use: Use, iteration: Int = 0, batch: Int = 0, task: Int) {
    self.seed = seed
    self.use = use
    self.iteration = iteration
    self.batch = batch
    self.task = task
  }

  /// The key of start states, and of what is random inside an environment: payoffs, transitions.
  ///
  /// Every batch has its own, in evaluations too: a policy that met the luck again that it has
  /// adapted to would be judged on its training data.
  public var resetKey: RandomKey {
    RandomKey(
      seed: seed, purpose: use == .training ? .reset : .evaluationReset, iteration: iteration,
      batch: batch)
  }

  /// The key of action noise.
  public var noiseKey: RandomKey {
    RandomKey(
      seed: seed, purpose: use == .training ? .actionNoise : .evaluationNoise,
      iteration: iteration, batch: batch)
  }
}
