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
  /// Meta-iteration; in evaluations a number that tells those of one seed apart.
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

extension RolloutAddress {
  /// Draws the noise that a policy's actions are sampled with.
  ///
  /// Normal numbers for continuous actions; for discrete ones uniform numbers on [0, 1).
  ///
  /// - Parameters:
  ///   - noise: overwritten, [steps, episodes, action width].
  ///   - actionSpace: the policy's.
  ///   - firstEpisode: index of the first of the episodes.
  ///   - episodes: how many.
  ///   - steps: control steps, from 0.
  public func drawActionNoise(
    into noise: inout [Float], actionSpace: ActionSpace, firstEpisode: Int = 0, episodes: Int,
    steps: Int
  ) {
    switch actionSpace {
    case .continuous(let size):
      Noise.fillNormals(
        &noise, key: noiseKey, task: task, firstEpisode: firstEpisode, episodes: episodes,
        steps: steps, width: size)
    case .discrete:
      noise = []
      noise.reserveCapacity(steps * episodes)
      for step in 0..<steps {
        for episode in firstEpisode..<firstEpisode + episodes {
          var stream = RandomStream(key: noiseKey, task: task, episode: episode, step: step)
          // 24 bits: exact in single precision and below 1.
          noise.append(Float(stream.next() >> 40) * 0x1p-24)
        }
      }
    }
  }
}
