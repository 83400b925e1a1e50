import DenseMath
import Networks

/// Random rows, actions and old distributions for checks of losses.
struct LossFixture {
  let distribution: ActionDistribution
  let rows = 9
  private let outputs: [Double]
  private let logStandardDeviations: [Double]
  private let oldOutputs: [Double]
  private let oldLogStandardDeviations: [Double]
  let actions: [Double]
  private let advantages: [Double]

  init(_ distribution: ActionDistribution) {
    self.distribution = distribution
    var stream = RandomStream(key: RandomKey(seed: 2, purpose: .check))
    func normals(_ count: Int) -> [Double] { (0..<count).map { _ in stream.normal() } }
    let (width, deviations) = (
      distribution.outputWidth, distribution.logStandardDeviationCount
    )
    outputs = normals(rows * width)
    oldOutputs = normals(rows * width)
    logStandardDeviations = normals(deviations).map { 0.3 * $0 }
    oldLogStandardDeviations = normals(deviations).map { 0.3 * $0 }
    advantages = normals(rows)
    switch distribution {
    case .gaussian, .prediction: actions = normals(rows * width)
    case .categorical: actions = (0..<rows).map { Double($0 % width) }
    }
  }

  var check: LossCheck {
    LossCheck(
      distribution: distribution, outputs: outputs,
      logStandardDeviations: logStandardDeviations)
  }

  var logProbabilities: [Double] {
    distribution.logProbabilities(
      OutputBlock(
        firstRow: 0, rowCount: rows, outputs: outputs,
        logStandardDeviations: logStandardDeviations),
      actions: actions)
  }

  /// Off the present ones, so that ratios are not 1.
  var oldLogProbabilities: [Double] {
    logProbabilities.enumerated().map { $1 + 0.2 * Double($0 % 5) - 0.4 }
  }

  func policyGradient(_ form: PolicyGradientLoss.Form) -> PolicyGradientLoss {
    PolicyGradientLoss(
      distribution: distribution, actions: actions, advantages: advantages, form: form)
  }

  /// Old distributions of their own, or the present ones.
  func divergence(_ direction: KLDivergenceLoss.Direction, isOld: Bool) -> KLDivergenceLoss {
    KLDivergenceLoss(
      distribution: distribution, oldOutputs: isOld ? oldOutputs : outputs,
      oldLogStandardDeviations: isOld ? oldLogStandardDeviations : logStandardDeviations,
      direction: direction)
  }
}
