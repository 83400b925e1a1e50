import DenseMath
import Networks

/// A policy as it was when it sampled a batch: constants to every derivative.
public struct OldPolicy: Sendable {
  /// Output rows, [B, W].
  public let outputs: [Double]
  /// log σ after the floor, [A].
  public let logStandardDeviations: [Double]
  /// log π of the batch's actions, [N].
  public let logProbabilities: [Double]
}

/// One task's way from θ to θ′, with what its derivative needs: the activations of every inner
/// step, not a graph.
///
/// θ′ₖ₊₁ = θ′ₖ − a ⊙ ∇L(θ′ₖ; Dₖ) (`InnerUpdate`); ∂θ′/∂θ = J_{K−1} … J₀.
/// Source: Finn et al. 2017, arXiv:1703.03400, eq. 1 and §2.2.
public final class TaskAdaptation<Scalar: DenseScalar> {
  /// θ′₀ = θ, …, θ′_K.
  public let parameters: [PreparedParameters<Scalar>]
  /// D₀ … D_{K−1}, the support batches, and D_K, the query batch.
  public let batches: [LearningBatch<Scalar>]
  /// Activations of every batch.
  let caches: [ActivationCache<Scalar>]
  /// ∇L of every inner step; empty unless rates are learned.
  let innerGradients: [RowMatrix<Scalar>]
  /// L of every inner step that was taken.
  private(set) var losses: [InnerLoss] = []
  /// a of every inner step.
  private(set) var sizes: [StepSizes<Scalar>] = []
  /// The policies that sampled the batches, [K + 1]; of the support batches only where an
  /// estimator or an objective asks for them.
  private(set) var old: [OldPolicy?] = []

  let policy: Policy<Scalar>
  let configuration: AdaptationConfiguration
  package let layout: MetaLayout<Scalar>
  let update: InnerUpdate<Scalar>

  /// Memory for one task.
  public init(policy: Policy<Scalar>, configuration: AdaptationConfiguration) {
    self.policy = policy
    self.configuration = configuration
    layout = MetaLayout(policy: policy, configuration: configuration)
    update = InnerUpdate(layout)
    let count = configuration.steps + 1
    parameters = (0..<count).map { _ in policy.makeParameters() }
    batches = (0..<count).map { _ in
      LearningBatch(
        observationSize: policy.network.inputWidth, padsRows: !policy.network.couplesRows)
    }
    caches = (0..<count).map { _ in ActivationCache(network: policy.network) }
    innerGradients =
      layout.rateCount == 0
      ? []
      : (0..<configuration.steps).map { _ in RowMatrix(rows: 1, columns: policy.parameterCount) }
  }

  /// K.
  public var steps: Int { configuration.steps }

  /// θ′, after all inner steps.
  public var adapted: PreparedParameters<Scalar> { parameters[steps] }

  /// Starts from meta-parameters, [P + R].
  public func begin(_ meta: [Scalar]) {
    losses = []
    old = []
    start(meta)
  }

  private func start(_ meta: [Scalar]) {
    sizes = (0..<steps).map { layout.sizes(step: $0, of: meta) }
    parameters[0].set(layout.rateCount == 0 ? meta : part(0..<layout.parameterCount, of: meta))
  }

  // MARK: Inner steps

  /// Inner step k on `batches[k]`: fills `parameters[k + 1]`.
  ///
  /// - Parameters:
  ///   - step: k; the steps before it have been taken.
  ///   - workspace: scratch of the calling worker.
  /// - Returns: the inner loss and the norm of its gradient.
  @discardableResult
  public func takeStep(_ step: Int, workspace: NetworkWorkspace<Scalar>) -> InnerStep {
    precondition(losses.count == step, "inner step \(step) after \(losses.count) steps")
    let loss = InnerLoss(configuration, batches[step], policy: policy)
    let value = take(step, loss, workspace: workspace)
    return InnerStep(loss: value, gradientNorm: norm(workspace.parameterGradient))
  }

  private func take(_ step: Int, _ loss: InnerLoss, workspace: NetworkWorkspace<Scalar>) -> Double {
    losses.append(loss)
    let gradient = workspace.parameterGradient
    let value = loss.gradient(
      parameters[step], batches[step], policy: policy, gradient: gradient,
      cache: configuration.order == .exact ? caches[step] : nil, workspace: workspace)
    if !innerGradients.isEmpty { innerGradients[step].copy(from: gradient) }
    let next = parameters[step + 1]
    next.vector.copy(from: parameters[step].vector)
    update.step(next, gradient: gradient, sizes: sizes[step])
    return value
  }

  /// Adapts again from other meta-parameters on the same batches, keeping what derivatives there
  /// need: afterwards `parameters`, products and gradients are those of the new point, while the
  /// old policies stay.
  package func move(to meta: [Scalar], workspace: NetworkWorkspace<Scalar>) {
    losses = []
    start(meta)
    for step in 0..<steps {
      _ = take(step, movedLoss(step, at: parameters[step], workspace), workspace: workspace)
    }
  }

