import Foundation

/// Mean over N rows of −log softmax(row)[label].
///
/// With p the softmax, the gradient of a row is (p − e_label) / N and its Hessian
/// (diag(p) − p pᵀ) / N, which is the Gauss–Newton matrix and the Fisher metric too.
/// Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network
/// outputs", doi:10.1007/978-3-642-76153-9_28.
public struct CrossEntropyLoss: OutputLoss {
  private let labels: [Int]
  private let classCount: Int

  /// A loss over N rows; rows from N on (padding) count nothing.
  ///
  /// - Parameters:
  ///   - labels: [N], whole numbers of 0 ..< classCount.
  ///   - classCount: W ≥ 1, entries of a row.
  public init(labels: [Double], classCount: Int) {
    self.labels = labels.map { Int($0) }
    precondition(
      self.labels.allSatisfy { (0..<classCount).contains($0) }, "a label beyond \(classCount)")
    self.classCount = classCount
  }

  private func validRows(_ block: OutputBlock) -> Int {
    max(0, min(block.rowCount, labels.count - block.firstRow))
  }

  /// The gradient, and the block's share of the mean.
  public func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    let valid = validRows(block)
    let scale = 1 / Double(max(labels.count, 1))
    var value = 0.0
    for row in 0..<valid {
      let (start, label) = (row * classCount, labels[block.firstRow + row])
      let normalizer = logSumExp(block.outputs, start, classCount)
      value += normalizer - block.outputs[start + label]
      for c in 0..<classCount {
        gradient.outputs[start + c] =
          scale * (exp(block.outputs[start + c] - normalizer) - (c == label ? 1 : 0))
      }
    }
    for i in (valid * classCount)..<(block.rowCount * classCount) { gradient.outputs[i] = 0 }
    return scale * value
  }

  /// (diag(p) − p pᵀ) / N times the tangent.
  public func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    let valid = validRows(block)
    let scale = 1 / Double(max(labels.count, 1))
    var p = [Double](repeating: 0, count: classCount)
    for row in 0..<valid {
      let start = row * classCount
      softmax(block.outputs, start, into: &p)
      var mean = 0.0
      for c in 0..<classCount { mean += p[c] * tangent.outputs[start + c] }
      for c in 0..<classCount {
        product.outputs[start + c] = scale * p[c] * (tangent.outputs[start + c] - mean)
      }
    }
    for i in (valid * classCount)..<(block.rowCount * classCount) { product.outputs[i] = 0 }
  }
}
