import DenseMath
import Networks

/// The inner loss of one support batch at one point: its examples', or the surrogate as the
/// estimator takes it.
///
/// At the parameters that sampled the batch, or at others, where what stop() holds stays what it
/// was at sampling time: the step from there is then the function whose derivative the Jacobian
/// is.
struct InnerLoss: Sendable {
  /// The loss that is a sum over rows, whose gradient the inner step takes.
  let rows: any OutputLoss
  private let coupled: LoadedDiCE?
  private let actions: [Double]
  private let distribution: ActionDistribution

  /// The loss at the parameters that sampled the batch.
  init<Scalar>(
    _ configuration: AdaptationConfiguration, _ batch: LearningBatch<Scalar>, policy: Policy<Scalar>
  ) {
    self.init(configuration, batch, policy: policy, old: nil, outputs: nil)
  }

  /// The loss at other parameters.
  ///
  /// - Parameters:
  ///   - configuration: the inner loop's.
  ///   - batch: the support batch.
  ///   - policy: whose loss it is.
  ///   - oldLogProbabilities: log π at sampling time, [N].
  ///   - logProbabilities: log π at the parameters; asked for where rows depend on each other.
  init<Scalar>(
    _ configuration: AdaptationConfiguration, _ batch: LearningBatch<Scalar>,
    policy: Policy<Scalar>, oldLogProbabilities: [Double],
    logProbabilities: @escaping () -> [Double]
  ) {
    self.init(
      configuration, batch, policy: policy, old: oldLogProbabilities, outputs: logProbabilities)
  }

  private init<Scalar>(
    _ configuration: AdaptationConfiguration, _ batch: LearningBatch<Scalar>,
    policy: Policy<Scalar>, old: [Double]?, outputs: (() -> [Double])?
  ) {
    distribution = policy.distribution
    actions = batch.actions
    if let loss = batch.loss {
      (rows, coupled) = (loss, nil)
      return
    }
    var weights = batch.advantages
    let form: PolicyGradientLoss.Form
    switch configuration.estimator {
    case .logLikelihood:
      (form, coupled) = (.logLikelihood, nil)
    case .lowVarianceCurvature:
      coupled = nil
      form = old.map { .likelihoodRatio(oldLogProbabilities: $0) } ?? .lowVarianceCurvature
    case .dice:
      form = .logLikelihood
      var ratios: [Double]?
      if let old, let outputs { ratios = zip(outputs(), old).map { $0 - $1 } }
      let dice = LoadedDiCE(
        damping: configuration.diceLambda, lengths: batch.lengths, advantages: batch.advantages,
        logRatios: ratios)
      weights = dice.gradientWeights
      coupled = dice
    }
    rows = PolicyGradientLoss(
      distribution: distribution, actions: actions, advantages: weights, form: form)
  }

  /// L and ∇L, the latter left in `gradient`.
  func gradient<Scalar>(
    _ parameters: PreparedParameters<Scalar>, _ batch: LearningBatch<Scalar>,
    policy: Policy<Scalar>, gradient: RowMatrix<Scalar>, cache: ActivationCache<Scalar>?,
    workspace: NetworkWorkspace<Scalar>
  ) -> Double {
    let value = policy.lossGradient(
      parameters, inputs: batch.inputs, loss: rows, gradient: gradient, cache: cache,
      workspace: workspace)
    return coupled.map { value.isFinite ? $0.value : value } ?? value
  }

  /// ∇²L · v, left in `product`; the cache is that of the gradient.
  func hessianProduct<Scalar>(
    _ parameters: PreparedParameters<Scalar>, direction: PreparedParameters<Scalar>,
    _ batch: LearningBatch<Scalar>, policy: Policy<Scalar>, cache: ActivationCache<Scalar>,
    product: RowMatrix<Scalar>, workspace: NetworkWorkspace<Scalar>
  ) {
    var loss: any OutputLoss = rows
    if let coupled {
      let scores = policy.scoreProducts(
        parameters, direction: direction, inputs: batch.inputs, actions: actions, cache: cache,
        workspace: workspace)
      loss = PolicyGradientLoss(
        distribution: distribution, actions: actions, advantages: coupled.gradientWeights,
        form: .coupledScores(weights: coupled.scoreWeights(scores)))
    }
    policy.hessianProduct(
      parameters, direction: direction, inputs: batch.inputs, loss: loss, cache: cache,
      product: product, workspace: workspace)
  }
}