  /// θ′ of other meta-parameters on the same batches, in `candidate`; keeps nothing.
  ///
  /// - Parameters:
  ///   - candidate: overwritten with θ′.
  ///   - meta: θ and the learned rates, [P + R].
  ///   - workspace: scratch of the calling worker.
  ///   - visit: called with k and θ′ₖ before each step.
  func adapt(
    _ candidate: PreparedParameters<Scalar>, from meta: [Scalar],
    workspace: NetworkWorkspace<Scalar>,
    visit: (Int, PreparedParameters<Scalar>) -> Void = { _, _ in }
  ) {
    candidate.set(layout.rateCount == 0 ? meta : part(0..<layout.parameterCount, of: meta))
    for step in 0..<steps {
      visit(step, candidate)
      _ = movedLoss(step, at: candidate, workspace).gradient(
        candidate, batches[step], policy: policy, gradient: workspace.parameterGradient,
        cache: nil, workspace: workspace)
      update.step(
        candidate, gradient: workspace.parameterGradient,
        sizes: layout.sizes(step: step, of: meta))
    }
  }

  private func movedLoss(
    _ step: Int, at parameters: PreparedParameters<Scalar>, _ workspace: NetworkWorkspace<Scalar>
  ) -> InnerLoss {
    let batch = batches[step]
    guard configuration.estimator != .logLikelihood, batch.loss == nil else {
      return InnerLoss(configuration, batch, policy: policy)
    }
    guard let old = old[step] else {
      preconditionFailure("inner loss of a moved θ before `fixOldPolicies`")
    }
    return InnerLoss(
      configuration, batch, policy: policy, oldLogProbabilities: old.logProbabilities
    ) { [policy] in
      policy.logProbabilities(
        outputs: policy.outputs(parameters, inputs: batch.inputs, workspace: workspace), parameters,
        actions: batch.actions)
    }
  }

  // MARK: Old policies

  /// The gradient with respect to θ′ of a query loss at θ′, left in the workspace, and the loss.
  ///
  /// Keeps the outputs that Fisher products need.
  package func queryGradient(_ loss: some OutputLoss, workspace: NetworkWorkspace<Scalar>) -> Double
  {
    policy.lossGradient(
      adapted, inputs: batches[steps].inputs, loss: loss, gradient: workspace.parameterGradient,
      cache: caches[steps], retention: .outputs, workspace: workspace)
  }

  /// The query's policy-gradient loss where old and new coincide: at ratio 1 the gradient of the
  /// ratio is the score's.
  package var queryLossAtOld: any OutputLoss {
    batches[steps].loss
      ?? PolicyGradientLoss(
        distribution: policy.distribution, actions: batches[steps].actions,
        advantages: batches[steps].advantages, form: .lowVarianceCurvature)
  }

  /// Fixes the policies that sampled the batches as the old ones, after `queryGradient`.
  ///
  /// - Parameters:
  ///   - includingSupport: also where no estimator asks for the support batches' policies.
  ///   - workspace: scratch of the calling worker.
  package func fixOldPolicies(includingSupport: Bool, workspace: NetworkWorkspace<Scalar>) {
    let needsSupport =
      includingSupport || configuration.estimator != .logLikelihood && batches[steps].loss == nil
    old = (0..<steps).map { step in
      guard needsSupport else { return nil }
      let outputs =
        configuration.order == .exact
        ? policy.outputs(cache: caches[step])
        : policy.outputs(parameters[step], inputs: batches[step].inputs, workspace: workspace)
      return oldPolicy(step, outputs)
    }
    old.append(oldPolicy(steps, policy.outputs(cache: caches[steps])))
  }

  private func oldPolicy(_ stage: Int, _ outputs: [Double]) -> OldPolicy {
    OldPolicy(
      outputs: outputs, logStandardDeviations: policy.logStandardDeviations(parameters[stage]),
      logProbabilities: batches[stage].loss != nil
        ? []
        : policy.logProbabilities(
          outputs: outputs, parameters[stage], actions: batches[stage].actions))
  }

  /// The batch of stage k and the policy that sampled it, as an objective sees them.
  ///
  /// - Precondition: `fixOldPolicies` has been called, for support batches with them.
  public func stage(_ stage: Int) -> StageBatch {
    guard stage < old.count, let old = old[stage] else {
      preconditionFailure("stage \(stage) has no old policy")
    }
    return StageBatch(
      index: stage, distribution: policy.distribution, actions: batches[stage].actions,
      advantages: batches[stage].advantages, lengths: batches[stage].lengths, old: old,
      loss: batches[stage].loss)
  }

  /// Mean entropy of the adapted policy on the query batch, in nats.
  var queryEntropy: Double {
    guard let query = old[steps] else { preconditionFailure("no old policy of the query") }
    return policy.distribution.meanEntropy(
      OutputBlock(
        firstRow: 0, rowCount: batches[steps].stepCount, outputs: query.outputs,
        logStandardDeviations: query.logStandardDeviations))
  }

  private func norm(_ row: RowMatrix<Scalar>) -> Double {
    var wide = [Double](repeating: 0, count: row.columns)
    Scalar.widen(&wide, row.pointer(), count: row.columns)
    return dot(wide, wide).squareRoot()
  }
}
