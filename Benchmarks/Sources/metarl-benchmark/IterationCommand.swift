import ArgumentParser
import DenseMath
import Environments
import Foundation
import MetaLearning

/// Times meta-iterations of a family, phase by phase, and prints one JSON line.
struct IterationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "iteration",
    abstract: "Time meta-iterations phase by phase; one JSON line on standard output.")

  @Option(help: "The task family.") var family = "navigation-2d"
  @Option(help: "Widths of the hidden layers.") var hidden = "100,100"
  @Option(help: "tanh or relu.") var activation = "tanh"
  @Option(help: "Tasks a meta-iteration.") var metaBatchSize = 20
  @Option(help: "Episodes a task.") var rolloutsPerTask = 20
  @Option(help: "Inner steps.") var adaptationSteps = 1
  @Option(help: "Inner learning rate.") var innerLearningRate = 0.1
  @Option(help: "Threads; 0 takes all processors.") var workers = 0
  @Option(help: "Timed iterations.") var iterations = 20
  @Option(help: "Iterations before timing starts.") var warmUp = 2
  @Option(help: "Seed.") var seed: UInt64 = 1
  @Flag(help: "Print every iteration on standard error.") var verbose = false

  func run() async throws {
    let start = ContinuousClock.now
    var configuration = LearnerConfiguration()
    configuration.policy.hidden = hidden.split(separator: ",").compactMap { Int($0) }
    configuration.policy.activation = activation == "relu" ? .relu : .tanh
    configuration.sampling.metaBatchSize = metaBatchSize
    configuration.sampling.rolloutsPerTask = rolloutsPerTask
    configuration.adaptation.steps = adaptationSteps
    configuration.adaptation.innerLearningRate = innerLearningRate
    let family = try FamilyCatalog(withBuiltIn: []).family(named: family)
    let count = workers > 0 ? workers : ProcessInfo.processInfo.activeProcessorCount
    let learner = MetaLearner<Float>(
      configuration: configuration, family: family, seed: seed, workers: Workers(count: count))
    var reports: [IterationReport] = []
    var first = 0.0
    for index in 0..<(warmUp + iterations) {
      let report = try await learner.iterate()
      if index == 0 { first = start.duration(to: .now).seconds }
      if index >= warmUp { reports.append(report) }
      if verbose {
        let line = String(
          format: "%4d before %8.3f after %8.3f kl %.5f candidates %d std %.3f  %.3f s",
          report.iteration, report.returnBefore, report.returnAfter, report.kl ?? 0,
          report.candidates, report.standardDeviation ?? 0, report.seconds)
        FileHandle.standardError.write(Data((line + "\n").utf8))
      }
    }
    let steps = reports.map { Double($0.environmentSteps.total) }
    let sampling = reports.map(\.secondsSampling)
    let result: [(String, Double)] = [
      ("seconds", median(reports.map(\.seconds))),
      ("seconds_min", reports.map(\.seconds).min() ?? 0),
      ("seconds_max", reports.map(\.seconds).max() ?? 0),
      ("seconds_sampling", median(sampling)),
      ("seconds_adaptation", median(reports.map(\.secondsAdaptation))),
      ("seconds_outer", median(reports.map(\.secondsOuter))),
      ("steps_per_second_sampling", median(zip(steps, sampling).map { $0 / $1 })),
      ("candidates", reports.map { Double($0.candidates) }.reduce(0, +) / Double(iterations)),
      ("first_iteration_after_start", first),
    ]
    print("{" + result.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
  }
}
