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
/// - Returns: [N]; zeros where all advantages are equal.
public func normalized(_ advantages: [Double]) -> [Double] {
  guard !advantages.isEmpty else { return [] }
  let count = Double(advantages.count)
  let mean = advantages.reduce(0, +) / count
  let variance = advantages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let scale = 1 / (variance.squareRoot() + 1e-8)
  return advantages.map { ($0 - mean) * scale }
}

/// One task's advantages and how well the baseline explained its returns.
public struct AdvantageEstimate: Sendable {
  /// Normalized advantages, [N].
  public let advantages: [Double]
  /// 1 − Var(R − V) / Var(R); 0 where returns do not vary.
  public let explainedVariance: Double

  /// Fits the baseline to the batch's own returns and estimates its advantages.
  ///
  /// - Throws: `StatisticsError` when the least squares have no finite solution.
  public init(
    batch: TrajectoryBatch, observationSize: Int, configuration: AdvantageConfiguration
  ) throws(StatisticsError) {
    let targets = returnsToGo(
      rewards: batch.rewards, lengths: batch.lengths, discount: configuration.discount)
    let features = LinearFeatureBaseline.features(of: batch, observationSize: observationSize)
    let baseline = try LinearFeatureBaseline(
      features: features, returnsToGo: targets, ridge: configuration.baselineRidge)
    let values = baseline.values(features: features)
    advantages = normalized(
      generalizedAdvantages(
        rewards: batch.rewards, values: values, lengths: batch.lengths,
        discount: configuration.discount, gaeLambda: configuration.gaeLambda))
    explainedVariance = Self.explainedVariance(targets: targets, values: values)
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
