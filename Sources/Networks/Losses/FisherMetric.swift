import Foundation

/// Mean Fisher information of the action distributions of N rows, as a curvature over outputs.
///
/// Gaussian: diag(1/σ²) for the mean, 2 for log σ; categorical: diag(p) − p pᵀ. It is the
/// Hessian of either KL where old and new coincide.
public struct FisherMetric: OutputCurvature {
  let distribution: ActionDistribution
  let rowCount: Int

  /// The mean over `rowCount` rows; rows behind them (padding) count nothing.
  public init(distribution: ActionDistribution, rowCount: Int) {
    self.distribution = distribution
    self.rowCount = rowCount
  }

  /// The mean Fisher matrix applied to a tangent.
  public func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    let valid = max(0, min(block.rowCount, rowCount - block.firstRow))
    let width = distribution.outputWidth
    let scale = 1 / Double(max(rowCount, 1))
    for i in (valid * width)..<(block.rowCount * width) { product.outputs[i] = 0 }
    switch distribution {
    case .gaussian(let size), .prediction(let size):
      for d in 0..<size {
        let inverse = block.inverseStandardDeviations[d]
        let precision = scale * (inverse * inverse)
        for row in 0..<valid {
          product.outputs[row * size + d] = precision * tangent.outputs[row * size + d]
        }
        product.logStandardDeviations[d] +=
          2 * scale * Double(valid) * tangent.logStandardDeviations[d]
      }
    case .categorical(let count):
      var p = [Double](repeating: 0, count: count)
      for row in 0..<valid {
        softmax(block.outputs, row * count, into: &p)
        var mean = 0.0
        for a in 0..<count { mean += p[a] * tangent.outputs[row * count + a] }
        for a in 0..<count {
          product.outputs[row * count + a] =
            scale * p[a] * (tangent.outputs[row * count + a] - mean)
        }
      }
    }
  }
}
