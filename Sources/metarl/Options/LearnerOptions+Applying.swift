import ArgumentParser
import Experiments

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
  /// - Throws: `ValidationError` for a learning rate of an outer step that has none.
  func requireUse(in configuration: RunConfiguration) throws {
    if outerLearningRate != nil, configuration.learner.outer.step != .adam {
      throw ValidationError(
        "--outer-learning-rate goes with --outer adam; a trust region has no learning rate, and "
          + "is set with --set outer.maximum_kl=….")
    }
  }
}
