import DenseMath
import Foundation

extension ActionDistribution {
  /// ∇log π(a|o) · (tangent of the output row and of log σ), one number a row.
  ///
  /// - Parameters:
  ///   - block: the output rows.
  ///   - tangent: of the rows and of log σ.
  ///   - actions: the whole batch's, [N, actionWidth]; rows from N on are left out.
  /// - Returns: [rows of the block that are not padding].
  public func scoreProducts(
    _ block: OutputBlock, tangent: OutputTangent, actions: [Double]
  ) -> [Double] {
    let valid = max(0, min(block.rowCount, actions.count / actionWidth - block.firstRow))
    switch self {
    case .gaussian(let size), .prediction(let size):
      return (0..<valid).map { row in
        var sum = 0.0
        for d in 0..<size {
          let i = row * size + d
          let inverse = block.inverseStandardDeviations[d]
          let z = (actions[block.firstRow * size + i] - block.outputs[i]) * inverse
          sum += z * inverse * tangent.outputs[i] + (z * z - 1) * tangent.logStandardDeviations[d]
        }
        return sum
      }
    case .categorical(let count):
      var p = [Double](repeating: 0, count: count)
      return (0..<valid).map { row in
        softmax(block.outputs, row * count, into: &p)
        var mean = 0.0
        for a in 0..<count { mean += p[a] * tangent.outputs[row * count + a] }
        return tangent.outputs[row * count + Int(actions[block.firstRow + row])] - mean
      }
    }
  }
}

extension Policy {
  /// sₜ·v = ∇log π(aₜ|oₜ) · v of every row.
  ///
  /// - Parameters:
  ///   - parameters: θ of the cached outputs.
  ///   - direction: v, prepared.
  ///   - inputs: the batch of the cache, padded.
  ///   - actions: [N, actionWidth].
  ///   - cache: outputs alone are needed.
  ///   - workspace: scratch of the calling worker.
  /// - Returns: [N].
  public func scoreProducts(
    _ parameters: PreparedParameters<Scalar>, direction: PreparedParameters<Scalar>,
    inputs: RowMatrix<Scalar>, actions: [Double], cache: ActivationCache<Scalar>,
    workspace: NetworkWorkspace<Scalar>
  ) -> [Double] {
    var products: [Double] = []
    forEachOutputTangent(
      parameters, direction: direction, inputs: inputs, cache: cache, workspace: workspace
    ) { block, tangent in
      products += distribution.scoreProducts(block, tangent: tangent, actions: actions)
    }
    return products
  }

  /// log π of a batch's actions from its output rows.
  ///
  /// - Parameters:
  ///   - outputs: [≥ N, W].
  ///   - parameters: θ, for log σ.
  ///   - actions: [N, actionWidth].
  /// - Returns: [N].
  public func logProbabilities(
    outputs: [Double], _ parameters: PreparedParameters<Scalar>, actions: [Double]
  ) -> [Double] {
    distribution.logProbabilities(
      OutputBlock(
        firstRow: 0, rowCount: actions.count / distribution.actionWidth, outputs: outputs,
        logStandardDeviations: logStandardDeviations(parameters)),
      actions: actions)
  }
}
