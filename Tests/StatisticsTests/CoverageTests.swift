import Foundation
import Statistics
import Testing

/// Whether 95 % intervals cover the truth in 93 to 97 % of 2,000 simulated experiments.
@Suite struct CoverageTests {
  private static let experiments = 2000
  private static let tasks = 40
  /// Fewer than in reports: the interval's own noise stays far below its width.
  private static let resamples = 1000

  private func coverage(
    truth: Double, interval: ([Double], Int) -> Interval?, draw: (inout Normal) -> [Double]
  ) -> Double {
    var random = Normal()
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

  @Test func `stratified bootstrap intervals cover where kinds differ`() {
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

  /// How much runs and tasks differ; few runs that hardly differ are what trainings look like.
  @Test(arguments: [
    (10, 20, 1, 1.5, 0.3), (3, 40, 0.2, 2, 0.5), (5, 40, 1, 2, 0.5), (10, 40, 3, 1, 0.5),
  ])
  func `hierarchical intervals cover when runs share their tasks`(
    _ runs: Int, _ tasks: Int, ofRuns: Double, ofTasks: Double, rest: Double
  ) {
    let share = coverage(
      truth: 2,
      interval: { values, experiment in
        hierarchicalBootstrapInterval(
          of: stride(from: 0, to: values.count, by: tasks).map { Array(values[$0..<$0 + tasks]) },
          options: BootstrapOptions(resamples: 300, seed: UInt64(experiment)))
      }
    ) { random in
      let effects = random.values(runs, mean: 2, deviation: ofRuns)
      let difficulties = random.values(tasks, mean: 0, deviation: ofTasks)
      return effects.flatMap { effect in
        zip(difficulties, random.values(tasks, mean: effect, deviation: rest)).map { $0 + $1 }
      }
    }
    #expect(0.93...0.97 ~= share, "\(share)")
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

/// Normal numbers by Box and Muller from a fixed sequence (splitmix64).
private struct Normal {
  private var state: UInt64 = 42

  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
  }

  mutating func values(_ count: Int, mean: Double, deviation: Double) -> [Double] {
    (0..<count).map { _ in
      let radius = (-2 * log(1 - uniform())).squareRoot()
      return mean + deviation * radius * cos(2 * .pi * uniform())
    }
  }
}
