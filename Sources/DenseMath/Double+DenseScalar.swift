import CKernels

// Only how the C kernels are reached; what each does is said at `DenseScalar`.

extension Double: DenseScalar {
  /// y = x w, or y += x w.
  public static func multiply(
    _ y: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Double>, _ w: UnsafePointer<Double>,
    rows: Int, inner: Int, columns: Int, accumulate: Bool
  ) {
    metarl_product_f64(y, x, w, rows, inner, columns, accumulate ? 1 : 0)
  }

  /// g += zᵀ x.
  public static func addOuterProduct(
    _ g: UnsafeMutablePointer<Double>, _ z: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    rows: Int, columns: Int, inner: Int
  ) {
    metarl_outer_product_f64(g, z, x, rows, columns, inner)
  }

  /// y = x wᵀ, or y += x wᵀ, for few columns.
  public static func multiplyNarrow(
    _ y: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Double>, _ w: UnsafePointer<Double>,
    rows: Int, inner: Int, columns: Int, accumulate: Bool
  ) {
    kernels.narrow_product(y, x, w, rows, inner, columns, accumulate ? 1 : 0)
  }

  /// out = in transposed.
  public static func transpose(
    _ out: UnsafeMutablePointer<Double>, _ matrix: UnsafePointer<Double>, rows: Int, columns: Int
  ) {
    kernels.transpose(out, matrix, rows, columns)
  }

  /// y ← φ(y + bias).
  public static func activate(
    _ kind: ActivationKind, _ y: UnsafeMutablePointer<Double>, bias: UnsafePointer<Double>,
    rows: Int, columns: Int
  ) {
    let table = kernels.activate
    switch kind {
    case .identity: table.0(y, bias, rows, columns)
    case .tanh: table.1(y, bias, rows, columns)
    case .relu: table.2(y, bias, rows, columns)
    }
  }

  /// grad ← φ′ ⊙ grad; biasGradient += its column sums.
  public static func reverseActivation(
    _ kind: ActivationKind, _ grad: UnsafeMutablePointer<Double>, y: UnsafePointer<Double>,
    biasGradient: UnsafeMutablePointer<Double>, rows: Int, columns: Int
  ) {
    let table = kernels.reverse
    switch kind {
    case .identity: table.0(grad, y, biasGradient, rows, columns)
    case .tanh: table.1(grad, y, biasGradient, rows, columns)
    case .relu: table.2(grad, y, biasGradient, rows, columns)
    }
  }

  /// ż ← ż + biasTangent; ẏ = φ′ ⊙ ż.
  public static func tangentActivation(
    _ kind: ActivationKind, _ zTangent: UnsafeMutablePointer<Double>,
    yTangent: UnsafeMutablePointer<Double>, y: UnsafePointer<Double>,
    biasTangent: UnsafePointer<Double>, rows: Int, columns: Int
  ) {
    let table = kernels.tangent
    switch kind {
    case .identity: table.0(zTangent, yTangent, y, biasTangent, rows, columns)
    case .tanh: table.1(zTangent, yTangent, y, biasTangent, rows, columns)
    case .relu: table.2(zTangent, yTangent, y, biasTangent, rows, columns)
    }
  }

  /// The tangent of `reverseActivation`.
  public static func reverseTangentActivation(
    _ kind: ActivationKind, _ gradTangent: UnsafeMutablePointer<Double>, y: UnsafePointer<Double>,
    zTangent: UnsafePointer<Double>, zGradient: UnsafePointer<Double>,
    biasGradientTangent: UnsafeMutablePointer<Double>, rows: Int, columns: Int
  ) {
    let table = kernels.reverse_tangent
    switch kind {
    case .identity:
      table.0(gradTangent, y, zTangent, zGradient, biasGradientTangent, rows, columns)
    case .tanh: table.1(gradTangent, y, zTangent, zGradient, biasGradientTangent, rows, columns)
    case .relu: table.2(gradTangent, y, zTangent, zGradient, biasGradientTangent, rows, columns)
    }
  }

  /// out ← φ′(z) ⊙ (column `index` of x).
  public static func scaledDerivative(
    _ kind: ActivationKind, _ out: UnsafeMutablePointer<Double>, y: UnsafePointer<Double>,
    x: UnsafePointer<Double>, inputs: Int, index: Int, rows: Int, columns: Int
  ) {
    let table = kernels.scaled_derivative
    switch kind {
    case .identity: table.0(out, y, x, inputs, index, rows, columns)
    case .tanh: table.1(out, y, x, inputs, index, rows, columns)
    case .relu: table.2(out, y, x, inputs, index, rows, columns)
    }
  }

  /// out ← φ″(z) ⊙ ȳ.
  public static func secondDerivative(
    _ kind: ActivationKind, _ out: UnsafeMutablePointer<Double>, y: UnsafePointer<Double>,
    zGradient: UnsafePointer<Double>, rows: Int, columns: Int
  ) {
    let table = kernels.second_derivative
    switch kind {
    case .identity: table.0(out, y, zGradient, rows, columns)
    case .tanh: table.1(out, y, zGradient, rows, columns)
    case .relu: table.2(out, y, zGradient, rows, columns)
    }
  }

  /// out ← products of the entries of (x, 1).
  public static func inputProducts(
    _ out: UnsafeMutablePointer<Double>, x: UnsafePointer<Double>, inputs: Int, rows: Int
  ) {
    kernels.input_products(out, x, inputs, rows)
  }

  /// Adds the products of a bottom coupling.
  public static func couple(
    second: UnsafeMutablePointer<Double>, first: UnsafeMutablePointer<Double>,
    secondDirection: UnsafePointer<Double>, firstDirection: UnsafePointer<Double>,
    cross: UnsafePointer<Double>, own: UnsafePointer<Double>, terms: Int, secondWidth: Int,
    firstWidth: Int
  ) {
    kernels.couple(
      second, first, secondDirection, firstDirection, cross, own, terms, secondWidth, firstWidth)
  }

  /// y ← y + scale · x.
  public static func addScaled(
    _ y: UnsafeMutablePointer<Double>, _ scale: Double, _ x: UnsafePointer<Double>, count: Int
  ) {
    kernels.add_scaled(y, scale, x, count)
  }

  /// sum ← sum + x in double precision.
  public static func addWidened(
    _ sum: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Double>, count: Int
  ) {
    kernels.add_widened(sum, x, count)
  }

  /// out ← in, exactly.
  public static func widen(
    _ out: UnsafeMutablePointer<Double>, _ values: UnsafePointer<Double>, count: Int
  ) {
    out.update(from: values, count: count)
  }

  /// out ← in, rounded to nearest.
  public static func narrow(
    _ out: UnsafeMutablePointer<Double>, _ values: UnsafePointer<Double>, count: Int
  ) {
    out.update(from: values, count: count)
  }

  static var kernels: metarl_table_f64 {
    @inline(__always) get { metarl_active_kernels().pointee.f64 }
  }
}
