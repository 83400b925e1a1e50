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

  /// (the block's share of the loss, cᵢ for its valid rows).
  private func coefficients(_ block: OutputBlock, valid: Int) -> (value: Double, [Double]) {
    let shown = OutputBlock(
      firstRow: block.firstRow, rowCount: valid, outputs: block.outputs,
      logStandardDeviations: block.logStandardDeviations)
    var value = 0.0
    var c = [Double](repeating: 0, count: valid)
    switch form {
    case .logLikelihood:
      let logProbabilities = distribution.logProbabilities(shown, actions: actions)
      for row in 0..<valid {
        c[row] = -weights[block.firstRow + row]
        value += c[row] * logProbabilities[row]
      }
    case .lowVarianceCurvature:
      for row in 0..<valid {
        c[row] = -weights[block.firstRow + row]
        value += c[row]
      }
    case .likelihoodRatio(let old):
      let logProbabilities = distribution.logProbabilities(shown, actions: actions)
      for row in 0..<valid {
        let i = block.firstRow + row
        c[row] = -weights[i] * exp(logProbabilities[row] - old[i])
        value += c[row]
      }
    }
    return (value, c)
  }

  /// κ.
  private var scoreWeight: Double {
    if case .logLikelihood = form { 0 } else { 1 }
  }

  /// cᵢ sᵢ for every row, and the block's share of the loss.
  public func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    let valid = validRows(block)
    let (value, c) = coefficients(block, valid: valid)
    let width = distribution.outputWidth
    for i in (valid * width)..<(block.rowCount * width) { gradient.outputs[i] = 0 }
    switch distribution {
    case .gaussian(let size):
      let inverse = block.logStandardDeviations.map { exp(-$0) }
      for row in 0..<valid {
        for d in 0..<size {
          let i = row * size + d
          let z = (actions[block.firstRow * size + i] - block.outputs[i]) * inverse[d]
          gradient.outputs[i] = c[row] * z * inverse[d]
          gradient.logStandardDeviations[d] += c[row] * (z * z - 1)
        }
      }
    case .categorical(let count):
      var p = [Double](repeating: 0, count: count)
      for row in 0..<valid {
        softmax(block.outputs, row * count, into: &p)
        let action = Int(actions[block.firstRow + row])
        for a in 0..<count {
          gradient.outputs[row * count + a] = c[row] * ((a == action ? 1 : 0) - p[a])
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
    let (_, c) = coefficients(block, valid: valid)
    let width = distribution.outputWidth
    for i in (valid * width)..<(block.rowCount * width) { product.outputs[i] = 0 }
    let kappa = scoreWeight
    switch distribution {
    case .gaussian(let size):
      let inverse = block.logStandardDeviations.map { exp(-$0) }
      for row in 0..<valid {
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
            c[row] * inverse[d] * (-meanTangent - 2 * z * logTangent + scoreProduct * z)
          product.logStandardDeviations[d] +=
            c[row]
            * (-2 * z * meanTangent - 2 * z * z * logTangent + scoreProduct * (z * z - 1))
        }
      }
    case .categorical(let count):
      var p = [Double](repeating: 0, count: count)
      for row in 0..<valid {
        softmax(block.outputs, row * count, into: &p)
        let action = Int(actions[block.firstRow + row])
        var mean = 0.0
        for a in 0..<count { mean += p[a] * tangent.outputs[row * count + a] }
        let scoreProduct = kappa * (tangent.outputs[row * count + action] - mean)
        for a in 0..<count {
          let score = (a == action ? 1 : 0) - p[a]
          product.outputs[row * count + a] =
            c[row]
            * (-p[a] * (tangent.outputs[row * count + a] - mean) + scoreProduct * score)
        }
      }
    }
  }
}
