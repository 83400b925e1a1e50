/// What random numbers are drawn for; numbers of different purposes are independent.
///
/// The raw values are part of the promise that a seed reproduces a run: never reuse one.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
  /// Initial network parameters.
  case initialization = 1
  /// Tasks of the split `train`.
  case trainTasks = 2
  /// Tasks of the split `held_out`.
  case heldOutTasks = 3
  /// Tasks of the split `shifted`.
  case shiftedTasks = 4
  /// Tasks of the split `validation`.
  case validationTasks = 5
  /// Start states of episodes.
  case reset = 6
  /// Noise of sampled actions.
  case actionNoise = 7
  /// Randomness inside an environment's step (bandit rewards, transitions).
  case environmentNoise = 8
  /// Resampling in statistics.
  case resampling = 9
  /// Data made for checks and tests.
  case check = 10
  /// Start states of episodes in evaluations and replays.
  case evaluationReset = 11
  /// Noise of sampled actions in evaluations and replays.
  case evaluationNoise = 12
  /// What generated classes of examples are made of.
  case generatedClasses = 21
}

/// The key of all random numbers of one batch: (seed, purpose, iteration, batch).
///
/// `batch` distinguishes the batches of one iteration: 0 for the rollouts of θ, k for those
/// of the policy after k adaptation steps.
public struct RandomKey: Sendable, Hashable {
  /// The two words of the Philox key.
  public let words: SIMD2<UInt32>

  /// Derives the key by one application of Philox to the address under the seed.
  ///
  /// - Parameters:
  ///   - seed: the user's number.
  ///   - purpose: what the numbers are for.
  ///   - iteration: meta-iteration, or 0.
  ///   - batch: number of adaptation steps before the rollouts, or 0.
  public init(seed: UInt64, purpose: RandomPurpose, iteration: Int = 0, batch: Int = 0) {
    let seedWords = SIMD2(
      UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let mixed = Philox.words(
      counter: SIMD4(purpose.rawValue, UInt32(iteration), UInt32(batch), 0x6D65_7461),
      key: seedWords)
    words = SIMD2(mixed.x, mixed.y)
  }
}

/// Random numbers at one address (key, task, episode, step): a value, never global.
///
/// Two streams at one address give the same numbers; streams at different addresses are
/// independent. One stream holds 2³² blocks of two 64-bit words.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private var counter: SIMD4<UInt32>
  private var spare: UInt64?

  /// The stream at an address.
  ///
  /// - Parameters:
  ///   - key: seed, purpose, iteration and batch.
  ///   - task: index of the task in its split or meta-batch.
  ///   - episode: index of the episode among the task's rollouts.
  ///   - step: control step.
  public init(key: RandomKey, task: Int = 0, episode: Int = 0, step: Int = 0) {
    self.key = key.words
    counter = SIMD4(0, UInt32(step), UInt32(episode), UInt32(task))
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if let value = spare {
      spare = nil
      return value
    }
    let block = Philox.words(counter: counter, key: key)
    counter.x &+= 1
    spare = UInt64(block.z) | UInt64(block.w) << 32
    return UInt64(block.x) | UInt64(block.y) << 32
  }

  /// A number uniform on [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number uniform on [lower, upper].
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A standard normal number, by the Box–Muller transform; two uniforms a number.
  public mutating func normal() -> Double {
    let radius = (-2 * logarithm(1 - uniform())).squareRoot()
    return radius * cosine(2 * .pi * uniform())
  }
}
