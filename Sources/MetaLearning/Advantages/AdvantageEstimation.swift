import Statistics

/// Discounted returns-to-go of packed episodes: R_t = r_t + γ R_{t+1}, R = 0 behind the end.
///
/// - Parameters:
///   - rewards: [N], episode by episode.
///   - lengths: [E].
///   - discount: γ in [0, 1].
/// - Returns: [N].
public func returnsToGo(rewards: [Double], lengths: [Int], discount: Double) -> [Double] {
  var result = rewards
  var end = 0
  for length in lengths {
    end += length
    for t in stride(from: end - 2, through: end - length, by: -1) {
      result[t] = rewards[t] + discount * result[t + 1]
    }
  }
  return result
}

/// Generalized advantages of packed episodes, not normalized:
/// Â_t = δ_t + γλ Â_{t+1}, δ_t = r_t + γ V_{t+1} − V_t.
///
/// The value behind the last step is 0, also where the horizon cut the episode off: the
/// finite-horizon problem that the baseline's time features stand for.
/// Source: Schulman et al. 2016, arXiv:1506.02438, eq. 16.
///
/// - Parameters:
///   - rewards: [N], episode by episode.
///   - values: V, [N].
///   - lengths: [E].
///   - discount: γ in [0, 1].
///   - gaeLambda: λ in [0, 1].
/// - Returns: [N].
public func generalizedAdvantages(
  rewards: [Double], values: [Double], lengths: [Int], discount: Double, gaeLambda: Double
) -> [Double] {
  precondition(values.count == rewards.count, "values: \(values.count), N = \(rewards.count)")
  var result = rewards
  var end = 0
  for length in lengths {
    end += length
    var (nextValue, nextAdvantage) = (0.0, 0.0)
    for t in stride(from: end - 1, through: end - length, by: -1) {
      nextAdvantage =
        rewards[t] + discount * nextValue - values[t] + discount * gaeLambda * nextAdvantage
      nextValue = values[t]
      result[t] = nextAdvantage
    }
  }
  return result
}

/// Advantages minus their mean, over their population standard deviation + 10⁻⁸, across all
/// steps of a task together.
///
/// - Parameter advantages: [N].
/// - Returns: [N]; zeros where all advantages are equal up to rounding, which is nothing to learn
///   from.
public func normalized(_ advantages: [Double]) -> [Double] {
  guard !advantages.isEmpty else { return [] }
  let count = Double(advantages.count)
  let mean = advantages.reduce(0, +) / count
  let variance = advantages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let largest = advantages.reduce(0) { max($0, abs($1)) }
  guard variance.squareRoot() > 1e-14 * largest else { return advantages.map { _ in 0 } }
  let scale = 1 / (variance.squareRoot() + 1e-8)
  return advantages.map { ($0 - mean) * scale }
}

/// One task's advantages and how well the baseline explained its returns.
public struct AdvantageEstimate: Sendable {
  /// Normalized advantages, [N].
  public let advantages: [Double]
  /// 1 − Var(R − V) / Var(R) on the episodes that the baseline was fitted to; 0 where returns do
  /// not vary.
  public let explainedVariance: Double

  /// Fits the baseline to the batch's own returns and estimates its advantages.
  ///
  /// Episodes that diverged take no part in the fit where others are sound: the baseline stands
  /// for what a sound episode gets, with the weights that the sound ones alone give, and the cost
  /// of diverging (`DivergenceCost`) is the broken ones' own disadvantage.
  ///
  /// Where every episode has the same rewards at the same times, no action was better than
  /// another: advantages are then zero, not what the baseline happens to miss by.
  ///
  /// - Throws: `StatisticsError` when the least squares have no finite solution.
  public init(
    batch: TrajectoryBatch, observationSize: Int, configuration: AdvantageConfiguration
  ) throws(StatisticsError) {
    let rewards = batch.chargedRewards
    let targets = returnsToGo(
      rewards: rewards, lengths: batch.lengths, discount: configuration.discount)
    let features = LinearFeatureBaseline.features(of: batch, observationSize: observationSize)
    let sound = Self.soundRows(batch)
    let fitted = Self.rows(sound, of: targets)
    let baseline = try LinearFeatureBaseline(
      features: Self.rows(sound, of: features, width: 2 * observationSize + 4),
      returnsToGo: fitted, ridge: configuration.baselineRidge)
    let values = baseline.values(features: features)
    advantages =
      Self.episodesAreAlike(rewards, lengths: batch.lengths)
      ? rewards.map { _ in 0 }
      : normalized(
        generalizedAdvantages(
          rewards: rewards, values: values, lengths: batch.lengths,
          discount: configuration.discount, gaeLambda: configuration.gaeLambda))
    explainedVariance = Self.explainedVariance(
      targets: fitted, values: Self.rows(sound, of: values))
  }

  /// Whether there are several episodes, and all have the rewards of the first.
  private static func episodesAreAlike(_ rewards: [Double], lengths: [Int]) -> Bool {
    guard let length = lengths.first, lengths.count > 1, lengths.allSatisfy({ $0 == length })
    else { return false }
    return rewards.indices.allSatisfy { rewards[$0] == rewards[$0 % length] }
  }

  /// The rows of sound episodes; nil, for all rows, where every episode is sound or none is.
  private static func soundRows(_ batch: TrajectoryBatch) -> [Range<Int>]? {
    guard (1..<max(batch.lengths.count, 1)).contains(batch.divergedCount) else { return nil }
    var (ranges, start): ([Range<Int>], Int) = ([], 0)
    for (length, diverged) in zip(batch.lengths, batch.diverged) {
      if !diverged { ranges.append(start..<(start + length)) }
      start += length
    }
    return ranges
  }

  /// The given rows of [N, W]; all of them for nil.
  private static func rows(
    _ ranges: [Range<Int>]?, of values: [Double], width: Int = 1
  ) -> [Double] {
    guard let ranges else { return values }
    return ranges.flatMap { values[($0.lowerBound * width)..<($0.upperBound * width)] }
  }

  private static func explainedVariance(targets: [Double], values: [Double]) -> Double {
    let count = Double(max(targets.count, 1))
    func variance(_ numbers: [Double]) -> Double {
      let mean = numbers.reduce(0, +) / count
      return numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    }
    let total = variance(targets)
    guard total > 0 else { return 0 }
    return 1 - variance(zip(targets, values).map { $0 - $1 }) / total
  }
}
