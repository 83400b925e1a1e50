import DenseMath
import Foundation

/// How much of a gradient's working is kept for curvature products.
public enum ActivationRetention: Sendable {
  /// Outputs of all layers: enough for Gauss–Newton products.
  case outputs
  /// Outputs and gradients of all layers: enough for Hessian products too.
  case outputsAndGradients
}

extension Policy {
  /// The loss over a batch and its gradient, block by block.
  ///
  /// - Parameters:
  ///   - parameters: θ.
  ///   - inputs: observation rows padded to `paddedRows`, [B, O].
  ///   - loss: a loss over the output rows.
  ///   - gradient: overwritten with ∂loss/∂θ, one row of P.
  ///   - cache: filled for curvature products at these parameters and this loss, when given.
  ///   - retention: what of the cache will be needed.
  ///   - workspace: scratch of the calling worker.
  /// - Returns: the loss.
  /// - Complexity: about three forward passes.
  public func lossGradient(
    _ parameters: PreparedParameters<Scalar>, inputs: RowMatrix<Scalar>, loss: some OutputLoss,
    gradient: RowMatrix<Scalar>, cache: ActivationCache<Scalar>? = nil,
    retention: ActivationRetention = .outputsAndGradients,
    workspace: NetworkWorkspace<Scalar>
  ) -> Double {
    workspace.reserve(rows: inputs.rows, coupled: loss.couplesRows)
    let keepsGradients = cache != nil && retention == .outputsAndGradients
    cache?.resize(rows: inputs.rows, keepingGradients: keepsGradients)
    let logStd = logStandardDeviations(parameters)
    let inverseStd = logStd.map { exp(-$0) }
    let last = network.layers.count - 1
    let width = network.outputWidth
    var value = 0.0
    var outputGradient = OutputGradient(
      outputCount: workspace.wideOutputs.count, logStandardDeviationCount: logStd.count)
    let out = gradient.pointer()
    gradient.clear()
    forEachBlock(of: inputs.rows, coupled: loss.couplesRows) { first, rows in
      let input = UnsafePointer(inputs.pointer(row: first))
      let outputs =
        cache.map { LayerRows(matrices: $0.outputs, row: first) } ?? workspace.outputs
      let gradients =
        keepsGradients
        ? cache.map { LayerRows(matrices: $0.gradients, row: first) } ?? workspace.gradients
        : workspace.gradients
      network.forward(parameters, input: input, outputs: outputs, rows: rows)
      Scalar.widen(&workspace.wideOutputs, outputs[last], count: rows * width)
      let block = OutputBlock(
        firstRow: first, rowCount: rows, outputs: workspace.wideOutputs,
        logStandardDeviations: logStd, inverseStandardDeviations: inverseStd)
      value += loss.addGradient(block, into: &outputGradient)
      Scalar.narrow(gradients[last], outputGradient.outputs, count: rows * width)
      network.reverse(
        parameters, input: input, outputs: outputs, gradients: gradients, gradient: out,
        keepsAll: keepsGradients, rows: rows)
      if keepsGradients, let coupling = cache?.coupling {
        coupling.add(
          input: input, output: UnsafePointer(outputs[0]),
          firstGradient: UnsafePointer(gradients[0]), secondGradient: UnsafePointer(gradients[1]),
          rows: rows, scratch: workspace.couplingScratch)
      }
    }
    writeLogStandardDeviations(outputGradient.logStandardDeviations, parameters, into: out)
    if let context {
      context.pullBack(out, at: parameters.vector.pointer())
      if keepsGradients { cache?.keepBiasGradient(out + context.biasStart, count: context.width) }
    }
    return value
  }

  /// The output rows of a batch in double precision, [B, W] (padding included).
  public func outputs(
    _ parameters: PreparedParameters<Scalar>, inputs: RowMatrix<Scalar>,
    workspace: NetworkWorkspace<Scalar>
  ) -> [Double] {
    workspace.reserve(rows: inputs.rows)
    let width = network.outputWidth
    var result = [Double](repeating: 0, count: inputs.rows * width)
    forEachBlock(of: inputs.rows) { first, rows in
      network.forward(
        parameters, input: UnsafePointer(inputs.pointer(row: first)),
        outputs: workspace.outputs, rows: rows)
      result.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        Scalar.widen(
          base + first * width, workspace.outputs[network.layers.count - 1], count: rows * width)
      }
    }
    return result
  }

  /// The output rows that a cache holds, in double precision, [B, W].
  public func outputs(cache: ActivationCache<Scalar>) -> [Double] {
    let matrix = cache.outputs[network.layers.count - 1]
    var result = [Double](repeating: 0, count: matrix.rows * matrix.columns)
    Scalar.widen(&result, matrix.pointer(), count: result.count)
    return result
  }

  /// Calls `body(firstRow, rowCount)` for the blocks of `rows` rows in order: one block where the
  /// network, or whoever asks, couples them.
  func forEachBlock(of rows: Int, coupled: Bool = false, _ body: (Int, Int) -> Void) {
    var first = 0
    while first < rows {
      let count =
        network.couplesRows || coupled ? rows : min(Network<Scalar>.blockRows, rows - first)
      body(first, count)
      first += count
    }
  }

  /// Writes the gradient of log σ behind the network's, zero where the floor holds.
  func writeLogStandardDeviations(
    _ values: [Double], _ parameters: PreparedParameters<Scalar>,
    into out: UnsafeMutablePointer<Scalar>
  ) {
    let mask = floorMask(parameters)
    for i in mask.indices { out[network.parameterCount + i] = Scalar(values[i] * mask[i]) }
  }
}
