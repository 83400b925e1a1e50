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
  let layout: MetaLayout<Scalar>
  let standings: [TaskStanding]

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

  /// Zeros what the outer loop does not move.
  func clearFrozen(_ direction: MetaDirection<Scalar>) {
    for range in layout.frozenRanges {
      (direction.theta.vector.pointer() + range.lowerBound).update(
        repeating: 0, count: range.count)
    }
  }

  /// The mean of the tasks' vectors, [P + R], summed in task order in double precision.
  func mean(_ parts: [[Scalar]]) -> [Double] {
    var sum = [Double](repeating: 0, count: count)
    for part in parts { Scalar.addWidened(&sum, part, count: part.count) }
    let scale = 1 / Double(parts.count)
    for i in sum.indices { sum[i] *= scale }
    return sum
  }
}
