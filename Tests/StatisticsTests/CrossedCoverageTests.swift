import Foundation
import Testing

@testable import Statistics

/// Simulated experiments with runs and tasks that spread by known amounts: whether 95 % intervals
/// over both cover the truth, and tests at 5 % reject what is true no more often than that.
@Suite struct CrossedCoverageTests {
  /// Experiments at each point of the whole plane: of the variable SIMULATIONS; nil leaves the
  /// long test out.
  private static let simulations =
    ProcessInfo.processInfo.environment["SIMULATIONS"].flatMap(Int.init)

  /// Runs, tasks, and the deviations of runs, tasks and what is left.
  @Test(arguments: [
    (3, 10, 1, 1, 0.3), (3, 40, 1, 1, 0.3), (3, 100, 1, 1, 0.3), (3, 250, 1, 1, 0.3),
    (5, 40, 1, 3, 0.5), (10, 40, 1, 2, 0.5), (3, 40, 0.2, 2, 0.5), (5, 20, 0, 0, 1),
  ])
  func `intervals of means cover`(
    _ runs: Int, _ tasks: Int, ofRuns: Double, ofTasks: Double, rest: Double
  ) {
    var random = SimulatedNumbers()
    let experiments = 1500
    var covered = (mean: 0, interquartile: 0)
    for _ in 0..<experiments {
      let difficulties = random.values(tasks, mean: 2, deviation: ofTasks)
      let values = Self.policy(&random, runs, ofRuns, rest, difficulties)
      if CrossedMean(of: values).interval().contains(2) { covered.mean += 1 }
      if CrossedMean.interquartile(of: values).interval().contains(2) {
        covered.interquartile += 1
      }
    }
    for count in [covered.mean, covered.interquartile] {
      let share = Double(count) / Double(experiments)
      #expect(0.93...0.98 ~= share, "\(share)")
    }
  }

  /// Four policies of one population are told apart in 5 % of experiments, not in 86 %.
  @Test(arguments: [(3, 3, 40), (5, 5, 20), (3, 10, 40)])
  func `policies that differ by their seeds alone are rarely told apart`(
    _ runs: Int, _ others: Int, tasks: Int
  ) {
    var random = SimulatedNumbers(seed: 7)
    let experiments = 1500
    var rejected = 0
    for _ in 0..<experiments {
      let difficulties = random.values(tasks, mean: 0, deviation: 3)
      let first = Self.policy(&random, runs, 1, 0.5, difficulties)
      let second = Self.policy(&random, others, 1, 0.5, difficulties)
      if (CrossedMean(of: first, minus: second).pValue() ?? 1) < 0.05 { rejected += 1 }
    }
    let share = Double(rejected) / Double(experiments)
    #expect(0.02...0.07 ~= share, "\(share)")
  }

  @Test func `intervals by stratum cover where draws of a kind are few`() {
    var random = SimulatedNumbers(seed: 9)
    let experiments = 1500
    var covered = 0
    for _ in 0..<experiments {
      var strata: [[Int]] = Array(repeating: [], count: 4)
      for draw in 0..<12 { strata[random.index(below: 4)].append(draw) }
      strata.removeAll(where: \.isEmpty)
      var difficulties = random.values(12, mean: 0, deviation: 1)
      var truth = 0.0
      for (kind, draws) in strata.enumerated() {
        for draw in draws {
          difficulties[draw] += 50 * Double(kind)
          truth += 50 * Double(kind) / 12
        }
      }
      let values = Self.policy(&random, 5, 0.2, 0.5, difficulties)
      if CrossedMean(of: values, strata: strata).interval().contains(truth) { covered += 1 }
    }
    let share = Double(covered) / Double(experiments)
    #expect(0.93...0.985 ~= share, "\(share)")
  }

  /// Shares of the variance of the mean that are of runs, tasks and what is left, in steps of an
  /// eighth, and near the corners.
  private static var plane: [(runs: Double, tasks: Double, rest: Double)] {
    var shares: [(runs: Double, tasks: Double, rest: Double)] = [
      (0.95, 0.05, 0), (0.05, 0.95, 0), (0.05, 0, 0.95), (0, 0.05, 0.95),
    ]
    for runs in 0...8 {
      for tasks in 0...(8 - runs) {
        shares.append((Double(runs) / 8, Double(tasks) / 8, Double(8 - runs - tasks) / 8))
      }
    }
    return shares
  }

  /// The lowest and the highest coverage over the plane.
  private static func coverage(
    runs: Int, tasks: Int, experiments: Int
  ) -> (lowest: Double, highest: Double) {
    var random = SimulatedNumbers(seed: UInt64(1000 * runs + tasks))
    let shares = plane.map { share in
      var covered = 0
      for _ in 0..<experiments {
        // Of normal values the mean squares are independent of each other and of the mean.
        let residual = share.rest * random.meanSquare((runs - 1) * (tasks - 1))
        let ofRuns = (share.runs + share.rest) * random.meanSquare(runs - 1)
        let ofTasks = (share.tasks + share.rest) * random.meanSquare(tasks - 1)
        let parts = CrossedMean.parts(
          runs: [
            RunMeanSquares(
              runs: ofRuns, degreesOfFreedom: Double(runs - 1), residual: residual)
          ], tasks: ofTasks, degreesOfFreedom: Double(tasks - 1))
        let estimate = CrossedMean(mean: random.values(1, mean: 0, deviation: 1)[0], parts: parts)
        if estimate.interval().contains(0) { covered += 1 }
      }
      return Double(covered) / Double(experiments)
    }
    return (shares.min() ?? 0, shares.max() ?? 1)
  }

  @Test(
    .enabled(if: simulations != nil, "SIMULATIONS=20000 runs it"),
    arguments: [2, 3, 4, 5, 7, 10])
  func `intervals cover over the whole plane of spreads`(runs: Int) throws {
    let experiments = try #require(Self.simulations)
    // Four standard errors of a share of 0.95.
    let noise = 4 * (0.95 * 0.05 / Double(experiments)).squareRoot()
    for tasks in [2, 3, 4, 5, 7, 10, 20, 40, 100, 250] {
      let shares = Self.coverage(runs: runs, tasks: tasks, experiments: experiments)
      print("\(runs) runs, \(tasks) tasks: \(shares.lowest) to \(shares.highest)")
      let isScarce = min(runs, tasks) == 2
      #expect(shares.lowest > 0.935 - noise, "\(runs) × \(tasks)")
      #expect(shares.highest < (isScarce ? 0.99 : 0.975) + noise, "\(runs) × \(tasks)")
    }
  }

  @Test func `intervals cover at the corners of the plane`() {
    for (runs, tasks) in [(3, 40), (5, 5), (10, 3)] {
      let shares = Self.coverage(runs: runs, tasks: tasks, experiments: 1000)
      #expect(shares.lowest > 0.915 && shares.highest < 0.985, "\(runs) × \(tasks): \(shares)")
    }
  }

  /// Values of a policy's runs on tasks of given difficulties.
  private static func policy(
    _ random: inout SimulatedNumbers, _ runs: Int, _ ofRuns: Double, _ rest: Double,
    _ difficulties: [Double]
  ) -> [[Double]] {
    random.values(runs, mean: 0, deviation: ofRuns).map { effect in
      zip(difficulties, random.values(difficulties.count, mean: effect, deviation: rest))
        .map { $0 + $1 }
    }
  }
}
