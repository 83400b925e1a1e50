import DenseMath
import Networks

/// One task's adaptation as a plain function θ ↦ θ′, to take differences of.
///
/// An inner loss that stops derivatives (π / stop(π)) is frozen at the base point: the function
/// has π_old = π_θ′ₖ there and keeps it when θ moves, so that its derivatives are the ones the
/// estimator means.
struct FrozenAdaptation {
  private let policy: Policy<Double>
  private let batches: [LearningBatch<Double>]
  private let losses: [PolicyGradientLoss]
  private let rate: Double
  private let workspace: NetworkWorkspace<Double>
  private let caches: [ActivationCache<Double>]

  /// The function whose base point is the θ of a finished adaptation.
  init(_ adaptation: TaskAdaptation<Double>, workspace: NetworkWorkspace<Double>) {
    let policy = adaptation.policy
    self.policy = policy
    self.workspace = workspace
    batches = adaptation.batches
    rate = adaptation.configuration.innerLearningRate
    caches = (0..<adaptation.steps).map { _ in ActivationCache(network: policy.network) }
    losses = (0..<adaptation.steps).map { step in
      let batch = adaptation.batches[step]
      var form = PolicyGradientLoss.Form.logLikelihood
      if adaptation.configuration.estimator == .lowVarianceCurvature {
        form = .likelihoodRatio(
          oldLogProbabilities: Self.logProbabilities(
            policy, adaptation.parameters[step], batch, workspace))
      }
      return PolicyGradientLoss(
        distribution: policy.distribution, actions: batch.actions,
        advantages: batch.advantages, form: form)
    }
  }

  /// log π of a batch's actions, [N].
  static func logProbabilities(
    _ policy: Policy<Double>, _ parameters: PreparedParameters<Double>,
    _ batch: LearningBatch<Double>, _ workspace: NetworkWorkspace<Double>
  ) -> [Double] {
    policy.distribution.logProbabilities(
      OutputBlock(
        firstRow: 0, rowCount: batch.stepCount,
        outputs: policy.outputs(parameters, inputs: batch.inputs, workspace: workspace),
        logStandardDeviations: policy.logStandardDeviations(parameters)),
      actions: batch.actions)
  }

  /// θ′₀ … θ′_K.
  private func path(_ theta: [Double]) -> [PreparedParameters<Double>] {
    var path = [policy.makeParameters()]
    path[0].set(theta)
    for (step, loss) in losses.enumerated() {
      _ = policy.lossGradient(
        path[step], inputs: batches[step].inputs, loss: loss,
        gradient: workspace.parameterGradient, cache: caches[step], workspace: workspace)
      var values = path[step].vector.values
      DenseMath.addScaled(&values, -rate, workspace.parameterGradient.values)
      path.append(policy.makeParameters())
      path[step + 1].set(values)
    }
    return path
  }

  /// A loss of the query batch at θ′(θ).
  func value(_ theta: [Double], loss: some OutputLoss) -> Double {
    queryValue(path(theta)[losses.count], loss: loss)
  }

  /// A loss of the query batch at adapted parameters.
  func queryValue(_ adapted: PreparedParameters<Double>, loss: some OutputLoss) -> Double {
    policy.lossGradient(
      adapted, inputs: batches[losses.count].inputs, loss: loss,
      gradient: workspace.parameterGradient, workspace: workspace)
  }

  /// d/dθ of a loss of the query batch at θ′(θ).
  func gradient(_ theta: [Double], loss: some OutputLoss) -> [Double] {
    let path = path(theta)
    _ = queryValue(path[losses.count], loss: loss)
    var u = workspace.parameterGradient.values
    let direction = policy.makeParameters()
    for step in losses.indices.reversed() {
      direction.set(u)
      policy.hessianProduct(
        path[step], direction: direction, inputs: batches[step].inputs, loss: losses[step],
        cache: caches[step], product: workspace.parameterGradient, workspace: workspace)
      DenseMath.addScaled(&u, -rate, workspace.parameterGradient.values)
    }
    return u
  }
}
