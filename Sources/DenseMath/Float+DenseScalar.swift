import CKernels

// Only how the C kernels are reached; what each does is said at `DenseScalar`.

extension Float: DenseScalar {
  public static func multiply(
    _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>,
    rows: Int, inner: Int, columns: Int, accumulate: Bool
  ) {
    metarl_product_f32(y, x, w, rows, inner, columns, accumulate ? 1 : 0)
  }

  public static func addOuterProduct(
    _ g: UnsafeMutablePointer<Float>, _ z: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    rows: Int, columns: Int, inner: Int
  ) {
    metarl_outer_product_f32(g, z, x, rows, columns, inner)
  }

  public static func multiplyNarrow(
    _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>,
    rows: Int, inner: Int, columns: Int, accumulate: Bool
  ) {
    kernels.narrow_product(y, x, w, rows, inner, columns, accumulate ? 1 : 0)
  }

  public static func transpose(
    _ out: UnsafeMutablePointer<Float>, _ matrix: UnsafePointer<Float>, rows: Int, columns: Int
  ) {
    kernels.transpose(out, matrix, rows, columns)
  }

  public static func activate(
    _ kind: ActivationKind, _ y: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>,
    rows: Int, columns: Int
  ) {
    let table = kernels.activate
    switch kind {
    case .identity: table.0(y, bias, rows, columns)
    case .tanh: table.1(y, bias, rows, columns)
    case .relu: table.2(y, bias, rows, columns)
    }
  }

  public static func reverseActivation(
    _ kind: ActivationKind, _ grad: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) {
    let table = kernels.reverse
    switch kind {
    case .identity: table.0(grad, y, biasGradient, rows, columns)
    case .tanh: table.1(grad, y, biasGradient, rows, columns)
    case .relu: table.2(grad, y, biasGradient, rows, columns)
    }
  }

  public static func tangentActivation(
    _ kind: ActivationKind, _ zTangent: UnsafeMutablePointer<Float>,
    yTangent: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>,
    biasTangent: UnsafePointer<Float>, rows: Int, columns: Int
  ) {
    let table = kernels.tangent
    switch kind {
    case .identity: table.0(zTangent, yTangent, y, biasTangent, rows, columns)
    case .tanh: table.1(zTangent, yTangent, y, biasTangent, rows, columns)
    case .relu: table.2(zTangent, yTangent, y, biasTangent, rows, columns)
    }
  }

  public static func reverseTangentActivation(
    _ kind: ActivationKind, _ gradTangent: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>,
    zTangent: UnsafePointer<Float>, zGradient: UnsafePointer<Float>,
    biasGradientTangent: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) {
    let table = kernels.reverse_tangent
    switch kind {
    case .identity:
      table.0(gradTangent, y, zTangent, zGradient, biasGradientTangent, rows, columns)
    case .tanh: table.1(gradTangent, y, zTangent, zGradient, biasGradientTangent, rows, columns)
    case .relu: table.2(gradTangent, y, zTangent, zGradient, biasGradientTangent, rows, columns)
    }
  }

  public static func addScaled(
    _ y: UnsafeMutablePointer<Float>, _ scale: Float, _ x: UnsafePointer<Float>, count: Int
  ) {
    kernels.add_scaled(y, scale, x, count)
  }

  public static func addWidened(
    _ sum: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Float>, count: Int
  ) {
    kernels.add_widened(sum, x, count)
  }

  public static func widen(
    _ out: UnsafeMutablePointer<Double>, _ values: UnsafePointer<Float>, count: Int
  ) {
    metarl_active_kernels().pointee.widen(out, values, count)
  }

  public static func narrow(
    _ out: UnsafeMutablePointer<Float>, _ values: UnsafePointer<Double>, count: Int
  ) {
    metarl_active_kernels().pointee.narrow(out, values, count)
  }

  private static var kernels: metarl_table_f32 {
    @inline(__always) get { metarl_active_kernels().pointee.f32 }
  }
}
