import CKernels

// Only how the C kernels are reached; what each does is said at `DenseScalar`.

extension Double {
  /// Fewest columns of the passes below.
  public static var fusedColumns: Int { kernels.fused_lanes }

  /// out = (φ′ ⊙ (ż + biasTangent)) wᵀ + y ẇᵀ + the head's ḃ.
  public static func headTangent(
    _ kind: ActivationKind, _ out: UnsafeMutablePointer<Double>, zTangent: UnsafePointer<Double>,
    y: UnsafePointer<Double>, biasTangent: UnsafePointer<Double>, head: HeadWeights<Double>,
    outputGradient: UnsafePointer<Double>?, headGradient: UnsafeMutablePointer<Double>?, rows: Int,
    columns: Int
  ) {
    kernels.head_tangent(
      kind.rawValue, out, zTangent, y, biasTangent, head.values, head.tangent,
      head.biasTangent, outputGradient, headGradient, rows, columns, head.width)
  }

  /// z̄ = φ′ ⊙ (ȳ w).
  public static func headReverse(
    _ kind: ActivationKind, _ zGradient: UnsafeMutablePointer<Double>, y: UnsafePointer<Double>,
    weights: UnsafePointer<Double>, width: Int, outputGradient: UnsafePointer<Double>,
    biasGradient: UnsafeMutablePointer<Double>, headGradient: UnsafeMutablePointer<Double>,
    rows: Int, columns: Int
  ) {
    kernels.head_reverse(
      kind.rawValue, zGradient, y, weights, outputGradient, biasGradient, headGradient, rows,
      columns, width)
  }

  /// The tangent of `headReverse`.
  public static func headReverseTangent(
    _ kind: ActivationKind, _ zGradientTangent: UnsafeMutablePointer<Double>,
    y: UnsafePointer<Double>, zTangent: UnsafePointer<Double>, biasTangent: UnsafePointer<Double>,
    head: HeadWeights<Double>, outputGradient: UnsafePointer<Double>,
    outputGradientTangent: UnsafePointer<Double>,
    biasGradientTangent: UnsafeMutablePointer<Double>,
    headGradientTangent: UnsafeMutablePointer<Double>, rows: Int, columns: Int
  ) {
    kernels.head_reverse_tangent(
      kind.rawValue, zGradientTangent, y, zTangent, biasTangent, head.values, head.tangent,
      outputGradient, outputGradientTangent, biasGradientTangent, headGradientTangent, rows,
      columns, head.width)
  }

  /// ẏ = φ′ ⊙ (x ẇ + biasTangent).
  public static func bottomTangent(
    _ kind: ActivationKind, _ yTangent: UnsafeMutablePointer<Double>, y: UnsafePointer<Double>,
    x: UnsafePointer<Double>, weightTangent: UnsafePointer<Double>,
    biasTangent: UnsafePointer<Double>, inputs: Int, rows: Int, columns: Int
  ) {
    kernels.bottom_tangent(
      kind.rawValue, yTangent, y, x, weightTangent, biasTangent, rows, columns, inputs)
  }

  /// gradient += (φ′ ⊙ ȳ)ᵀ x.
  public static func bottomReverse(
    _ kind: ActivationKind, outputGradient: UnsafePointer<Double>, y: UnsafePointer<Double>,
    x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>,
    biasGradient: UnsafeMutablePointer<Double>, inputs: Int, rows: Int, columns: Int
  ) {
    kernels.bottom_reverse(
      kind.rawValue, outputGradient, y, x, gradient, biasGradient, rows, columns, inputs)
  }
}
