import DenseMath
import Networks

/// The outer objective over the tasks of a meta-batch, through their adaptations.
///
/// Sums over tasks run in double precision and in task order, whichever worker did what.
public struct OuterProblem<Scalar: DenseScalar>: Sendable {
  let policy: Policy<Scalar>
  let adaptations: PerWorker<TaskAdaptation<Scalar>>
  let workers: Workers
  let memory: PerWorker<WorkerMemory<Scalar>>
  let objective: any OuterObjective
  private let layout: MetaLayout<Scalar>
  private let standings: [TaskStanding]

  /// The problem of tasks whose query batches have been sampled.
  ///
  /// - Precondition: at least one task.
  public init(
    policy: Policy<Scalar>, adaptations: [TaskAdaptation<Scalar>], workers: Workers,
    objective: any OuterObjective = SurrogateObjective()
  ) {
    precondition(!adaptations.isEmpty, "a meta-batch has at least one task")
    self.init(
      policy: policy, adaptations: PerWorker(adaptations), workers: workers,
      memory: PerWorker(workers) { WorkerMemory(adaptations[0].layout) },
      objective: objective)
  }

  init(
    policy: Policy<Scalar>, adaptations: PerWorker<TaskAdaptation<Scalar>>, workers: Workers,
    memory: PerWorker<WorkerMemory<Scalar>>, objective: any OuterObjective
  ) {
    precondition(!adaptations.isEmpty, "a meta-batch has at least one task")
    self.policy = policy
    self.adaptations = adaptations
    self.workers = workers
    self.memory = memory
    self.objective = objective
    layout = adaptations[0].layout
    let scores = standardized(adaptations.map { $0.batches[$0.steps].meanReturn })
    standings = zip(adaptations, scores).map {
      TaskStanding(steps: $0.steps, standardizedReturn: $1)
    }
  }

  /// P + R, entries of every vector here.
  public var count: Int { layout.count }

  /// The meta-gradient where the tasks adapted, where the ratio is 1; fixes the policies there as
  /// the old ones.
  ///
  /// - Throws: nothing of its own; the workers' errors.
  public func metaGradient() async throws -> MetaGradient {
    try await gradients { [objective] task, memory in
      let query =
        task.batches[task.steps].loss.map {
          objective.weighted($0, stage: task.steps, of: task.steps)
        } ?? task.queryLossAtOld
      let loss = task.queryGradient(query, workspace: memory.workspace)
      memory.direction.theta.vector.copy(from: memory.workspace.parameterGradient)
      task.fixOldPolicies(
        includingSupport: objective.hasSupportLosses, workspace: memory.workspace)
      return loss
    }
  }

  /// The meta-gradient at other meta-parameters, the old policies being as `metaGradient` fixed
  /// them; curvature products are then those of the new point.
  ///
  /// - Parameter meta: [P + R].
  /// - Returns: the gradient of the objective there, with the objective.
  /// - Throws: nothing of its own; the workers' errors.
  public func gradient(at meta: [Scalar]) async throws -> MetaGradient {
    try await gradients(isAtOld: false) { [objective] task, memory in
      task.move(to: meta, workspace: memory.workspace)
      let loss = task.queryGradient(
        objective.finalLoss(task.stage(task.steps), steps: task.steps),
        workspace: memory.workspace)
      memory.direction.theta.vector.copy(from: memory.workspace.parameterGradient)
      return loss
    }
  }

  /// u₀ of every task, from the u_K that `begin` leaves in the worker's direction.
  private func gradients(
    isAtOld: Bool = true,
    begin: @escaping @Sendable (TaskAdaptation<Scalar>, WorkerMemory<Scalar>) -> Double
  ) async throws -> MetaGradient {
    let parts = try await workers.map(adaptations.count) { [self] index, worker in
      let (task, memory) = (adaptations[index], memory[worker])
      var loss = begin(task, memory)
      memory.direction.rates.clear()
      memory.direction.theta.prepare()
      for stage in (0..<task.steps).reversed() {
        task.applyTransposedStep(stage, to: memory.direction, memory: memory)
        loss += addSupportGradient(stage, index, isAtOld: isAtOld, memory)
        loss += addExampleGradient(stage, index, memory)
      }
      clearFrozen(memory.direction)
      return (loss: loss, gradient: memory.direction.values, entropy: task.queryEntropy)
    }
    let scale = 1 / Double(parts.count)
    var wide = [Double](repeating: 0, count: count)
    return MetaGradient(
      gradient: mean(parts.map(\.gradient)),
      surrogateLoss: parts.reduce(0) { $0 + $1.loss } * scale,
      entropy: parts.reduce(0) { $0 + $1.entropy } * scale,
      taskNorms: parts.map { part in
        Scalar.widen(&wide, part.gradient, count: wide.count)
        return dot(wide, wide).squareRoot()
      })
  }

  /// u ← u + ∇ℓₖ.
  ///
  /// - Returns: ℓₖ.
  private func addSupportGradient(
    _ stage: Int, _ index: Int, isAtOld: Bool, _ memory: WorkerMemory<Scalar>
  ) -> Double {
    let task = adaptations[index]
    guard objective.hasSupportLosses,
      let loss = objective.supportLoss(task.stage(stage), of: standings[index], isAtOld: isAtOld)
    else { return 0 }
    let value = policy.lossGradient(
      task.parameters[stage], inputs: task.batches[stage].inputs, loss: loss,
      gradient: memory.workspace.parameterGradient, workspace: memory.workspace)
    Scalar.addScaled(
      memory.direction.theta.vector.pointer(), 1, memory.workspace.parameterGradient.pointer(),
      count: policy.parameterCount)
    memory.direction.theta.prepare()
    return value
  }

