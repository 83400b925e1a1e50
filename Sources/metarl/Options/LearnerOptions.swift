import ArgumentParser
import Experiments
import MetaLearning

/// The flags that override single values of the configuration, named as in the glossary.
struct LearnerOptions: ParsableArguments {
  @Option(help: help("All randomness derives from this number.", "seed", "n"))
  var seed: UInt64?

  @Option(
    help: help(
      "The row of choices that all others are laid over; 'metarl algorithms' describes them.",
      "algorithm"))
  var algorithm: Algorithm?

  @Option(help: help("Meta-iterations.", "iterations", "n"))
  var iterations: Int?

  @Option(
    help: help(
      "Threads; the numbers do not depend on them. 0 takes all processors.", "workers", "n"))
  var workers: Int?

  @Option(help: help("Tasks a meta-iteration.", "sampling.meta_batch_size", "n"))
  var metaBatchSize: Int?

  @Option(
    help: help("Episodes a task, before and after each step.", "sampling.rollouts_per_task", "n"))
  var rolloutsPerTask: Int?

  @Option(help: help("Support examples a task, of each class.", "examples.shots", "n"))
  var shots: Int?

  @Option(help: help("Query examples a task, of each class.", "examples.queries", "n"))
  var queries: Int?

  @Option(
    help: help("Step size of the adaptation, alpha.", "adaptation.inner_learning_rate", "x"))
  var innerLearningRate: Double?

  @Option(help: help("Gradient steps of the adaptation.", "adaptation.steps", "n"))
  var adaptationSteps: Int?

  @Option(
    help: help(
      "Widths of the hidden layers, as in 100,100; none for a linear policy.", "policy.hidden",
      "widths"))
  var hidden: LayerWidths?

  @Option(help: help("Nonlinearity of the hidden layers.", "policy.activation"))
  var activation: Activation?

  @Option(
    help: help("The outer step: a trust region, or Adam on the meta-gradient.", "outer.step"))
  var outer: OuterStepKind?

  @Option(
    help: help(
      "Step size of the outer step, beta; goes with adam.", "adam.learning_rate", "x"))
  var outerLearningRate: Double?

  @Option(help: help("The surrogate loss of the adaptation.", "adaptation.estimator"))
  var estimator: InnerEstimator?

  @Option(
    help: help(
      "The meta-gradient goes through the adaptation (exact) or past it (first).",
      "adaptation.order"))
  var order: DerivativeOrder?

  @Option(help: help("Arithmetic of the networks.", "precision"))
  var precision: NetworkPrecision?

  @Option(help: help("Meta-iterations between checkpoints.", "checkpoint_every", "n"))
  var checkpointEvery: Int?

  @Option(
    help: help(
      "Newest checkpoints that stay, at least 2; the best one stays too.", "keep", "n"))
  var keep: Int?

  /// The help of a flag with the default of the key that it sets: the one that trainings have.
  private static func help(_ text: String, _ key: String, _ valueName: String? = nil)
    -> ArgumentHelp
  {
    guard var value = RunConfiguration.defaultText(of: key) else {
      preconditionFailure("there is no key '\(key)'")
    }
    // Lists are typed without brackets.
    if value.hasPrefix("[") {
      value = String(value.dropFirst().dropLast().filter { $0 != " " })
    }
    return ArgumentHelp("\(text) Default: \(value).", valueName: valueName)
  }
}
