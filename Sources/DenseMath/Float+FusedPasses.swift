import CKernels

// Only how the C kernels are reached; what each does is said at `DenseScalar`.

extension Float {
  /// Fewest columns of the passes below.
  public static var fusedColumns: Int { kernels.fused_lanes }

  /// out = (φ′ ⊙ (ż + biasTangent)) wᵀ + y ẇᵀ + the head's ḃ.
  public static func headTangent(
    _ kind: ActivationKind, _ out: UnsafeMutablePointer<Float>, zTangent: UnsafePointer<Float>,
    y: UnsafePointer<Float>, biasTangent: UnsafePointer<Float>, head: HeadWeights<Float>,
    outputGradient: UnsafePointer<Float>?, headGradient: UnsafeMutablePointer<Float>?, rows: Int,
    columns: Int
  ) {
    kernels.head_tangent(
      kind.rawValue, out, zTangent, y, biasTangent, head.values, head.tangent,
      head.biasTangent, outputGradient, headGradient, rows, columns, head.width)
  }

  /// z̄ = φ′ ⊙ (ȳ w).
  public static func headReverse(
    _ kind: ActivationKind, _ zGradient: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>,
    weights: UnsafePointer<Float>, width: Int, outputGradient: UnsafePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>, headGradient: UnsafeMutablePointer<Float>,
    rows: Int, columns: Int
  ) {
    kernels.head_reverse(
      kind.rawValue, zGradient, y, weights, outputGradient, biasGradient, headGradient, rows,
      columns, width)
  }

  /// The tangent of `headReverse`.
  public static func headReverseTangent(
    _ kind: ActivationKind, _ zGradientTangent: UnsafeMutablePointer<Float>,
    y: UnsafePointer<Float>, zTangent: UnsafePointer<Float>, biasTangent: UnsafePointer<Float>,
    head: HeadWeights<Float>, outputGradient: UnsafePointer<Float>,
    outputGradientTangent: UnsafePointer<Float>,
    biasGradientTangent: UnsafeMutablePointer<Float>,
    headGradientTangent: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) {
    kernels.head_reverse_tangent(
      kind.rawValue, zGradientTangent, y, zTangent, biasTangent, head.values, head.tangent,
      outputGradient, outputGradientTangent, biasGradientTangent, headGradientTangent, rows,
      columns, head.width)
  }

  /// ẏ = φ′ ⊙ (x ẇ + biasTangent).
  public static func bottomTangent(
    _ kind: ActivationKind, _ yTangent: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>,
    x: UnsafePointer<Float>, weightTangent: UnsafePointer<Float>,
    biasTangent: UnsafePointer<Float>, inputs: Int, rows: Int, columns: Int
  ) {
    kernels.bottom_tangent(
      kind.rawValue, yTangent, y, x, weightTangent, biasTangent, rows, columns, inputs)
  }

  /// gradient += (φ′ ⊙ ȳ)ᵀ x.
  public static func bottomReverse(
    _ kind: ActivationKind, outputGradient: UnsafePointer<Float>, y: UnsafePointer<Float>,
    x: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>, inputs: Int, rows: Int, columns: Int
  ) {
    kernels.bottom_reverse(
      kind.rawValue, outputGradient, y, x, gradient, biasGradient, rows, columns, inputs)
  }
}