  /// u ← u + w ∇ℓ of the query examples at θ′ₖ.
  ///
  /// - Returns: w ℓ.
  private func addExampleGradient(
    _ stage: Int, _ index: Int, _ memory: WorkerMemory<Scalar>
  ) -> Double {
    let task = adaptations[index]
    guard let loss = exampleLoss(stage, of: task) else { return 0 }
    let value = policy.lossGradient(
      task.parameters[stage], inputs: task.batches[task.steps].inputs, loss: loss,
      gradient: memory.workspace.parameterGradient, workspace: memory.workspace)
    Scalar.addScaled(
      memory.direction.theta.vector.pointer(), 1, memory.workspace.parameterGradient.pointer(),
      count: policy.parameterCount)
    memory.direction.theta.prepare()
    return value
  }

  /// The loss of the query examples that counts before the last step; nil for none.
  func exampleLoss(_ stage: Int, of task: TaskAdaptation<Scalar>) -> (any OutputLoss)? {
    guard let loss = task.batches[task.steps].loss,
      objective.exampleWeight(stage: stage, of: task.steps) != 0
    else { return nil }
    return objective.weighted(loss, stage: stage, of: task.steps)
  }

  /// The Hessian of the mean KL(old ‖ new) where old and new coincide, through the adaptation,
  /// times v: mean over tasks of Jᵀ F J v.
  ///
  /// Exact, because the KL's gradient vanishes there and with it the terms of J's derivative.
  ///
  /// - Parameters:
  ///   - v: [P + R].
  ///   - backwards: begin with the last task. Taking turns from product to product finds the
  ///     activations of the tasks that were last in the processor's cache; the result is the same.
  /// - Returns: [P + R], without damping.
  /// - Throws: nothing of its own; the workers' errors.
  public func fisherProduct(_ v: [Double], backwards: Bool = false) async throws -> [Double] {
    precondition(v.count == count, "direction: \(v.count) numbers, P + R = \(count)")
    let parts = try await workers.map(adaptations.count, backwards: backwards) {
      [self] index, worker in
      let (task, memory) = (adaptations[index], memory[worker])
      memory.direction.set(rounding: v)
      task.applyJacobian(to: memory.direction, memory: memory)
      task.applyFisher(to: memory.direction.theta, workspace: memory.workspace)
      memory.direction.theta.prepare()
      task.applyTransposedJacobian(to: memory.direction, memory: memory)
      clearFrozen(memory.direction)
      return memory.direction.values
    }
    return mean(parts)
  }

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

  /// Mean over tasks of θ′_K − θ where the tasks adapted, [P + R]; zero for the rates.
  ///
  /// Source: Nichol et al. 2018 (Reptile), arXiv:1803.02999, algorithm 2.
  public func displacement() -> [Double] {
    var sum = [Double](repeating: 0, count: count)
    for task in adaptations {
      let start = Scalar.widened(task.parameters[0].vector.values)
      let end = Scalar.widened(task.adapted.vector.values)
      for i in start.indices { sum[i] += end[i] - start[i] }
    }
    for range in layout.frozenRanges { for i in range { sum[i] = 0 } }
    let scale = 1 / Double(adaptations.count)
    for i in sum.indices { sum[i] *= scale }
    return sum
  }

  private func clearFrozen(_ direction: MetaDirection<Scalar>) {
    for range in layout.frozenRanges {
      (direction.theta.vector.pointer() + range.lowerBound).update(
        repeating: 0, count: range.count)
    }
  }

  private func mean(_ parts: [[Scalar]]) -> [Double] {
    var sum = [Double](repeating: 0, count: count)
    for part in parts { Scalar.addWidened(&sum, part, count: part.count) }
    let scale = 1 / Double(parts.count)
    for i in sum.indices { sum[i] *= scale }
    return sum
  }
}

extension StageBatch {
  /// Mean KL(old ‖ new) of the batch.
  public var divergence: KLDivergenceLoss {
    KLDivergenceLoss(
      distribution: distribution,
      oldOutputs: Array(old.outputs.prefix(advantages.count * distribution.outputWidth)),
      oldLogStandardDeviations: old.logStandardDeviations, direction: .oldToNew)
  }
}

/// (xᵢ − mean) / (population deviation + 10⁻⁸).
package func standardized(_ values: [Double]) -> [Double] {
  let count = Double(max(values.count, 1))
  let mean = values.reduce(0, +) / count
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let deviation = variance.squareRoot() + 1e-8
  return values.map { ($0 - mean) / deviation }
}

/// The meta-gradient and what came with it.
public struct MetaGradient: Sendable {
  /// d/d(θ, rates) of the mean objective of the adapted policies, [P + R].
  public let gradient: [Double]
  /// The mean objective: at the old θ −mean Â, zero up to rounding, and the support losses.
  public let surrogateLoss: Double
  /// Mean entropy of the old adapted policies on their query batches, in nats.
  public let entropy: Double
  /// Norm of each task's share, [M].
  public let taskNorms: [Double]
}
