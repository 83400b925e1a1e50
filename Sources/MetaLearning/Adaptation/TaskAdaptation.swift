import DenseMath
import Networks

/// One task's way from θ to θ′, with what its derivative needs: the activations of every inner
/// step, not a graph.
///
/// θ′ₖ₊₁ = θ′ₖ − α ∇L(θ′ₖ; Dₖ). With Jₖ = I − α ∇²L(θ′ₖ; Dₖ), ∂θ′/∂θ = J_{K−1} … J₀; each Jₖ is
/// symmetric, so that its transpose is the same products in reverse order.
/// Source: Finn et al. 2017, arXiv:1703.03400, eq. 1 and §2.2.
public final class TaskAdaptation<Scalar: DenseScalar>: @unchecked Sendable {
  /// θ′₀ = θ, …, θ′_K.
  public let parameters: [PreparedParameters<Scalar>]
  /// D₀ … D_{K−1}, the support batches, and D_K, the query batch.
  public let batches: [LearningBatch<Scalar>]
  private let caches: [ActivationCache<Scalar>]
  private var losses: [PolicyGradientLoss] = []
  /// The query's output rows under θ′ when it was sampled, [B, W], and log σ, [A].
  private(set) var oldOutputs: [Double] = []
  private(set) var oldLogStandardDeviations: [Double] = []
  private(set) var oldLogProbabilities: [Double] = []
  /// log π of the support batches' actions under the θ′ₖ that they were sampled with, [K][N];
  /// empty for an estimator that does not need them.
  private var supportLogProbabilities: [[Double]] = []

  let policy: Policy<Scalar>
  let configuration: AdaptationConfiguration

  /// Memory for one task.
  public init(policy: Policy<Scalar>, configuration: AdaptationConfiguration) {
    self.policy = policy
    self.configuration = configuration
    let count = configuration.steps + 1
    parameters = (0..<count).map { _ in policy.makeParameters() }
    batches = (0..<count).map { _ in LearningBatch(observationSize: policy.network.inputWidth) }
    caches = (0..<count).map { _ in ActivationCache(network: policy.network) }
  }

  /// K.
  public var steps: Int { configuration.steps }

  /// θ′, after all inner steps.
  public var adapted: PreparedParameters<Scalar> { parameters[steps] }

  /// Starts from θ.
  public func begin(_ theta: [Scalar]) {
    losses = []
    parameters[0].set(theta)
  }

  /// Inner step k on `batches[k]`: fills `parameters[k + 1]`.
  ///
  /// - Parameters:
  ///   - step: k; the steps before it have been taken.
  ///   - workspace: scratch of the calling worker.
  /// - Returns: the inner loss and the norm of its gradient.
  @discardableResult
  public func takeStep(
    _ step: Int, workspace: NetworkWorkspace<Scalar>
  ) -> InnerStep {
    precondition(losses.count == step, "inner step \(step) after \(losses.count) steps")
    let loss = policy.innerLoss(batches[step], estimator: configuration.estimator)
    losses.append(loss)
    let next = parameters[step + 1]
    let gradient = workspace.parameterGradient
    let exact = configuration.order == .exact
    let value = policy.lossGradient(
      parameters[step], inputs: batches[step].inputs, loss: loss, gradient: gradient,
      cache: exact ? caches[step] : nil, workspace: workspace)
    next.vector.copy(from: parameters[step].vector)
    Scalar.addScaled(
      next.vector.pointer(), Scalar(-configuration.innerLearningRate), gradient.pointer(),
      count: policy.parameterCount)
    next.prepare()
    return InnerStep(loss: value, gradientNorm: norm(gradient))
  }

  /// Fixes the adapted policy as the old one: the query batch has been sampled with it.
  ///
  /// - Returns: the gradient of the surrogate loss at θ′ with respect to θ′ (ratio exactly 1),
  ///   left in the workspace, and the surrogate loss.
  public func beginQuery(workspace: NetworkWorkspace<Scalar>) -> Double {
    let batch = batches[steps]
    // At ratio 1 the ratio's gradient is the score's, so one pass gives outputs and gradient.
    let loss = PolicyGradientLoss(
      distribution: policy.distribution, actions: batch.actions, advantages: batch.advantages,
      form: .lowVarianceCurvature)
    let value = policy.lossGradient(
      adapted, inputs: batch.inputs, loss: loss, gradient: workspace.parameterGradient,
      cache: caches[steps], retention: .outputs, workspace: workspace)
    oldOutputs = policy.outputs(cache: caches[steps])
    oldLogStandardDeviations = policy.logStandardDeviations(adapted)
    oldLogProbabilities = logProbabilities(batch, oldOutputs, adapted)
    supportLogProbabilities =
      configuration.estimator == .lowVarianceCurvature
      ? (0..<steps).map { step in
        let outputs =
          configuration.order == .exact
          ? policy.outputs(cache: caches[step])
          : policy.outputs(
            parameters[step], inputs: batches[step].inputs, workspace: workspace)
        return logProbabilities(batches[step], outputs, parameters[step])
      } : []
    return value
  }

