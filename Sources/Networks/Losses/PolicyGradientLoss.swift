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
/// | clipped ratio | r = π / π_old, or clip(r, 1 − ε, 1 + ε) where that is worse | r, or 0 | 1 |
/// | coupled scores | log π | 1 | 0, and dᵢ sᵢ is added to the Hessian product |
///
/// Source: Finn et al. 2017, arXiv:1703.03400, eq. 5 for the first; Rothfuss et al. 2019,
/// arXiv:1810.06784, eq. 7 for the second; Schulman et al. 2015, arXiv:1502.05477, eq. 14 for the
/// third; Schulman et al. 2017, arXiv:1707.06347, eq. 7 for the fourth. The last is for losses
/// whose rows depend on each other (Loaded DiCE): whoever makes it knows the direction.
public struct PolicyGradientLoss: OutputLoss {
  /// Which g.
  public enum Form: Sendable {
    /// log π.
    case logLikelihood
    /// π / stop(π).
    case lowVarianceCurvature
    /// π / π_old with log π_old given, [N].
    case likelihoodRatio(oldLogProbabilities: [Double])
    /// min(r Â, clip(r, 1 ± range) Â) with log π_old given, [N].
    case clippedRatio(oldLogProbabilities: [Double], range: Double)
    /// log π, with dᵢ, [N], times −1/N added to the rows' Hessian products.
    case coupledScores(weights: [Double])

    /// The given log π_old or d, [N].
    var rows: [Double]? {
      switch self {
      case .logLikelihood, .lowVarianceCurvature: nil
      case .likelihoodRatio(let values), .clippedRatio(let values, _), .coupledScores(let values):
        values
      }
    }
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
    if let rows = form.rows {
      precondition(
        rows.count == advantages.count, "old: \(rows.count), advantages: \(advantages.count)")
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
    switch form {
    case .lowVarianceCurvature, .likelihoodRatio:
      return (coefficient, coefficient)
    case .logLikelihood, .coupledScores:
      let logProbability = distribution.logProbability(block, row: row, actions: actions)
      return (coefficient * logProbability, coefficient)
    case .clippedRatio(let old, let range):
      guard coefficient == 0 else { return (coefficient, coefficient) }
      let i = block.firstRow + row
      let ratio = exp(distribution.logProbability(block, row: row, actions: actions) - old[i])
      return (-weights[i] * min(max(ratio, 1 - range), 1 + range), 0)
    }
  }

  /// cᵢ of a block's row.
  @inline(__always)
  private func coefficient(_ block: OutputBlock, row: Int) -> Double {
    let i = block.firstRow + row
    switch form {
    case .logLikelihood, .lowVarianceCurvature, .coupledScores:
      return -weights[i]
    case .likelihoodRatio(let old):
      return -weights[i]
        * exp(distribution.logProbability(block, row: row, actions: actions) - old[i])
    case .clippedRatio(let old, let range):
      let ratio = exp(distribution.logProbability(block, row: row, actions: actions) - old[i])
      let isCut = weights[i] > 0 ? ratio > 1 + range : ratio < 1 - range
      return isCut ? 0 : -weights[i] * ratio
    }
  }

  /// κ.
  private var scoreWeight: Double {
    switch form {
    case .logLikelihood, .coupledScores: 0
    case .lowVarianceCurvature, .likelihoodRatio, .clippedRatio: 1
    }
  }

  /// −dᵢ / N of a block's rows; nil where nothing is added.
  private func scoreCorrections(_ block: OutputBlock) -> ArraySlice<Double>? {
    guard case .coupledScores(let scores) = form else { return nil }
    let scale = -1 / Double(max(scores.count, 1))
    let valid = validRows(block)
    let rows = scores[
      min(block.firstRow, scores.count)..<(min(block.firstRow, scores.count) + valid)]
    return ArraySlice(rows.map { $0 * scale })
  }

  /// cᵢ sᵢ for every row, and the block's share of the loss.
  public func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    let valid = validRows(block)
    let width = distribution.outputWidth
    var value = 0.0
    for i in (valid * width)..<(block.rowCount * width) { gradient.outputs[i] = 0 }
    switch distribution {
    case .gaussian(let size), .prediction(let size):
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

  /// cᵢ (∇²log πᵢ · v + κ (sᵢ·v) sᵢ) for every row, and what coupled scores add.
  public func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    let valid = validRows(block)
    let width = distribution.outputWidth
    for i in (valid * width)..<(block.rowCount * width) { product.outputs[i] = 0 }
    let kappa = scoreWeight
    let corrections = scoreCorrections(block)
    switch distribution {
    case .gaussian(let size), .prediction(let size):
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
          if let corrections {
            product.outputs[i] += corrections[row] * z * inverse[d]
            product.logStandardDeviations[d] += corrections[row] * (z * z - 1)
          }
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
          if let corrections { product.outputs[row * count + a] += corrections[row] * score }
        }
      }
    }
  }
}
