import DenseMath
import Networks

/// What outer steps ask for beside the gradient: curvature, and how far adaptation moved.
extension OuterProblem {
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
}
