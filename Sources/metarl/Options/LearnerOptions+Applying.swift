import ArgumentParser
import Experiments

extension LearnerOptions {
  /// Lays the flags that were given over a configuration.
  ///
  /// - Throws: `ValidationError` for a seed that no file can hold; other ranges are checked
  ///   with the whole configuration.
  func apply(to configuration: inout RunConfiguration) throws {
    if let seed {
      guard seed <= UInt64(Int.max) else {
        throw ValidationError("--seed is \(seed); give a number from 0 to \(Int.max).")
      }
      configuration.seed = seed
    }
    func set<Value>(
      _ value: Value?, _ property: WritableKeyPath<RunConfiguration, Value>
    ) {
      if let value { configuration[keyPath: property] = value }
    }
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
    set(estimator, \.learner.adaptation.estimator)
    set(order, \.learner.adaptation.order)
  }
}
