import DenseMath
import Networks

/// The objective and its divergences at other meta-parameters: forward passes alone.
extension OuterProblem {
  /// The objective and the mean KL(old ‖ new) of the adapted policies with the meta-parameters
  /// replaced: each task adapts again from the candidate on its own support batches.
  ///
  /// - Parameter meta: the candidate, [P + R].
  /// - Returns: both means over tasks.
  /// - Throws: nothing of its own; the workers' errors.
  public func evaluate(_ meta: [Scalar]) async throws -> (surrogateLoss: Double, kl: Double) {
    let parts = try await workers.map(adaptations.count) { [self] index, worker in
      evaluate(meta, task: index, memory: memory[worker])
    }
    let scale = 1 / Double(parts.count)
    return (
      parts.reduce(0) { $0 + $1.0 } * scale, parts.reduce(0) { $0 + $1.1 } * scale
    )
  }

  /// One task's share of `evaluate`.
  func evaluate(
    _ meta: [Scalar], task index: Int, memory: WorkerMemory<Scalar>
  ) -> (surrogateLoss: Double, kl: Double) {
    let task = adaptations[index]
    var loss = 0.0
    task.adapt(memory.candidate, from: meta, workspace: memory.workspace) { stage, parameters in
      loss += supportValue(stage, parameters, task: index, memory)
      if let early = exampleLoss(stage, of: task) {
        loss += value(early, parameters, task.batches[task.steps], memory)
      }
    }
    let query = task.stage(task.steps)
    let outputs = policy.outputs(
      memory.candidate, inputs: task.batches[task.steps].inputs, workspace: memory.workspace)
    let block = OutputBlock(
      firstRow: 0, rowCount: query.advantages.count, outputs: outputs,
      logStandardDeviations: policy.logStandardDeviations(memory.candidate))
    var unused = OutputGradient(
      outputCount: outputs.count,
      logStandardDeviationCount: policy.distribution.logStandardDeviationCount)
    loss += objective.finalLoss(query, steps: task.steps).addGradient(block, into: &unused)
    return (loss, query.divergence.addGradient(block, into: &unused))
  }

  /// ℓₖ of one task at θ′ₖ.
  func supportValue(
    _ stage: Int, _ parameters: PreparedParameters<Scalar>, task index: Int,
    _ memory: WorkerMemory<Scalar>
  ) -> Double {
    let task = adaptations[index]
    guard objective.hasSupportLosses,
      let loss = objective.supportLoss(task.stage(stage), of: standings[index], isAtOld: false)
    else { return 0 }
    return value(loss, parameters, task.batches[stage], memory)
  }

  /// Mean over tasks and inner steps of KL(old ‖ new) of the policies that sampled the support
  /// batches, with the meta-parameters replaced.
  ///
  /// - Precondition: an objective with support losses, for whose sake their policies are kept.
  package func supportDivergence(_ meta: [Scalar]) async throws -> Double {
    let parts = try await workers.map(adaptations.count) { [self] index, worker in
      let (task, memory) = (adaptations[index], memory[worker])
      var sum = 0.0
      task.adapt(memory.candidate, from: meta, workspace: memory.workspace) { stage, parameters in
        sum += value(task.stage(stage).divergence, parameters, task.batches[stage], memory)
      }
      return sum / Double(max(task.steps, 1))
    }
    return parts.reduce(0, +) / Double(parts.count)
  }

  /// A loss of a batch at parameters.
  func value(
    _ loss: some OutputLoss, _ parameters: PreparedParameters<Scalar>,
    _ batch: LearningBatch<Scalar>, _ memory: WorkerMemory<Scalar>
  ) -> Double {
    let outputs = policy.outputs(parameters, inputs: batch.inputs, workspace: memory.workspace)
    var unused = OutputGradient(
      outputCount: outputs.count,
      logStandardDeviationCount: policy.distribution.logStandardDeviationCount)
    return loss.addGradient(
      OutputBlock(
        firstRow: 0, rowCount: batch.stepCount, outputs: outputs,
        logStandardDeviations: policy.logStandardDeviations(parameters)),
      into: &unused)
  }

  /// The loss of the query examples that counts before the last step; nil for none.
  func exampleLoss(_ stage: Int, of task: TaskAdaptation<Scalar>) -> (any OutputLoss)? {
    guard let loss = task.batches[task.steps].loss,
      objective.exampleWeight(stage: stage, of: task.steps) != 0
    else { return nil }
    return objective.weighted(loss, stage: stage, of: task.steps)
  }
}
