import DenseMath
import Networks

extension TaskAdapter {
  /// Takes inner steps on a task's support examples, and judges every θ′ₖ on its query examples.
  ///
  /// - Parameters:
  ///   - meta: θ and the learned rates, [P + R].
  ///   - task: the task.
  ///   - source: where examples come from.
  ///   - innerLearningRates: one α a step, [K].
  ///   - queries: query examples, of each class.
  ///   - address: where the randomness of the examples lives.
  ///   - lastScore: whether the fully adapted network is judged too.
  /// - Returns: the query examples as episodes of one step after 0 … K steps: the prediction is
  ///   the action, its score the reward; and θ′.
  func adapt(
    _ meta: [Scalar], to task: TaskParameters, examplesFrom source: any ExampleSource,
    innerLearningRates: [Double], queries: Int, address: RolloutAddress, lastScore: Bool
  ) -> (trajectories: [TrajectoryBatch], parameters: [Scalar]) {
    let examples = TaskExamples(
      from: source, task: task, shots: amounts.shots, queries: queries, address: address)
    let query = LearningBatch<Scalar>(
      observationSize: family.observationSize, padsRows: !layout.policy.network.couplesRows)
    query.set(examples.query, target: source.target)
    batch.set(examples.support, target: source.target)
    current.set(Array(meta[..<layout.parameterCount]))
    var all: [TrajectoryBatch] = []
    for step in 0...innerLearningRates.count {
      if step == innerLearningRates.count && !lastScore { break }
      all.append(judged(examples.query, query, target: source.target))
      guard step < innerLearningRates.count else { break }
      _ = InnerLoss(layout.configuration, batch, policy: layout.policy).gradient(
        current, batch, policy: layout.policy, gradient: workspace.parameterGradient, cache: nil,
        workspace: workspace)
      update.step(
        current, gradient: workspace.parameterGradient,
        sizes: layout.sizes(step: step, of: meta, rate: innerLearningRates[step]))
    }
    return (all, current.vector.values)
  }

  private func judged(
    _ examples: ExampleSet, _ batch: LearningBatch<Scalar>, target: ExampleTarget
  ) -> TrajectoryBatch {
    let outputs = layout.policy.outputs(current, inputs: batch.inputs, workspace: workspace)
    let predictions = target.predictions(of: outputs, count: examples.count)
    let scores = (0..<examples.count).map {
      target.score(predictions, at: $0 * target.width, examples.targets, at: $0 * target.width)
    }
    return TrajectoryBatch(
      lengths: Array(repeating: 1, count: examples.count), observations: examples.inputs,
      actions: predictions, rewards: scores,
      terminated: Array(repeating: false, count: examples.count))
  }
}
