import DenseMath
import Foundation
import Networks
import TestSupport

/// A small policy with a random batch, for tests.
struct PolicyFixture<Scalar: DenseScalar> {
  let policy: Policy<Scalar>
  let theta: [Double]
  let observations: [Double]
  let actions: [Double]
  let advantages: [Double]
  let workspace: NetworkWorkspace<Scalar>

  init(
    _ distribution: ActionDistribution, rows: Int, activation: ActivationKind = .tanh,
    inputWidth: Int = 3, hidden: [Int] = [12, 7],
    logStandardDeviationFloor: Double = log(1e-6)
  ) {
    let policy = Policy<Scalar>(
      network: Network(
        inputWidth: inputWidth, hidden: hidden, outputWidth: distribution.outputWidth,
        activation: activation),
      distribution: distribution, logStandardDeviationFloor: logStandardDeviationFloor)
    self.policy = policy
    workspace = policy.makeWorkspace()
    var generator = SeededGenerator(seed: 31)
    theta = generator.numbers(policy.parameterCount, limit: 0.5)
    observations = generator.numbers(rows * inputWidth, limit: 2)
    switch distribution {
    case .gaussian(let size), .prediction(let size):
      actions = generator.numbers(rows * size, limit: 2)
    case .categorical(let count):
      actions = (0..<rows).map { _ in Double(Int.random(in: 0..<count, using: &generator)) }
    }
    advantages = generator.numbers(rows)
  }

  /// Prepared parameters with the given values.
  func parameters(_ values: [Double]) -> PreparedParameters<Scalar> {
    let parameters = policy.makeParameters()
    parameters.set(rounding: values)
    return parameters
  }

  /// Rows `range` of the batch, padded; what stands in the padding is the caller's choice.
  func inputs(_ range: Range<Int>, padding: Double = 0) -> RowMatrix<Scalar> {
    let width = policy.network.inputWidth
    let matrix = RowMatrix<Scalar>(rows: Policy<Scalar>.paddedRows(range.count), columns: width)
    for i in 0..<(matrix.rows * width) { matrix.pointer()[i] = Scalar(padding) }
    for i in 0..<(range.count * width) {
      matrix.pointer()[i] = Scalar(observations[range.lowerBound * width + i])
    }
    return matrix
  }

  /// The policy-gradient loss of rows `range`.
  func loss(_ range: Range<Int>, _ form: PolicyGradientLoss.Form) -> PolicyGradientLoss {
    let width = policy.distribution.actionWidth
    return PolicyGradientLoss(
      distribution: policy.distribution,
      actions: Array(actions[(range.lowerBound * width)..<(range.upperBound * width)]),
      advantages: Array(advantages[range]), form: form)
  }

  /// Output rows and log σ at θ for rows `range`.
  func block(_ range: Range<Int>, _ values: [Double]) -> OutputBlock {
    let prepared = parameters(values)
    return OutputBlock(
      firstRow: 0, rowCount: range.count,
      outputs: policy.outputs(prepared, inputs: inputs(range), workspace: workspace),
      logStandardDeviations: policy.logStandardDeviations(prepared))
  }

  /// Loss and gradient of rows `range` at θ, or at other parameters.
  func gradient(
    _ range: Range<Int>, _ loss: some OutputLoss, at values: [Double]? = nil, padding: Double = 0,
    cache: ActivationCache<Scalar>? = nil
  ) -> (value: Double, gradient: [Double]) {
    let value = policy.lossGradient(
      parameters(values ?? theta), inputs: inputs(range, padding: padding), loss: loss,
      gradient: workspace.parameterGradient, cache: cache, workspace: workspace)
    return (value, Scalar.widened(workspace.parameterGradient.values))
  }

  /// ∇²loss · v of rows `range` at θ.
  func hessianProduct(
    _ range: Range<Int>, _ loss: some OutputLoss, _ v: [Double], padding: Double = 0
  ) -> [Double] {
    let cache = ActivationCache(network: policy.network)
    _ = gradient(range, loss, padding: padding, cache: cache)
    policy.hessianProduct(
      parameters(theta), direction: parameters(v), inputs: inputs(range, padding: padding),
      loss: loss, cache: cache, product: workspace.parameterGradient, workspace: workspace)
    return Scalar.widened(workspace.parameterGradient.values)
  }

  /// Jᵀ C J v of rows `range` at θ.
  func gaussNewtonProduct(
    _ range: Range<Int>, _ curvature: some OutputCurvature, _ v: [Double], padding: Double = 0
  ) -> [Double] {
    let cache = ActivationCache(network: policy.network)
    _ = gradient(range, loss(range, .logLikelihood), padding: padding, cache: cache)
    policy.gaussNewtonProduct(
      parameters(theta), direction: parameters(v), inputs: inputs(range, padding: padding),
      curvature: curvature, cache: cache, product: workspace.parameterGradient,
      workspace: workspace)
    return Scalar.widened(workspace.parameterGradient.values)
  }
}

/// One Gaussian and one categorical distribution.
let distributions = [
  ActionDistribution.gaussian(actionSize: 2), .categorical(actionCount: 5),
]
