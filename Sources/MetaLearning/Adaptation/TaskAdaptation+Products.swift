import DenseMath
import Networks

/// Products with the Jacobian of the adaptation, and with the Fisher matrix of its query batch.
extension TaskAdaptation {
  /// v ← (∂θ′/∂(θ, rates)) v; prepared on return, its rates are as they were.
  public func applyJacobian(to v: MetaDirection<Scalar>, memory: WorkerMemory<Scalar>) {
    for step in 0..<steps {
      update.applyJacobian(
        to: v, step: step, sizes: sizes[step],
        gradient: innerGradients.isEmpty ? nil : innerGradients[step], scratch: memory.scratch,
        product: product(step, memory))
    }
  }

  /// u ← (∂θ′/∂(θ, rates))ᵀ u; prepared on return.
  public func applyTransposedJacobian(to u: MetaDirection<Scalar>, memory: WorkerMemory<Scalar>) {
    u.rates.clear()
    for step in (0..<steps).reversed() { applyTransposedStep(step, to: u, memory: memory) }
  }

  /// v ← (∂θ′/∂θ) v of an adaptation without learned rates; prepared on return.
  public func applyJacobian(
    to v: PreparedParameters<Scalar>, workspace: NetworkWorkspace<Scalar>
  ) {
    precondition(layout.rateCount == 0, "rates are learned: a direction of θ alone is not enough")
    applyJacobian(to: MetaDirection(theta: v), memory: WorkerMemory(layout, workspace: workspace))
  }

  /// u ← (∂θ′/∂θ)ᵀ u of an adaptation without learned rates; prepared on return.
  public func applyTransposedJacobian(
    to u: PreparedParameters<Scalar>, workspace: NetworkWorkspace<Scalar>
  ) {
    precondition(layout.rateCount == 0, "rates are learned: a direction of θ alone is not enough")
    applyTransposedJacobian(
      to: MetaDirection(theta: u), memory: WorkerMemory(layout, workspace: workspace))
  }

  /// u ← Jₖᵀ u, adding to the gradient of the rates; prepared on return.
  package func applyTransposedStep(
    _ step: Int, to u: MetaDirection<Scalar>, memory: WorkerMemory<Scalar>
  ) {
    update.applyTransposedJacobian(
      to: u, step: step, sizes: sizes[step],
      gradient: innerGradients.isEmpty ? nil : innerGradients[step], scratch: memory.scratch,
      product: product(step, memory))
  }

  /// v ↦ ∇²L(θ′ₖ; Dₖ) v, or nil where the derivative looks past the step.
  private func product(
    _ step: Int, _ memory: WorkerMemory<Scalar>
  ) -> ((PreparedParameters<Scalar>) -> RowMatrix<Scalar>)? {
    guard configuration.order == .exact else { return nil }
    let workspace = memory.workspace
    return { [self] direction in
      losses[step].hessianProduct(
        parameters[step], direction: direction, batches[step], policy: policy,
        cache: caches[step], product: workspace.parameterGradient, workspace: workspace)
      return workspace.parameterGradient
    }
  }

  /// v ← F v with F the Fisher matrix of the query batch with respect to θ′; not prepared.
  public func applyFisher(to v: PreparedParameters<Scalar>, workspace: NetworkWorkspace<Scalar>) {
    let batch = batches[steps]
    let product = workspace.parameterGradient
    policy.gaussNewtonProduct(
      adapted, direction: v, inputs: batch.inputs,
      curvature: FisherMetric(distribution: policy.distribution, rowCount: batch.stepCount),
      cache: caches[steps], product: product, workspace: workspace)
    v.vector.copy(from: product)
  }
}
