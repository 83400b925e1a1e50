import MetaLearning
import Statistics
import TestSupport
import Testing

@Suite("Advantages")
struct AdvantageEstimationTests {
  static let lengths = [1, 4, 2, 7]
  private let rewards: [Double]
  private let values: [Double]

  init() {
    var generator = SeededGenerator(seed: 41)
    rewards = generator.numbers(14)
    values = generator.numbers(14)
  }

  private func expectClose(_ found: [Double], _ expected: [Double]) {
    let closeness = Closeness(found, expected, absolute: 1e-13)
    #expect(closeness.isWithin, "\(closeness)")
  }

  @Test(
    "Returns-to-go are discounted sums to each episode's own end", arguments: [0, 0.5, 0.99, 1])
  func returns(discount: Double) {
    var expected: [Double] = []
    var start = 0
    for length in Self.lengths {
      for t in 0..<length {
        var (sum, weight) = (0.0, 1.0)
        for later in t..<length {
          sum += weight * rewards[start + later]
          weight *= discount
        }
        expected.append(sum)
      }
      start += length
    }
    expectClose(
      returnsToGo(rewards: rewards, lengths: Self.lengths, discount: discount), expected)
  }

  @Test("With λ = 1 the advantage is the return minus the baseline", arguments: [0.9, 1])
  func lambdaOne(discount: Double) {
    let returns = returnsToGo(rewards: rewards, lengths: Self.lengths, discount: discount)
    expectClose(
      generalizedAdvantages(
        rewards: rewards, values: values, lengths: Self.lengths, discount: discount,
        gaeLambda: 1),
      zip(returns, values).map { $0 - $1 })
  }

  @Test("With λ = 0 it is the one-step error, with the value 0 behind the end")
  func lambdaZero() {
    var expected: [Double] = []
    var start = 0
    for length in Self.lengths {
      for t in start..<(start + length) {
        expected.append(
          rewards[t] + (t + 1 < start + length ? 0.9 * values[t + 1] : 0) - values[t])
      }
      start += length
    }
    expectClose(
      generalizedAdvantages(
        rewards: rewards, values: values, lengths: Self.lengths, discount: 0.9, gaeLambda: 0),
      expected)
  }

  @Test("With γ = 0 only the reward and the baseline count, for every λ", arguments: [0, 0.5, 1])
  func discountZero(lambda: Double) {
    expectClose(
      generalizedAdvantages(
        rewards: rewards, values: values, lengths: Self.lengths, discount: 0, gaeLambda: lambda),
      zip(rewards, values).map { $0 - $1 })
  }

  @Test("In between it is the sum of (γλ)^k δ")
  func weightedSum() {
    let deltas = generalizedAdvantages(
      rewards: rewards, values: values, lengths: Self.lengths, discount: 0.9, gaeLambda: 0)
    expectClose(
      generalizedAdvantages(
        rewards: rewards, values: values, lengths: Self.lengths, discount: 0.9, gaeLambda: 0.7),
      returnsToGo(rewards: deltas, lengths: Self.lengths, discount: 0.9 * 0.7))
  }

  @Test("Normalized advantages have mean 0 and standard deviation, not variance, 1")
  func normalization() {
    let found = normalized(rewards.map { 10 * $0 + 3 })
    let mean = found.reduce(0, +) / 14
    let variance = found.reduce(0) { $0 + $1 * $1 } / 14
    #expect(Closeness(mean, 0, absolute: 1e-13).isWithin)
    #expect(Closeness(variance, 1, absolute: 1e-7).isWithin)
    // Dividing by the variance would shrink them tenfold.
    let closeness = Closeness(found, normalized(rewards), absolute: 1e-6)
    #expect(closeness.isWithin, "\(closeness)")
    #expect(normalized([2, 2, 2]) == [0, 0, 0])
    #expect(normalized([]) == [])
    #expect(normalized([7]) == [0])
  }

