import DenseMath
import Networks

extension TaskAdaptation {
  /// Draws a task's examples and takes all inner steps on its support: the one loop of a task of
  /// examples in training.
  ///
  /// Without inner steps, support and query examples are one batch, so that a training without
  /// adaptation sees as many.
  ///
  /// - Parameters:
  ///   - meta: (θ, rates), [P + R].
  ///   - source: where examples come from.
  ///   - task: the task.
  ///   - amounts: how many.
  ///   - address: where their randomness lives.
  ///   - memory: of the calling worker.
  /// - Returns: scores on the query examples before and after, of the size that episodes'
  ///   returns have elsewhere.
  func adaptToExamples(
    _ meta: [Scalar], from source: any ExampleSource, task: TaskParameters,
    amounts: ExampleConfiguration, address: RolloutAddress, memory: WorkerMemory<Scalar>
  ) -> TaskSample {
    let clock = ContinuousClock()
    let start = clock.now
    let examples = TaskExamples(
      from: source, task: task, shots: amounts.shots, queries: amounts.queries, address: address)
    let query = steps == 0 ? examples.support + examples.query : examples.query
    for step in 0..<steps { batches[step].set(examples.support, target: source.target) }
    batches[steps].set(query, target: source.target)
    begin(meta)
    var sample = TaskSample()
    sample.episodes = steps == 0 ? query.count : examples.support.count + query.count
    sample.episodeLength = 1
    sample.steps = (0...steps).map { $0 == 0 && steps > 0 ? examples.support.count : 0 }
    sample.steps[steps] = query.count
    let drawn = clock.now
    sample.secondsSampling = start.duration(to: drawn).seconds
    sample.returns = [
      source.target.meanScore(
        policy, parameters[0], batches[steps], query, workspace: memory.workspace)
    ]
    for step in 0..<steps {
      let inner = takeStep(step, workspace: memory.workspace)
      if step == 0 { sample.innerGradientNorm = inner.gradientNorm }
      guard inner.isFinite(learningRate: configuration.innerLearningRate) else {
        sample.problem = .adaptationNotFinite
        break
      }
    }
    if steps > 0, sample.problem == nil {
      for _ in 1..<steps { sample.returns.append(.nan) }
      sample.returns.append(
        source.target.meanScore(
          policy, adapted, batches[steps], query, workspace: memory.workspace))
    }
    sample.secondsAdaptation = drawn.duration(to: clock.now).seconds
    sample.fill(batches: steps + 1)
    return sample
  }
}

extension ExampleTarget {
  /// Mean score of a network's predictions for examples.
  ///
  /// - Parameters:
  ///   - policy: the network.
  ///   - parameters: θ or θ′.
  ///   - batch: the examples' inputs.
  ///   - examples: the examples.
  ///   - workspace: scratch of the calling worker.
  /// - Returns: the mean, more being better.
  func meanScore<Scalar>(
    _ policy: Policy<Scalar>, _ parameters: PreparedParameters<Scalar>,
    _ batch: LearningBatch<Scalar>, _ examples: ExampleSet, workspace: NetworkWorkspace<Scalar>
  ) -> Double {
    let outputs = policy.outputs(parameters, inputs: batch.inputs, workspace: workspace)
    let predictions = predictions(of: outputs, count: examples.count)
    let sum = (0..<examples.count).reduce(0.0) {
      $0 + score(predictions, at: $1 * width, examples.targets, at: $1 * width)
    }
    return sum / Double(max(examples.count, 1))
  }
}