  /// The loss of inner step k as a function of a θ that moves after `beginQuery`.
  ///
  /// What stop() holds stays where it was, so that π / stop(π) is the ratio to the policy that
  /// sampled the batch: the adaptation of a candidate is then the function whose derivative at
  /// the old θ the Jacobian is.
  func movedInnerLoss(_ step: Int) -> PolicyGradientLoss {
    let batch = batches[step]
    return PolicyGradientLoss(
      distribution: policy.distribution, actions: batch.actions, advantages: batch.advantages,
      form: configuration.estimator == .lowVarianceCurvature
        ? .likelihoodRatio(oldLogProbabilities: supportLogProbabilities[step]) : .logLikelihood)
  }

  private func logProbabilities(
    _ batch: LearningBatch<Scalar>, _ outputs: [Double], _ parameters: PreparedParameters<Scalar>
  ) -> [Double] {
    policy.distribution.logProbabilities(
      OutputBlock(
        firstRow: 0, rowCount: batch.stepCount, outputs: outputs,
        logStandardDeviations: policy.logStandardDeviations(parameters)),
      actions: batch.actions)
  }

  /// Mean entropy of the adapted policy on the query batch, in nats.
  var queryEntropy: Double {
    policy.distribution.meanEntropy(
      OutputBlock(
        firstRow: 0, rowCount: batches[steps].stepCount, outputs: oldOutputs,
        logStandardDeviations: oldLogStandardDeviations))
  }

  /// The surrogate loss −mean[π/π_old · Â] of the query batch.
  var surrogateLoss: PolicyGradientLoss {
    PolicyGradientLoss(
      distribution: policy.distribution, actions: batches[steps].actions,
      advantages: batches[steps].advantages,
      form: .likelihoodRatio(oldLogProbabilities: oldLogProbabilities))
  }

  /// Mean KL(old ‖ new) of the query batch.
  var divergence: KLDivergenceLoss {
    let rows = batches[steps].stepCount * policy.distribution.outputWidth
    return KLDivergenceLoss(
      distribution: policy.distribution, oldOutputs: Array(oldOutputs.prefix(rows)),
      oldLogStandardDeviations: oldLogStandardDeviations, direction: .oldToNew)
  }

  /// v ← (∂θ′/∂θ) v; prepared on return.
  public func applyJacobian(
    to v: PreparedParameters<Scalar>, workspace: NetworkWorkspace<Scalar>
  ) {
    for step in 0..<steps { applyStep(step, to: v, workspace: workspace) }
  }

  /// u ← (∂θ′/∂θ)ᵀ u; prepared on return.
  public func applyTransposedJacobian(
    to u: PreparedParameters<Scalar>, workspace: NetworkWorkspace<Scalar>
  ) {
    for step in (0..<steps).reversed() { applyStep(step, to: u, workspace: workspace) }
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

  /// v ← Jₖ v = v − α ∇²L(θ′ₖ; Dₖ) v.
  private func applyStep(
    _ step: Int, to v: PreparedParameters<Scalar>, workspace: NetworkWorkspace<Scalar>
  ) {
    guard configuration.order == .exact else { return }
    let product = workspace.parameterGradient
    policy.hessianProduct(
      parameters[step], direction: v, inputs: batches[step].inputs, loss: losses[step],
      cache: caches[step], product: product, workspace: workspace)
    Scalar.addScaled(
      v.vector.pointer(), Scalar(-configuration.innerLearningRate), product.pointer(),
      count: policy.parameterCount)
    v.prepare()
  }

  private func norm(_ row: RowMatrix<Scalar>) -> Double {
    var wide = [Double](repeating: 0, count: row.columns)
    Scalar.widen(&wide, row.pointer(), count: row.columns)
    return dot(wide, wide).squareRoot()
  }
}
