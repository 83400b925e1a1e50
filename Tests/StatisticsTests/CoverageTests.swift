import Statistics
import Testing

/// Whether 95 % intervals cover the truth in 93 to 97 % of 2,000 simulated experiments.
@Suite struct CoverageTests {
  private static let experiments = 2000
  private static let tasks = 40
  /// Fewer than in reports: the interval's own noise stays far below its width.
  private static let resamples = 1000

  private func coverage(
    truth: Double, interval: ([Double], Int) -> Interval?,
    draw: (inout SimulatedNumbers) -> [Double]
  ) -> Double {
    var random = SimulatedNumbers()
    var covered = 0
    for experiment in 0..<Self.experiments {
      let values = draw(&random)
      if interval(values, experiment)?.contains(truth) == true { covered += 1 }
    }
    return Double(covered) / Double(Self.experiments)
  }

  @Test(arguments: [2, 5, 40])
  func `Student intervals of means cover`(tasks: Int) {
    let share = coverage(truth: -3, interval: { values, _ in studentInterval(of: values) }) {
      $0.values(tasks, mean: -3, deviation: 2)
    }
    #expect(0.93...0.97 ~= share, "\(share)")
  }

  @Test(arguments: [(SummaryStatistic.mean, 40), (.mean, 10), (.interquartileMean, 40)])
  func `bootstrap intervals cover`(statistic: SummaryStatistic, tasks: Int) {
    let share = coverage(
      truth: -3,
      interval: { values, experiment in
        bootstrapInterval(
          of: values, statistic: statistic,
          options: BootstrapOptions(resamples: Self.resamples, seed: UInt64(experiment)))
      }
    ) { $0.values(tasks, mean: -3, deviation: 2) }
    #expect(0.93...0.97 ~= share, "\(share)")
  }

  @Test func `stratified bootstrap intervals cover where strata differ`() {
    let share = coverage(
      truth: -3,
      interval: { values, experiment in
        stratifiedBootstrapInterval(
          of: [Array(values[..<20]), Array(values[20...])],
          options: BootstrapOptions(resamples: Self.resamples, seed: UInt64(experiment)))
      }
    ) { $0.values(20, mean: -13, deviation: 2) + $0.values(20, mean: 7, deviation: 2) }
    #expect(0.93...0.97 ~= share, "\(share)")
  }

  /// Four strata that are far apart, drawn a few times each.
  @Test(arguments: [(5, 0.0), (8, 0), (12, 0.5), (20, 0.9)])
  func `intervals by stratum cover or are refused where draws of a kind are few`(
    draws: Int, given: Double
  ) {
    var random = SimulatedNumbers(seed: 3)
    var (covered, made) = (0, 0)
    for experiment in 0..<Self.experiments {
      var strata: [[Double]] = Array(repeating: [], count: 4)
      var truth = 0.0
      for noise in random.values(draws, mean: 0, deviation: 1) {
        let kind = random.index(below: 4)
        strata[kind].append(100 * Double(kind) + noise)
        truth += 100 * Double(kind) / Double(draws)
      }
      let interval = stratifiedBootstrapInterval(
        of: strata, options: BootstrapOptions(resamples: 400, seed: UInt64(experiment)))
      guard let interval else { continue }
      made += 1
      if interval.contains(truth) { covered += 1 }
    }
    #expect(Double(made) >= given * Double(Self.experiments), "\(made)")
    let share = Double(covered) / Double(max(made, 1))
    #expect(made < 100 || 0.93...0.97 ~= share, "\(share) of \(made)")
  }

  @Test(arguments: [(0.5, 40), (0.95, 40), (0.99, 10), (0.02, 20)])
  func `intervals of proportions cover at least as often as they say`(
    probability: Double, count: Int
  ) {
    var random = SimulatedNumbers(seed: 5)
    var covered = 0
    for _ in 0..<Self.experiments {
      let successes = (0..<count).count { _ in random.uniform() < probability }
      let interval = proportionInterval(successes: Double(successes), of: count)
      if interval.contains(probability) { covered += 1 }
    }
    #expect(Double(covered) / Double(Self.experiments) > 0.945)
  }

  @Test func `intervals of paired gains cover`() {
    let share = coverage(truth: 1.5, interval: { values, _ in studentInterval(of: values) }) {
      let before = $0.values(Self.tasks, mean: -10, deviation: 5)
      let gains = $0.values(Self.tasks, mean: 1.5, deviation: 1)
      return zip(before, gains).map { ($0 + $1) - $0 }
    }
    #expect(0.93...0.97 ~= share, "\(share)")
  }
}
