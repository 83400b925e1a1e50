import DenseMath

/// A network's lowest layer where inputs are few: its curvature passes without a matrix product.
///
/// Neither ż nor z̄ is kept: with so few inputs a `BottomCoupling` stands for what a Hessian
/// product needs of them.
struct NarrowBottom<Scalar: DenseScalar>: Sendable {
  let layer: DenseLayer<Scalar>

  /// The bottom of a stack, or nil where it is of another kind.
  init?(layers: [any Layer<Scalar>]) {
    guard BottomCoupling<Scalar>.pays(for: layers),
      let layer = layers[0] as? DenseLayer<Scalar>, layer.activation != .identity,
      !layer.isNarrow, layer.outputWidth >= Scalar.fusedColumns
    else { return nil }
    self.layer = layer
  }

  /// ẏ from Ẇ and ḃ.
  func tangent(
    _ direction: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafePointer<Scalar>, outputTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    Scalar.bottomTangent(
      layer.activation, outputTangent, y: output, x: input, weightTangent: direction.prepared,
      biasTangent: direction.values + layer.weightCount, inputs: layer.inputWidth, rows: rows,
      columns: layer.outputWidth)
  }

  /// W̄ and b̄ from ȳ.
  func reverse(
    input: UnsafePointer<Scalar>, output: UnsafePointer<Scalar>,
    outputGradient: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    Scalar.bottomReverse(
      layer.activation, outputGradient: outputGradient, y: output, x: input, gradient: gradient,
      biasGradient: gradient + layer.weightCount, inputs: layer.inputWidth, rows: rows,
      columns: layer.outputWidth)
  }
}
