import ArgumentParser
import Experiments
import MetaLearning

/// The flags that override single values of the configuration, named as in the glossary.
struct LearnerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("All randomness derives from this number.", valueName: "n"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Train through the adaptation (maml); without it, on as many episodes (pretrained); or a "
        + "policy that is shown the task and does not adapt (oracle)."))
  var algorithm: Algorithm?

  @Option(help: ArgumentHelp("Meta-iterations.", valueName: "n"))
  var iterations: Int?

  @Option(
    help: ArgumentHelp(
      "Threads; the numbers do not depend on them. Default: all processors.", valueName: "n"))
  var workers: Int?

  @Option(help: ArgumentHelp("Tasks a meta-iteration.", valueName: "n"))
  var metaBatchSize: Int?

  @Option(help: ArgumentHelp("Episodes a task, before and after each step.", valueName: "n"))
  var rolloutsPerTask: Int?

  @Option(help: ArgumentHelp("Step size of the adaptation, alpha.", valueName: "x"))
  var innerLearningRate: Double?

  @Option(help: ArgumentHelp("Gradient steps of the adaptation.", valueName: "n"))
  var adaptationSteps: Int?

  @Option(
    help: ArgumentHelp(
      "Widths of the hidden layers, as in 100,100; none for a linear policy.",
      valueName: "widths"))
  var hidden: LayerWidths?

  @Option(help: "Nonlinearity of the hidden layers.")
  var activation: Activation?

  @Option(help: "The outer step: a trust region, or Adam on the meta-gradient.")
  var outer: OuterStepKind?

  @Option(help: "The surrogate loss of the adaptation.")
  var estimator: InnerEstimator?

  @Option(help: "The meta-gradient goes through the adaptation (exact) or past it (first).")
  var order: DerivativeOrder?

  @Option(help: "Arithmetic of the networks.")
  var precision: NetworkPrecision?

  @Option(help: ArgumentHelp("Meta-iterations between checkpoints.", valueName: "n"))
  var checkpointEvery: Int?

  @Option(
    help: ArgumentHelp(
      "Newest checkpoints that stay, at least 2; the best one stays too.", valueName: "n"))
  var keep: Int?
}
