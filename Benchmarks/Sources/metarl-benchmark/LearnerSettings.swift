import ArgumentParser
import Environments
import Experiments
import Files
import Foundation
import MetaLearning

/// A learner as the flags describe it.
struct LearnerSettings: ParsableArguments {
  // The peer's walker acts in metres.
  @Option(help: "The task family.") var family = "navigation-2d@pytorch-maml-rl"
  @Option(help: "Control steps of an episode; the family's own without it.") var horizon: Int?
  @Option(help: "Widths of the hidden layers.") var hidden = "100,100"
  @Option(help: "tanh or relu.") var activation = "tanh"
  @Option(help: "Tasks a meta-iteration.") var metaBatchSize = 20
  @Option(help: "Episodes a task.") var rolloutsPerTask = 20
  @Option(help: "Inner steps.") var adaptationSteps = 1
  @Option(help: "Inner learning rate.") var innerLearningRate = 0.1
  @Option(help: "Threads; 0 takes all processors.") var workers = 0
  @Option(help: "Seed.") var seed: UInt64 = 1

  /// The learner's numbers.
  var configuration: LearnerConfiguration {
    var configuration = LearnerConfiguration()
    configuration.policy.hidden = hidden.split(separator: ",").compactMap { Int($0) }
    configuration.policy.activation = activation == "relu" ? .relu : .tanh
    configuration.sampling.metaBatchSize = metaBatchSize
    configuration.sampling.rolloutsPerTask = rolloutsPerTask
    configuration.adaptation.steps = adaptationSteps
    configuration.adaptation.innerLearningRate = innerLearningRate
    // The peer's mathematics.
    configuration.adaptation.estimator = .logLikelihood
    configuration.advantages.gaeLambda = 1
    return configuration
  }

  /// As many as the flag says, or as there are processors.
  var workerCount: Int {
    workers > 0 ? workers : ProcessInfo.processInfo.activeProcessorCount
  }

  /// A learner at its start.
  func makeLearner() throws -> MetaLearner<Float> {
    MetaLearner<Float>(
      configuration: configuration, family: try makeFamily(), seed: seed,
      workers: Workers(count: workerCount))
  }

  /// The family, with another horizon where the flag asks for one.
  func makeFamily() throws -> DefinedTaskFamily {
    let catalog = try FamilyCatalog(withBuiltIn: [])
    guard let horizon else { return try catalog.family(named: family) }
    let parts = family.split(separator: "@")
    let folder = try FamilyCatalog.builtInFolder()
    let bytes = try FileSystem.contents(of: "\(folder)/\(parts[0]).yaml")
    let text = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("horizon:") ? "horizon: \(horizon)" : $0 }
      .joined(separator: "\n")
    return DefinedTaskFamily(
      try FamilyDefinition(
        text: text, origin: family, folder: folder,
        preset: parts.count > 1 ? String(parts[1]) : nil))
  }
}
