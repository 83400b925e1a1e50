import DenseMath

/// A network's two uppermost layers as one: a hidden dense layer and a linear one of few outputs.
///
/// Each pass goes once over the hidden layer's rows. The kept gradient of the hidden layer,
/// z̄ = φ′ ⊙ (ȳ W₂), is formed anew from the outputs' where it is needed, so that it need not be
/// kept; the hidden layer's tangent ẏ is never written.
struct NarrowHead<Scalar: DenseScalar>: Sendable {
  let hidden: DenseLayer<Scalar>
  let output: DenseLayer<Scalar>

  /// The head of a stack, or nil where it is of another kind.
  init?(layers: [any Layer<Scalar>]) {
    guard layers.count >= 3, let hidden = layers[layers.count - 2] as? DenseLayer<Scalar>,
      let output = layers[layers.count - 1] as? DenseLayer<Scalar>, output.isNarrow,
      output.activation == .identity, hidden.activation != .identity, !hidden.isNarrow,
      hidden.outputWidth >= Scalar.fusedColumns
    else { return nil }
    self.hidden = hidden
    self.output = output
  }

  /// z̄ of the hidden layer from ȳ, and of the parameters' gradients all but the hidden layer's
  /// W̄.
  func reverse(
    _ parameters: LayerParameters<Scalar>, hiddenOutput: UnsafePointer<Scalar>,
    outputGradient: UnsafeMutablePointer<Scalar>, zGradient: UnsafeMutablePointer<Scalar>,
    hiddenGradient: UnsafeMutablePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>,
    rows: Int
  ) {
    addBiasGradient(outputGradient, gradient, rows: rows)
    Scalar.headReverse(
      hidden.activation, zGradient, y: hiddenOutput, weights: parameters.values,
      width: output.outputWidth, outputGradient: outputGradient,
      biasGradient: hiddenGradient + hidden.weightCount, headGradient: gradient, rows: rows,
      columns: hidden.outputWidth)
  }

  /// The outputs' tangent from the hidden layer's ż − ḃ.
  ///
  /// `cross` is a Hessian product's: ȳ, and where ȳᵀ ẏ is added; nil for a Gauss–Newton product.
  func tangent(
    _ parameters: LayerParameters<Scalar>, _ direction: LayerParameters<Scalar>,
    hiddenDirection: LayerParameters<Scalar>, hiddenOutput: UnsafePointer<Scalar>,
    zTangent: UnsafePointer<Scalar>, outputTangent: UnsafeMutablePointer<Scalar>,
    cross: CrossTerm<Scalar>?, rows: Int
  ) {
    Scalar.headTangent(
      hidden.activation, outputTangent, zTangent: zTangent, y: hiddenOutput,
      biasTangent: hiddenDirection.values + hidden.weightCount,
      head: weights(parameters, direction), outputGradient: cross?.outputGradient,
      headGradient: cross?.gradientTangent, rows: rows, columns: hidden.outputWidth)
  }

  /// The tangent of `reverse`, without what `tangent` added already.
  func reverseTangent(
    _ parameters: LayerParameters<Scalar>, _ direction: LayerParameters<Scalar>,
    hiddenDirection: LayerParameters<Scalar>, hiddenOutput: UnsafePointer<Scalar>,
    zTangent: UnsafePointer<Scalar>, outputGradient: UnsafePointer<Scalar>,
    outputGradientTangent: UnsafeMutablePointer<Scalar>,
    zGradientTangent: UnsafeMutablePointer<Scalar>,
    hiddenGradientTangent: UnsafeMutablePointer<Scalar>,
    gradientTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    addBiasGradient(outputGradientTangent, gradientTangent, rows: rows)
    Scalar.headReverseTangent(
      hidden.activation, zGradientTangent, y: hiddenOutput, zTangent: zTangent,
      biasTangent: hiddenDirection.values + hidden.weightCount,
      head: weights(parameters, direction), outputGradient: outputGradient,
      outputGradientTangent: outputGradientTangent,
      biasGradientTangent: hiddenGradientTangent + hidden.weightCount,
      headGradientTangent: gradientTangent, rows: rows, columns: hidden.outputWidth)
  }

  private func weights(
    _ parameters: LayerParameters<Scalar>, _ direction: LayerParameters<Scalar>
  ) -> HeadWeights<Scalar> {
    HeadWeights(
      values: parameters.values, tangent: direction.values,
      biasTangent: direction.values + output.weightCount, width: output.outputWidth)
  }

  private func addBiasGradient(
    _ outputGradient: UnsafeMutablePointer<Scalar>, _ gradient: UnsafeMutablePointer<Scalar>,
    rows: Int
  ) {
    let width = output.outputWidth
    for entry in 0..<width {
      var sum = Scalar(0)
      for row in 0..<rows { sum += outputGradient[row * width + entry] }
      gradient[output.weightCount + entry] += sum
    }
  }
}

/// Where the gradient kept at the outputs meets the tangent below them.
struct CrossTerm<Scalar> {
  /// ȳ, [rows, outputWidth].
  let outputGradient: UnsafePointer<Scalar>
  /// The output layer's W̄̇, which the term is added to.
  let gradientTangent: UnsafeMutablePointer<Scalar>
}
