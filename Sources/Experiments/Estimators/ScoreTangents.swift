import DenseMath
import Foundation
import Networks
import Synchronization

/// Records s_t = ∇log π(a_t|o_t)·v of every row while a product's tangents pass by.
///
/// As a curvature it is zero; what it is for are the recorded numbers.
final class ScoreTangents: OutputCurvature {
  private let distribution: ActionDistribution
  private let actions: [Double]
  private let recorded: Mutex<[Double]>

  /// A recorder of N rows.
  init(distribution: ActionDistribution, actions: [Double]) {
    self.distribution = distribution
    self.actions = actions
    recorded = Mutex(Array(repeating: 0, count: actions.count / distribution.actionWidth))
  }

  /// s, [N].
  var values: [Double] { recorded.withLock { $0 } }

  func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    for i in product.outputs.indices { product.outputs[i] = 0 }
    recorded.withLock { scores in
      let valid = max(0, min(block.rowCount, scores.count - block.firstRow))
      for row in 0..<valid {
        scores[block.firstRow + row] = score(block, tangent, row)
      }
    }
  }

  private func score(_ block: OutputBlock, _ tangent: OutputTangent, _ row: Int) -> Double {
    switch distribution {
    case .gaussian(let size):
      return (0..<size).reduce(0) { sum, d in
        let i = row * size + d
        let inverse = exp(-block.logStandardDeviations[d])
        let z = (actions[block.firstRow * size + i] - block.outputs[i]) * inverse
        return sum + z * inverse * tangent.outputs[i]
          + (z * z - 1) * tangent.logStandardDeviations[d]
      }
    case .categorical(let count):
      let logits = block.outputs[(row * count)..<((row + 1) * count)]
      let probabilities = softmaxProbabilities(logits)
      let mean = (0..<count).reduce(0) {
        $0 + probabilities[$1] * tangent.outputs[row * count + $1]
      }
      return tangent.outputs[row * count + Int(actions[block.firstRow + row])] - mean
    }
  }
}

/// exp(xᵢ) / Σ exp(x).
func softmaxProbabilities(_ logits: ArraySlice<Double>) -> [Double] {
  let greatest = logits.max() ?? 0
  let weights = logits.map { exp($0 - greatest) }
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}
