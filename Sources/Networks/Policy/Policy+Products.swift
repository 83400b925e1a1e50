import DenseMath
import Foundation

/// Curvature products on cached activations.
extension Policy {
  /// ∇²loss(θ) · v, exact, by forward-over-reverse.
  ///
  /// - Parameters:
  ///   - parameters: θ of the cached gradient.
  ///   - direction: v, prepared.
  ///   - inputs: the batch of the cached gradient.
  ///   - loss: the loss of the cached gradient.
  ///   - cache: filled by `lossGradient` with outputs and gradients.
  ///   - product: overwritten, one row of P; may not be `direction`.
  ///   - workspace: scratch of the calling worker.
  /// - Complexity: about two gradients less a forward pass.
  public func hessianProduct(
    _ parameters: PreparedParameters<Scalar>, direction: PreparedParameters<Scalar>,
    inputs: RowMatrix<Scalar>, loss: some OutputLoss, cache: ActivationCache<Scalar>,
    product: RowMatrix<Scalar>, workspace: NetworkWorkspace<Scalar>
  ) {
    curvatureProduct(
      parameters, direction: direction, inputs: inputs, curvature: loss, cache: cache,
      product: product, keptGradients: cache.gradients, workspace: workspace
    ) { input, outputs, first, rows, out in
      network.reverseTangent(
        parameters, direction, input: input, outputs: outputs, kept: workspace.kept,
        tangents: workspace.tangents,
        gradients: LayerRows(matrices: cache.gradients, row: first),
        gradientTangents: workspace.gradientTangents, gradientTangent: out,
        coupling: cache.coupling, rows: rows)
    }
    cache.coupling?.addProduct(
      direction: UnsafePointer(direction.networkPointer), product: product.pointer(),
      scratch: workspace.couplingScratch)
    guard let context else { return }
    context.pullBack(product.pointer(), at: parameters.vector.pointer())
    context.addCurvature(
      product.pointer(), biasGradient: cache.biasGradient, direction: direction.vector.pointer())
  }

  /// Jᵀ C J · v, with J the derivative of (output rows, log σ) with respect to θ and C the
  /// curvature over outputs: the Gauss–Newton product; for the Fisher metric, the Fisher matrix.
  ///
  /// - Parameters: as `hessianProduct`'s; the cache needs outputs alone.
  public func gaussNewtonProduct(
    _ parameters: PreparedParameters<Scalar>, direction: PreparedParameters<Scalar>,
    inputs: RowMatrix<Scalar>, curvature: some OutputCurvature, cache: ActivationCache<Scalar>,
    product: RowMatrix<Scalar>, workspace: NetworkWorkspace<Scalar>
  ) {
    curvatureProduct(
      parameters, direction: direction, inputs: inputs, curvature: curvature, cache: cache,
      product: product, keptGradients: nil, workspace: workspace
    ) { input, outputs, _, rows, out in
      network.reverse(
        parameters, input: input, outputs: outputs, gradients: workspace.gradientTangents,
        gradient: out, keepsAll: false, rows: rows)
    }
    context?.pullBack(product.pointer(), at: parameters.vector.pointer())
  }

  /// The tangents of (output rows, log σ) along a direction, handed to `body` block by block.
  ///
  /// - Parameters: as `gaussNewtonProduct`'s; the cache needs outputs alone.
  /// - Complexity: about two forward passes.
  public func forEachOutputTangent(
    _ parameters: PreparedParameters<Scalar>, direction: PreparedParameters<Scalar>,
    inputs: RowMatrix<Scalar>, cache: ActivationCache<Scalar>, workspace: NetworkWorkspace<Scalar>,
    _ body: (OutputBlock, OutputTangent) -> Void
  ) {
    direction.prepare(at: parameters)
    forEachTangentBlock(
      parameters, direction: direction, inputs: inputs, cache: cache, crossing: nil,
      workspace: workspace
    ) { block, tangent, _, _ in body(block, tangent) }
  }

  /// What both products share: tangents forward, the curvature at the outputs, `reversePass` back.
  private func curvatureProduct(
    _ parameters: PreparedParameters<Scalar>, direction: PreparedParameters<Scalar>,
    inputs: RowMatrix<Scalar>, curvature: some OutputCurvature, cache: ActivationCache<Scalar>,
    product: RowMatrix<Scalar>, keptGradients: [RowMatrix<Scalar>]?,
    workspace: NetworkWorkspace<Scalar>,
    reversePass: (
      _ input: UnsafePointer<Scalar>, _ outputs: LayerRows<Scalar>, _ firstRow: Int,
      _ rows: Int, _ out: UnsafeMutablePointer<Scalar>
    ) -> Void
  ) {
    workspace.reserve(rows: inputs.rows, coupled: curvature.couplesRows)
    let last = network.layers.count - 1
    let width = network.outputWidth
    var outputProduct = OutputGradient(
      outputCount: workspace.wideOutputs.count,
      logStandardDeviationCount: distribution.logStandardDeviationCount)
    let out = product.pointer()
    product.clear()
    direction.prepare(at: parameters)
    forEachTangentBlock(
      parameters, direction: direction, inputs: inputs, cache: cache,
      crossing: keptGradients.map { ($0, out) }, coupled: curvature.couplesRows,
      workspace: workspace
    ) { block, tangent, input, outputs in
      curvature.addProduct(block, tangent: tangent, into: &outputProduct)
      Scalar.narrow(
        workspace.gradientTangents[last], outputProduct.outputs, count: block.rowCount * width)
      reversePass(input, outputs, block.firstRow, block.rowCount, out)
    }
    writeLogStandardDeviations(outputProduct.logStandardDeviations, parameters, into: out)
  }

  /// Tangents forward, block by block.
  private func forEachTangentBlock(
    _ parameters: PreparedParameters<Scalar>, direction: PreparedParameters<Scalar>,
    inputs: RowMatrix<Scalar>, cache: ActivationCache<Scalar>,
    crossing: (kept: [RowMatrix<Scalar>], product: UnsafeMutablePointer<Scalar>)?,
    coupled: Bool = false, workspace: NetworkWorkspace<Scalar>,
    _ body: (OutputBlock, OutputTangent, UnsafePointer<Scalar>, LayerRows<Scalar>) -> Void
  ) {
    workspace.reserve(rows: inputs.rows)
    let last = network.layers.count - 1
    let width = network.outputWidth
    let logStd = logStandardDeviations(parameters)
    let inverseStd = logStd.map { exp(-$0) }
    let logTangent = logStandardDeviationTangents(direction, at: parameters)
    forEachBlock(of: inputs.rows, coupled: coupled) { first, rows in
      let input = UnsafePointer(inputs.pointer(row: first))
      let outputs = LayerRows(matrices: cache.outputs, row: first)
      network.tangent(
        parameters, direction, input: input, outputs: outputs, kept: workspace.kept,
        tangents: workspace.tangents,
        crossing: crossing.map { (LayerRows(matrices: $0.kept, row: first), $0.product) },
        rows: rows)
      Scalar.widen(&workspace.wideOutputs, outputs[last], count: rows * width)
      Scalar.widen(&workspace.wideTangents, workspace.tangents[last], count: rows * width)
      body(
        OutputBlock(
          firstRow: first, rowCount: rows, outputs: workspace.wideOutputs,
          logStandardDeviations: logStd, inverseStandardDeviations: inverseStd),
        OutputTangent(outputs: workspace.wideTangents, logStandardDeviations: logTangent), input,
        outputs)
    }
  }
}
