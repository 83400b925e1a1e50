import Foundation

/// Mean KL divergence between fixed old distributions and the current ones, over N rows.
///
/// Gaussian, from p to q and summed over dimensions:
/// log σ_q − log σ_p + (σ_p² + (μ_p − μ_q)²) / (2σ_q²) − ½. Categorical: Σ p (log p − log q).
public struct KLDivergenceLoss: OutputLoss {
  /// Which distribution the expectation is under.
  public enum Direction: String, Sendable, CaseIterable {
    /// KL(old ‖ new), the trust region's.
    case oldToNew
    /// KL(new ‖ old).
    case newToOld
  }

  let distribution: ActionDistribution
  let oldOutputs: [Double]
  let oldLogStandardDeviations: [Double]
  let direction: Direction
  private let rowCount: Int

  /// - Parameters:
  ///   - distribution: what the output rows parametrize.
  ///   - oldOutputs: [N, W]; logits need not be normalized.
  ///   - oldLogStandardDeviations: after the floor, [A].
  ///   - direction: which KL.
  public init(
    distribution: ActionDistribution, oldOutputs: [Double],
    oldLogStandardDeviations: [Double], direction: Direction
  ) {
    precondition(
      oldOutputs.count % distribution.outputWidth == 0
        && oldLogStandardDeviations.count == distribution.logStandardDeviationCount,
      "old outputs: \(oldOutputs.count), log σ: \(oldLogStandardDeviations.count)")
    self.distribution = distribution
    self.oldOutputs = oldOutputs
    self.oldLogStandardDeviations = oldLogStandardDeviations
    self.direction = direction
    rowCount = oldOutputs.count / distribution.outputWidth
  }

  private func validRows(_ block: OutputBlock) -> Int {
    max(0, min(block.rowCount, rowCount - block.firstRow))
  }

  /// The gradient with respect to the current distributions, and the block's share of the mean KL.
  public func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    let valid = validRows(block)
    let width = distribution.outputWidth
    let scale = 1 / Double(max(rowCount, 1))
    let first = block.firstRow * width
    for i in (valid * width)..<(block.rowCount * width) { gradient.outputs[i] = 0 }
    var value = 0.0
    switch distribution {
    case .gaussian(let size), .prediction(let size):
      for d in 0..<size {
        let (old, new) = (oldLogStandardDeviations[d], block.logStandardDeviations[d])
        let fixed = exp(-2 * (direction == .oldToNew ? new : old))
        let ratio = exp(2 * (direction == .oldToNew ? old - new : new - old))
        for row in 0..<valid {
          let i = row * size + d
          let difference = block.outputs[i] - oldOutputs[first + i]
          let square = difference * difference * fixed
          gradient.outputs[i] = scale * difference * fixed
          switch direction {
          case .oldToNew:
            value += scale * (new - old + 0.5 * (ratio + square) - 0.5)
            gradient.logStandardDeviations[d] += scale * (1 - ratio - square)
          case .newToOld:
            value += scale * (old - new + 0.5 * (ratio + square) - 0.5)
            gradient.logStandardDeviations[d] += scale * (ratio - 1)
          }
        }
      }
    case .categorical(let count):
      for row in 0..<valid {
        let (start, oldStart) = (row * count, first + row * count)
        let normalizer = logSumExp(block.outputs, start, count)
        let oldNormalizer = logSumExp(oldOutputs, oldStart, count)
        var divergence = 0.0
        for a in 0..<count {
          let logNew = block.outputs[start + a] - normalizer
          let logOld = oldOutputs[oldStart + a] - oldNormalizer
          divergence +=
            direction == .oldToNew
            ? exp(logOld) * (logOld - logNew) : exp(logNew) * (logNew - logOld)
        }
        for a in 0..<count {
          let logNew = block.outputs[start + a] - normalizer
          let logOld = oldOutputs[oldStart + a] - oldNormalizer
          gradient.outputs[start + a] =
            direction == .oldToNew
            ? scale * (exp(logNew) - exp(logOld))
            : scale * exp(logNew) * (logNew - logOld - divergence)
        }
        value += scale * divergence
      }
    }
    return value
  }

  /// The Hessian with respect to the current distributions, applied to a tangent.
  public func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    let valid = validRows(block)
    let width = distribution.outputWidth
    let scale = 1 / Double(max(rowCount, 1))
    let first = block.firstRow * width
    for i in (valid * width)..<(block.rowCount * width) { product.outputs[i] = 0 }
    switch distribution {
    case .gaussian(let size), .prediction(let size):
      for d in 0..<size {
        let (old, new) = (oldLogStandardDeviations[d], block.logStandardDeviations[d])
        let fixed = exp(-2 * (direction == .oldToNew ? new : old))
        let ratio = exp(2 * (direction == .oldToNew ? old - new : new - old))
        let logTangent = tangent.logStandardDeviations[d]
        for row in 0..<valid {
          let i = row * size + d
          let difference = block.outputs[i] - oldOutputs[first + i]
          let meanTangent = tangent.outputs[i]
          switch direction {
          case .oldToNew:
            product.outputs[i] = scale * fixed * (meanTangent - 2 * difference * logTangent)
            product.logStandardDeviations[d] +=
              2 * scale
              * ((ratio + difference * difference * fixed) * logTangent
                - difference * fixed * meanTangent)
          case .newToOld:
            product.outputs[i] = scale * fixed * meanTangent
            product.logStandardDeviations[d] += 2 * scale * ratio * logTangent
          }
        }
      }
    case .categorical(let count):
      var p = [Double](repeating: 0, count: count)
      for row in 0..<valid {
        let (start, oldStart) = (row * count, first + row * count)
        softmax(block.outputs, start, into: &p)
        var mean = 0.0
        for a in 0..<count { mean += p[a] * tangent.outputs[start + a] }
        guard direction == .newToOld else {
          for a in 0..<count {
            product.outputs[start + a] = scale * p[a] * (tangent.outputs[start + a] - mean)
          }
          continue
        }
        // The gradient is p (g − KL) with g = log p − log p_old; ġ = ż − p·ż, K̇L = Σ p g ġ.
        let normalizer = logSumExp(block.outputs, start, count)
        let oldNormalizer = logSumExp(oldOutputs, oldStart, count)
        var (divergence, divergenceTangent) = (0.0, 0.0)
        for a in 0..<count {
          let g = block.outputs[start + a] - normalizer - oldOutputs[oldStart + a] + oldNormalizer
          divergence += p[a] * g
          divergenceTangent += p[a] * g * (tangent.outputs[start + a] - mean)
        }
        for a in 0..<count {
          let g = block.outputs[start + a] - normalizer - oldOutputs[oldStart + a] + oldNormalizer
          let logTangent = tangent.outputs[start + a] - mean
          product.outputs[start + a] =
            scale * p[a] * (logTangent * (g - divergence + 1) - divergenceTangent)
        }
      }
    }
  }
}
