import Foundation

/// Prototypical networks' loss over embeddings: support examples first, then query examples.
///
/// The prototype c_k of a class is the mean of the embeddings of its support examples, and
/// p(k | x) the softmax over classes of −‖f(x) − c_k‖², not divided by the dimension; the loss is
/// the mean over all queries of −log p(label | x). With r = (p − e_label) / N and Δ = f(x) − c_k:
///
/// - f̄(x) = −2 Σ_k r_k Δ_k, c̄_k = 2 Σ_x r_k Δ_k, and every support example has its share of c̄
/// - along a direction ż_k = −2 Δ_k · Δ̇_k, ṙ_k = p_k (ż_k − Σ p ż) / N, and both gradients move by
///   ∓2 Σ (ṙ_k Δ_k + r_k Δ̇_k)
///
/// Rows depend on each other, so that a batch is one block.
/// Source: Snell et al. 2017, arXiv:1703.05175, algorithm 1.
public struct PrototypeLoss: OutputLoss {
  private let supportLabels: [Int]
  private let queryLabels: [Int]
  private let classCount: Int
  private let width: Int
  private let counts: [Double]

  /// A loss over N_s support rows and N_q query rows behind them; rows behind both (padding) count
  /// nothing.
  ///
  /// - Parameters:
  ///   - supportLabels: [N_s], whole numbers of 0 ..< classCount, each at least once.
  ///   - queryLabels: [N_q] of them.
  ///   - classCount: classes.
  ///   - width: numbers of an embedding.
  public init(supportLabels: [Double], queryLabels: [Double], classCount: Int, width: Int) {
    self.supportLabels = supportLabels.map { Int($0) }
    self.queryLabels = queryLabels.map { Int($0) }
    self.classCount = classCount
    self.width = width
    var counts = [Double](repeating: 0, count: classCount)
    for label in self.supportLabels { counts[label] += 1 }
    precondition(counts.allSatisfy { $0 > 0 }, "a class without a support example")
    self.counts = counts
  }

  /// They are coupled by the prototypes.
  public var couplesRows: Bool { true }

  /// c, [classes, width], of embeddings or of their tangents.
  public func prototypes(_ rows: [Double]) -> [Double] {
    var means = [Double](repeating: 0, count: classCount * width)
    for (row, label) in supportLabels.enumerated() {
      for d in 0..<width { means[label * width + d] += rows[row * width + d] / counts[label] }
    }
    return means
  }

  /// −‖f(x) − c_k‖² of every query, [N_q, classes].
  ///
  /// - Parameter rows: embeddings of support and query, [≥ N_s + N_q, width].
  /// - Returns: the logits.
  public func logits(_ rows: [Double]) -> [Double] {
    let means = prototypes(rows)
    var logits: [Double] = []
    for query in queryLabels.indices {
      let start = (supportLabels.count + query) * width
      for k in 0..<classCount {
        logits.append(
          -(0..<width).reduce(0.0) {
            let difference = rows[start + $1] - means[k * width + $1]
            return $0 + difference * difference
          })
      }
    }
    return logits
  }

  private func check(_ block: OutputBlock) {
    precondition(
      block.firstRow == 0 && block.rowCount >= supportLabels.count + queryLabels.count,
      "prototypes of a part of a batch: \(block.rowCount) rows from \(block.firstRow)")
  }

  /// The gradient with respect to all embeddings, and the loss.
  public func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    check(block)
    let (logits, means) = (logits(block.outputs), prototypes(block.outputs))
    var value = 0.0
    var meanGradient = [Double](repeating: 0, count: means.count)
    for i in 0..<(block.rowCount * width) { gradient.outputs[i] = 0 }
    for (query, label) in queryLabels.enumerated() {
      let start = (supportLabels.count + query) * width
      let normalizer = logSumExp(logits, query * classCount, classCount)
      value += normalizer - logits[query * classCount + label]
      for k in 0..<classCount {
        let p = exp(logits[query * classCount + k] - normalizer)
        let r = (p - (k == label ? 1 : 0)) / Double(queryLabels.count)
        for d in 0..<width {
          let pull = 2 * r * (block.outputs[start + d] - means[k * width + d])
          gradient.outputs[start + d] -= pull
          meanGradient[k * width + d] += pull
        }
      }
    }
    share(meanGradient, into: &gradient)
    return value / Double(max(queryLabels.count, 1))
  }

  /// The Hessian with respect to all embeddings, applied to a tangent.
  public func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    check(block)
    let (logits, means) = (logits(block.outputs), prototypes(block.outputs))
    let meanTangents = prototypes(tangent.outputs)
    var meanProduct = [Double](repeating: 0, count: means.count)
    var p = [Double](repeating: 0, count: classCount)
    var moved = p
    for i in 0..<(block.rowCount * width) { product.outputs[i] = 0 }
    for (query, label) in queryLabels.enumerated() {
      let start = (supportLabels.count + query) * width
      softmax(logits, query * classCount, into: &p)
      for k in 0..<classCount {
        moved[k] = (0..<width).reduce(0.0) {
          let i = k * width + $1
          return $0 - 2 * (block.outputs[start + $1] - means[i])
            * (tangent.outputs[start + $1] - meanTangents[i])
        }
      }
      let mean = zip(p, moved).reduce(0) { $0 + $1.0 * $1.1 }
      for k in 0..<classCount {
        let r = (p[k] - (k == label ? 1 : 0)) / Double(queryLabels.count)
        let rTangent = p[k] * (moved[k] - mean) / Double(queryLabels.count)
        for d in 0..<width {
          let i = k * width + d
          let pull =
            2
            * (rTangent * (block.outputs[start + d] - means[i])
              + r * (tangent.outputs[start + d] - meanTangents[i]))
          product.outputs[start + d] -= pull
          meanProduct[i] += pull
        }
      }
    }
    share(meanProduct, into: &product)
  }

  /// Every support example has its part of what its prototype has.
  private func share(_ prototypes: [Double], into gradient: inout OutputGradient) {
    for (row, label) in supportLabels.enumerated() {
      for d in 0..<width {
        gradient.outputs[row * width + d] = prototypes[label * width + d] / counts[label]
      }
    }
  }
}
