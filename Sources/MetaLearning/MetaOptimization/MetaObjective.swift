import DenseMath
import Networks

/// One worker's memory.
final class WorkerMemory<Scalar: DenseScalar>: @unchecked Sendable {
  let workspace: NetworkWorkspace<Scalar>
  /// A direction under way.
  let direction: PreparedParameters<Scalar>
  /// θ′ₖ of a candidate.
  let candidate: PreparedParameters<Scalar>

  init(policy: Policy<Scalar>) {
    workspace = policy.makeWorkspace()
    direction = policy.makeParameters()
    candidate = policy.makeParameters()
  }
}

/// The outer objective over the tasks of a meta-batch, through their adaptations.
///
/// Sums over tasks run in double precision and in task order, whichever worker did what.
public struct MetaObjective<Scalar: DenseScalar>: Sendable {
  let policy: Policy<Scalar>
  let adaptations: [TaskAdaptation<Scalar>]
  let workers: Workers
  let memory: [WorkerMemory<Scalar>]

  /// The objective of tasks whose query batches have been sampled.
  public init(
    policy: Policy<Scalar>, adaptations: [TaskAdaptation<Scalar>], workers: Workers
  ) {
    self.init(
      policy: policy, adaptations: adaptations, workers: workers,
      memory: (0..<workers.count).map { _ in WorkerMemory(policy: policy) })
  }

  init(
    policy: Policy<Scalar>, adaptations: [TaskAdaptation<Scalar>], workers: Workers,
    memory: [WorkerMemory<Scalar>]
  ) {
    precondition(!adaptations.isEmpty, "a meta-batch has at least one task")
    self.policy = policy
    self.adaptations = adaptations
    self.workers = workers
    self.memory = memory
  }

  /// Fixes the old policies and gives the meta-gradient mean over tasks of Jᵀ ∇ℓ(θ′).
  ///
  /// - Returns: the gradient of the surrogate loss, [P], the loss itself, and each task's
  ///   gradient norm, [M].
  public func metaGradient() async throws -> MetaGradient {
    let parts = try await workers.map(adaptations.count) { [self] index, worker in
      let (task, memory) = (adaptations[index], memory[worker])
      let loss = task.beginQuery(workspace: memory.workspace)
      memory.direction.vector.copy(from: memory.workspace.parameterGradient)
      memory.direction.prepare()
      task.applyTransposedJacobian(to: memory.direction, workspace: memory.workspace)
      return (loss: loss, gradient: memory.direction.vector.values, entropy: task.queryEntropy)
    }
    let scale = 1 / Double(parts.count)
    var wide = [Double](repeating: 0, count: policy.parameterCount)
    return MetaGradient(
      gradient: mean(parts.map(\.gradient)),
      surrogateLoss: parts.reduce(0) { $0 + $1.loss } * scale,
      entropy: parts.reduce(0) { $0 + $1.entropy } * scale,
      taskNorms: parts.map { part in
        Scalar.widen(&wide, part.gradient, count: wide.count)
        return dot(wide, wide).squareRoot()
      })
  }

  /// The Hessian of the mean KL(old ‖ new) where old and new coincide, through the adaptation,
  /// times v: mean over tasks of Jᵀ F J v.
  ///
  /// Exact, because the KL's gradient vanishes there and with it the terms of J's derivative.
  ///
  /// - Parameters:
  ///   - v: [P].
  ///   - backwards: begin with the last task. Taking turns from product to product finds the
  ///     activations of the tasks that were last in the processor's cache; the result is the same.
  /// - Returns: [P], without damping.
  /// - Throws: nothing of its own; the workers' errors.
  public func fisherProduct(_ v: [Double], backwards: Bool = false) async throws -> [Double] {
    let parts = try await workers.map(adaptations.count, backwards: backwards) {
      [self] index, worker in
      let (task, memory) = (adaptations[index], memory[worker])
      memory.direction.set(rounding: v)
      task.applyJacobian(to: memory.direction, workspace: memory.workspace)
      task.applyFisher(to: memory.direction, workspace: memory.workspace)
      memory.direction.prepare()
      task.applyTransposedJacobian(to: memory.direction, workspace: memory.workspace)
      return memory.direction.vector.values
    }
    return mean(parts)
  }

  /// Surrogate loss and mean KL(old ‖ new) with θ replaced: each task adapts again from the
  /// candidate on its own support batches.
  ///
  /// - Parameter theta: the candidate, [P].
  /// - Returns: both means over tasks.
  /// - Throws: nothing of its own; the workers' errors.
  public func evaluate(_ theta: [Scalar]) async throws -> (surrogateLoss: Double, kl: Double) {
    let parts = try await workers.map(adaptations.count) { [self] index, worker in
      let (task, memory) = (adaptations[index], memory[worker])
      let candidate = memory.candidate
      candidate.set(theta)
      for step in 0..<task.steps {
        let batch = task.batches[step]
        _ = policy.lossGradient(
          candidate, inputs: batch.inputs,
          loss: task.movedInnerLoss(step),
          gradient: memory.workspace.parameterGradient, workspace: memory.workspace)
        Scalar.addScaled(
          candidate.vector.pointer(), Scalar(-task.configuration.innerLearningRate),
          memory.workspace.parameterGradient.pointer(), count: policy.parameterCount)
        candidate.prepare()
      }
      let query = task.batches[task.steps]
      let outputs = policy.outputs(
        candidate, inputs: query.inputs, workspace: memory.workspace)
      let block = OutputBlock(
        firstRow: 0, rowCount: query.stepCount, outputs: outputs,
        logStandardDeviations: policy.logStandardDeviations(candidate))
      var unused = OutputGradient(
        outputCount: outputs.count,
        logStandardDeviationCount: policy.distribution.logStandardDeviationCount)
      let loss = task.surrogateLoss.addGradient(block, into: &unused)
      return (loss, task.divergence.addGradient(block, into: &unused))
    }
    let scale = 1 / Double(parts.count)
    return (
      parts.reduce(0) { $0 + $1.0 } * scale, parts.reduce(0) { $0 + $1.1 } * scale
    )
  }

  private func mean(_ parts: [[Scalar]]) -> [Double] {
    var sum = [Double](repeating: 0, count: policy.parameterCount)
    for part in parts { Scalar.addWidened(&sum, part, count: part.count) }
    let scale = 1 / Double(parts.count)
    for i in sum.indices { sum[i] *= scale }
    return sum
  }
}

/// The meta-gradient and what came with it.
public struct MetaGradient: Sendable {
  /// d/dθ of the mean surrogate loss of the adapted policies, [P].
  public let gradient: [Double]
  /// The mean surrogate loss at θ: −mean Â, zero up to rounding.
  public let surrogateLoss: Double
  /// Mean entropy of the adapted policies on their query batches, in nats.
  public let entropy: Double
  /// Norm of each task's share, [M].
  public let taskNorms: [Double]
}