  @Test("Advantages are normalized over the task, so that good episodes stay better than bad ones")
  func normalizedPerTask() throws {
    // Episode 1 is better than episode 0 in every step; features cannot tell them apart.
    let batch = TrajectoryBatch(
      lengths: [5, 5], observations: Array(repeating: 0, count: 10),
      actions: Array(repeating: 0, count: 10),
      rewards: Array(repeating: -1, count: 5) + Array(repeating: 1, count: 5),
      terminated: [false, false])
    let estimate = try AdvantageEstimate(
      batch: batch, observationSize: 1, configuration: AdvantageConfiguration())
    #expect(estimate.advantages.prefix(5).allSatisfy { $0 < -0.1 })
    #expect(estimate.advantages.suffix(5).allSatisfy { $0 > 0.1 })
    let mean = estimate.advantages.reduce(0, +) / 10
    #expect(Closeness(mean, 0, absolute: 1e-12).isWithin)
  }

  @Test("A baseline that can say the returns explains all of their variance")
  func explainedVariance() throws {
    // γ = 0: the return is the reward, here linear in the observation and the time.
    var generator = SeededGenerator(seed: 42)
    let observations = generator.numbers(30, limit: 3)
    let rewards = (0..<30).map { (i: Int) -> Double in
      2 * observations[i] - 0.5 * Double(i % 10) + 1
    }
    var configuration = AdvantageConfiguration()
    configuration.discount = 0
    func explained(_ rewards: [Double]) throws -> Double {
      try AdvantageEstimate(
        batch: TrajectoryBatch(
          lengths: [10, 10, 10], observations: observations, actions: [], rewards: rewards,
          terminated: [false, false, false]),
        observationSize: 1, configuration: configuration
      ).explainedVariance
    }
    #expect(try explained(rewards) > 0.999)
    #expect(try explained(generator.numbers(30)) < 0.6)
    #expect(try explained(Array(repeating: 1, count: 30)) == 0)
  }
}

@Suite("Linear feature baseline")
struct LinearFeatureBaselineTests {
  private let batch: TrajectoryBatch
  private let targets: [Double]

  init() {
    var generator = SeededGenerator(seed: 43)
    batch = TrajectoryBatch(
      lengths: [3, 9], observations: generator.numbers(24, limit: 2), actions: [],
      rewards: generator.numbers(12), terminated: [true, false])
    targets = generator.numbers(12)
  }

  @Test("Features are the observation clipped to ±10, its square, three powers of t/100, and 1")
  func features() {
    let batch = TrajectoryBatch(
      lengths: [1, 2], observations: [1, -2, 30, 4, -50, 0.5], actions: [], rewards: [0, 0, 0],
      terminated: [false, false])
    let expected: [Double] = [
      1, -2, 1, 4, 0, 0, 0, 1,
      10, 4, 100, 16, 0, 0, 0, 1,
      -10, 0.5, 100, 0.25, 0.01, 0.0001, 0.000001, 1,
    ]
    let found = LinearFeatureBaseline.features(of: batch, observationSize: 2)
    #expect(Closeness(found, expected, absolute: 1e-15).isWithin)
  }

  @Test("The weights solve the ridge's normal equations", arguments: [1e-5, 0.1, 10])
  func normalEquations(ridge: Double) throws {
    let features = LinearFeatureBaseline.features(of: batch, observationSize: 2)
    let baseline = try LinearFeatureBaseline(
      features: features, returnsToGo: targets, ridge: ridge)
    #expect(baseline.ridge == ridge)
    let residual = zip(targets, baseline.values(features: features)).map { $0 - $1 }
    // Xᵀ(y − Xw) = ridge · w.
    var left = [Double](repeating: 0, count: 8)
    for row in 0..<12 {
      for i in 0..<8 { left[i] += features[row * 8 + i] * residual[row] }
    }
    let closeness = Closeness(left, baseline.weights.map { ridge * $0 }, absolute: 1e-9)
    #expect(closeness.isWithin, "\(closeness)")
  }

  @Test("Observations that are not finite are an error, not a silent zero")
  func notFinite() {
    let features = LinearFeatureBaseline.features(
      of: TrajectoryBatch(
        lengths: [2], observations: [.nan, 1], actions: [], rewards: [0, 0], terminated: [false]),
      observationSize: 1)
    #expect(throws: StatisticsError.self) {
      try LinearFeatureBaseline(features: features, returnsToGo: [1, 2], ridge: 1e-5)
    }
  }
}
