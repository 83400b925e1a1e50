import Foundation

/// The policy-gradient losses: ℓ = −Σᵢ wᵢ g(log πᵢ), with wᵢ = Âᵢ / N constant.
///
/// With the score sᵢ = ∂log πᵢ of a row and cᵢ = −wᵢ g′, the gradient of a row is cᵢ sᵢ and the
/// Hessian product cᵢ (∇²log πᵢ · v + κ (sᵢ·v) sᵢ).
///
/// | form | g | g′ | κ |
/// | --- | --- | --- | --- |
/// | log-likelihood | log π | 1 | 0 |
/// | low-variance curvature | π / stop(π) | 1 | 1 |
/// | likelihood ratio | π / π_old | π / π_old | 1 |
///
/// Source: Finn et al. 2017, arXiv:1703.03400, eq. 5 for the first; Rothfuss et al. 2019,
/// arXiv:1810.06784, eq. 7 for the second; Schulman et al. 2015, arXiv:1502.05477, eq. 14 for the
/// third.
public struct PolicyGradientLoss: OutputLoss {
  /// Which g.
  public enum Form: Sendable {
    /// log π.
    case logLikelihood
    /// π / stop(π).
    case lowVarianceCurvature
    /// π / π_old with log π_old given, [N].
    case likelihoodRatio(oldLogProbabilities: [Double])
  }

  let distribution: ActionDistribution
  let actions: [Double]
  let weights: [Double]
  let form: Form

  /// A loss over N rows; rows from N on (padding) count nothing.
  ///
  /// - Parameters:
  ///   - distribution: what the output rows parametrize.
  ///   - actions: [N, actionWidth].
  ///   - advantages: Â, [N].
  ///   - form: which g.
  public init(
    distribution: ActionDistribution, actions: [Double], advantages: [Double], form: Form
  ) {
    precondition(
      actions.count == advantages.count * distribution.actionWidth,
      "actions: \(actions.count) numbers for \(advantages.count) advantages")
    if case .likelihoodRatio(let old) = form {
      precondition(
        old.count == advantages.count, "old: \(old.count), advantages: \(advantages.count)")
    }
    self.distribution = distribution
    self.actions = actions
    let scale = 1 / Double(max(advantages.count, 1))
    weights = advantages.map { $0 * scale }
    self.form = form
  }

  private func validRows(_ block: OutputBlock) -> Int {
    max(0, min(block.rowCount, weights.count - block.firstRow))
  }

  /// (share of the loss, cᵢ) of a block's row.
  @inline(__always)
  private func share(_ block: OutputBlock, row: Int) -> (value: Double, coefficient: Double) {
    let coefficient = coefficient(block, row: row)
    guard case .logLikelihood = form else { return (coefficient, coefficient) }
    let logProbability = distribution.logProbability(block, row: row, actions: actions)
    return (coefficient * logProbability, coefficient)
  }

  /// cᵢ of a block's row.
  @inline(__always)
  private func coefficient(_ block: OutputBlock, row: Int) -> Double {
    let i = block.firstRow + row
    guard case .likelihoodRatio(let old) = form else { return -weights[i] }
    return -weights[i]
      * exp(distribution.logProbability(block, row: row, actions: actions) - old[i])
  }

  /// κ.
  private var scoreWeight: Double {
    if case .logLikelihood = form { 0 } else { 1 }
  }

  /// cᵢ sᵢ for every row, and the block's share of the loss.
  public func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    let valid = validRows(block)
    let width = distribution.outputWidth
    var value = 0.0
    for i in (valid * width)..<(block.rowCount * width) { gradient.outputs[i] = 0 }
    switch distribution {
    case .gaussian(let size):
      let inverse = block.inverseStandardDeviations
      for row in 0..<valid {
        let (share, c) = share(block, row: row)
        value += share
        for d in 0..<size {
          let i = row * size + d
          let z = (actions[block.firstRow * size + i] - block.outputs[i]) * inverse[d]
          gradient.outputs[i] = c * z * inverse[d]
          gradient.logStandardDeviations[d] += c * (z * z - 1)
        }
      }
    case .categorical(let count):
      var p = [Double](repeating: 0, count: count)
      for row in 0..<valid {
        let (share, c) = share(block, row: row)
        value += share
        softmax(block.outputs, row * count, into: &p)
        let action = Int(actions[block.firstRow + row])
        for a in 0..<count {
          gradient.outputs[row * count + a] = c * ((a == action ? 1 : 0) - p[a])
        }
      }
    }
    return value
  }

  /// cᵢ (∇²log πᵢ · v + κ (sᵢ·v) sᵢ) for every row.
  public func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    let valid = validRows(block)
    let width = distribution.outputWidth
    for i in (valid * width)..<(block.rowCount * width) { product.outputs[i] = 0 }
    let kappa = scoreWeight
    switch distribution {
    case .gaussian(let size):
      let inverse = block.inverseStandardDeviations
      for row in 0..<valid {
        let c = coefficient(block, row: row)
        var scoreProduct = 0.0
        if kappa != 0 {
          for d in 0..<size {
            let i = row * size + d
            let z = (actions[block.firstRow * size + i] - block.outputs[i]) * inverse[d]
            scoreProduct +=
              z * inverse[d] * tangent.outputs[i]
              + (z * z - 1) * tangent.logStandardDeviations[d]
          }
          scoreProduct *= kappa
        }
        for d in 0..<size {
          let i = row * size + d
          let z = (actions[block.firstRow * size + i] - block.outputs[i]) * inverse[d]
          let meanTangent = tangent.outputs[i] * inverse[d]
          let logTangent = tangent.logStandardDeviations[d]
          product.outputs[i] =
            c * inverse[d] * (-meanTangent - 2 * z * logTangent + scoreProduct * z)
          product.logStandardDeviations[d] +=
            c
            * (-2 * z * meanTangent - 2 * z * z * logTangent + scoreProduct * (z * z - 1))
        }
      }
    case .categorical(let count):
      var p = [Double](repeating: 0, count: count)
      for row in 0..<valid {
        let c = coefficient(block, row: row)
        softmax(block.outputs, row * count, into: &p)
        let action = Int(actions[block.firstRow + row])
        var mean = 0.0
        for a in 0..<count { mean += p[a] * tangent.outputs[row * count + a] }
        let scoreProduct = kappa * (tangent.outputs[row * count + action] - mean)
        for a in 0..<count {
          let score = (a == action ? 1 : 0) - p[a]
          product.outputs[row * count + a] =
            c
            * (-p[a] * (tangent.outputs[row * count + a] - mean) + scoreProduct * score)
        }
      }
    }
  }
}
