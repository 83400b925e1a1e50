import ArgumentParser
import Foundation
import MetaLearning

/// Times meta-iterations of a family, phase by phase, and prints one JSON line.
struct IterationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "iteration",
    abstract: "Time meta-iterations phase by phase; one JSON line on standard output.")

  @OptionGroup var settings: LearnerSettings
  @Option(help: "Timed iterations.") var iterations = 20
  @Option(help: "Iterations before timing starts.") var warmUp = 2
  @Flag(help: "Print every iteration on standard error.") var verbose = false

  func run() async throws {
    let start = ContinuousClock.now
    let learner = try settings.makeLearner()
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
      ("peak_memory", Double(peakMemory)),
    ]
    print("{" + result.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
  }
}
