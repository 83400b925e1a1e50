import ArgumentParser
import Environments
import Experiments
import MetaLearning

extension LearnerOptions {
  /// Lays the flags that were given over a configuration; ranges are checked with the whole of
  /// it.
  func apply(to configuration: inout RunConfiguration) {
    func set<Value>(
      _ value: Value?, _ property: WritableKeyPath<RunConfiguration, Value>
    ) {
      if let value { configuration[keyPath: property] = value }
    }
    set(seed, \.seed)
    set(algorithm, \.learner.algorithm)
    set(iterations, \.iterations)
    set(workers, \.workers)
    set(precision, \.precision)
    set(checkpointEvery, \.checkpointEvery)
    set(keep, \.keep)
    set(metaBatchSize, \.learner.sampling.metaBatchSize)
    set(rolloutsPerTask, \.learner.sampling.rolloutsPerTask)
    set(shots, \.learner.examples.shots)
    set(queries, \.learner.examples.queries)
    set(innerLearningRate, \.learner.adaptation.innerLearningRate)
    set(adaptationSteps, \.learner.adaptation.steps)
    set(hidden?.values, \.learner.policy.hidden)
    set(activation, \.learner.policy.activation)
    set(outer, \.learner.outer.step)
    set(outerLearningRate, \.learner.outer.outerLearningRate)
    set(estimator, \.learner.adaptation.estimator)
    set(order, \.learner.adaptation.order)
  }

  /// Refuses a flag that the configuration has no use for.
  ///
  /// - Throws: `ValidationError` for a learning rate of an outer step that has none, for examples
  ///   where tasks are acted in, and for episodes where they are of examples.
  func requireUse(in configuration: RunConfiguration, on family: DefinedTaskFamily) throws {
    if family.examples == nil {
      if shots != nil || queries != nil {
        throw ValidationError(
          "--shots and --queries are for families of examples; '\(family.name)' has episodes: "
            + "--rollouts-per-task.")
      }
    } else {
      if rolloutsPerTask != nil {
        throw ValidationError(
          "--rollouts-per-task is for families that are acted in; '\(family.name)' has examples: "
            + "--shots and --queries.")
      }
    }
    if let complaint = configuration.learner.complaint(on: family) {
      throw ValidationError("\(complaint).")
    }
    if outerLearningRate != nil, configuration.learner.outer.step != .adam {
      throw ValidationError(
        "--outer-learning-rate goes with --outer adam; a trust region has no learning rate, and "
          + "is set with --set trust_region.maximum_kl=….")
    }
  }
}

extension TaskFamily {
  /// Rows that a batch of a task has in a training: episodes, or the larger of its sets of examples.
  func rowsPerTask(of learner: LearnerConfiguration) -> Int {
    guard let examples else { return learner.sampling.rolloutsPerTask }
    return examples.target.classCount * max(learner.examples.shots, learner.examples.queries)
  }
}
