/// A real type that networks run in: `Float` for speed, `Double` for checking.
///
/// Genericity stops at whole arrays: every requirement works on many elements at once, so that
/// an unspecialized call costs nothing that matters. All matrices are row-major without padding.
/// B rows of a batch, n columns. No function keeps a pointer.
public protocol DenseScalar: BinaryFloatingPoint, Sendable {
  /// y = x w, or y += x w: y [B, n], x [B, k], w [k, n].
  static func multiply(
    _ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ w: UnsafePointer<Self>,
    rows: Int, inner: Int, columns: Int, accumulate: Bool)
  /// g += zᵀ x: g [n, k], z [B, n], x [B, k].
  static func addOuterProduct(
    _ g: UnsafeMutablePointer<Self>, _ z: UnsafePointer<Self>, _ x: UnsafePointer<Self>,
    rows: Int, columns: Int, inner: Int)
  /// y = x wᵀ, or y += x wᵀ, for few columns: y [B, n], x [B, k], w [n, k].
  static func multiplyNarrow(
    _ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ w: UnsafePointer<Self>,
    rows: Int, inner: Int, columns: Int, accumulate: Bool)
  /// out [n, B] = in [B, n] transposed.
  static func transpose(
    _ out: UnsafeMutablePointer<Self>, _ matrix: UnsafePointer<Self>, rows: Int, columns: Int)
  /// y ← φ(y + bias), [B, n].
  static func activate(
    _ kind: ActivationKind, _ y: UnsafeMutablePointer<Self>, bias: UnsafePointer<Self>,
    rows: Int, columns: Int)
  /// grad ← φ′ ⊙ grad, given y = φ(z); biasGradient += its column sums.
  static func reverseActivation(
    _ kind: ActivationKind, _ grad: UnsafeMutablePointer<Self>, y: UnsafePointer<Self>,
    biasGradient: UnsafeMutablePointer<Self>, rows: Int, columns: Int)
  /// ż ← ż + biasTangent; ẏ = φ′ ⊙ ż.
  static func tangentActivation(
    _ kind: ActivationKind, _ zTangent: UnsafeMutablePointer<Self>,
    yTangent: UnsafeMutablePointer<Self>, y: UnsafePointer<Self>,
    biasTangent: UnsafePointer<Self>, rows: Int, columns: Int)
  /// The tangent of `reverseActivation`: gradTangent ← φ′ ⊙ gradTangent + φ″ ⊙ ż ⊙ ȳ, given
  /// z̄ = φ′ ⊙ ȳ; biasGradientTangent += its column sums.
  static func reverseTangentActivation(
    _ kind: ActivationKind, _ gradTangent: UnsafeMutablePointer<Self>, y: UnsafePointer<Self>,
    zTangent: UnsafePointer<Self>, zGradient: UnsafePointer<Self>,
    biasGradientTangent: UnsafeMutablePointer<Self>, rows: Int, columns: Int)
  /// out ← φ′(z) ⊙ (column `index` of x, or 1 where `index` is `inputs`), given y = φ(z):
  /// out and y [B, n], x [B, inputs].
  static func scaledDerivative(
    _ kind: ActivationKind, _ out: UnsafeMutablePointer<Self>, y: UnsafePointer<Self>,
    x: UnsafePointer<Self>, inputs: Int, index: Int, rows: Int, columns: Int)
  /// out ← φ″(z) ⊙ ȳ, given y = φ(z) and z̄ = φ′ ⊙ ȳ; all [B, n].
  static func secondDerivative(
    _ kind: ActivationKind, _ out: UnsafeMutablePointer<Self>, y: UnsafePointer<Self>,
    zGradient: UnsafePointer<Self>, rows: Int, columns: Int)
  /// out ← all products of two entries of (x, 1): out [B, (inputs + 1)²], x [B, inputs].
  static func inputProducts(
    _ out: UnsafeMutablePointer<Self>, x: UnsafePointer<Self>, inputs: Int, rows: Int)
  /// The products of a bottom coupling: for every i < terms,
  /// second[k, j] += v[i, j] cross[i, k, j] and
  /// first[i, j] += Σ_k w[k, j] cross[i, k, j] + Σ_h own[i, h, j] v[h, j].
  static func couple(
    second: UnsafeMutablePointer<Self>, first: UnsafeMutablePointer<Self>,
    secondDirection w: UnsafePointer<Self>, firstDirection v: UnsafePointer<Self>,
    cross: UnsafePointer<Self>, own: UnsafePointer<Self>, terms: Int, secondWidth: Int,
    firstWidth: Int)
  /// Fewest columns that the passes of a head and of a bottom take; their rows come in fours.
  static var fusedColumns: Int { get }
  /// The tangent of a head, a linear layer of `width` (at most 8) outputs on y = φ(z): with
  /// t = φ′ ⊙ (ż + biasTangent), out = t wᵀ + y ẇᵀ + ḃ, and headGradient += ȳᵀ t where the gradient ȳ
  /// at the outputs is given. out and ȳ [B, width]; ż and y [B, n]; w, ẇ, headGradient [width, n].
  static func headTangent(
    _ kind: ActivationKind, _ out: UnsafeMutablePointer<Self>, zTangent: UnsafePointer<Self>,
    y: UnsafePointer<Self>, biasTangent: UnsafePointer<Self>, head: HeadWeights<Self>,
    outputGradient: UnsafePointer<Self>?, headGradient: UnsafeMutablePointer<Self>?, rows: Int,
    columns: Int)
  /// z̄ = φ′ ⊙ (ȳ w) below a head; biasGradient += its column sums; headGradient += ȳᵀ y.
  static func headReverse(
    _ kind: ActivationKind, _ zGradient: UnsafeMutablePointer<Self>, y: UnsafePointer<Self>,
    weights: UnsafePointer<Self>, width: Int, outputGradient: UnsafePointer<Self>,
    biasGradient: UnsafeMutablePointer<Self>, headGradient: UnsafeMutablePointer<Self>, rows: Int,
    columns: Int)
  /// The tangent of `headReverse`: z̄̇ and its column sums; of the head's gradient only ȳ̇ᵀ y.
  static func headReverseTangent(
    _ kind: ActivationKind, _ zGradientTangent: UnsafeMutablePointer<Self>,
    y: UnsafePointer<Self>, zTangent: UnsafePointer<Self>, biasTangent: UnsafePointer<Self>,
    head: HeadWeights<Self>, outputGradient: UnsafePointer<Self>,
    outputGradientTangent: UnsafePointer<Self>,
    biasGradientTangent: UnsafeMutablePointer<Self>,
    headGradientTangent: UnsafeMutablePointer<Self>, rows: Int, columns: Int)
  /// ẏ = φ′ ⊙ (x ẇ + biasTangent) of a dense layer of few (at most 8) inputs: x [B, inputs],
  /// ẇ [inputs, n].
  static func bottomTangent(
    _ kind: ActivationKind, _ yTangent: UnsafeMutablePointer<Self>, y: UnsafePointer<Self>,
    x: UnsafePointer<Self>, weightTangent: UnsafePointer<Self>,
    biasTangent: UnsafePointer<Self>, inputs: Int, rows: Int, columns: Int)
  /// Likewise its reverse pass: gradient [n, inputs] += (φ′ ⊙ ȳ)ᵀ x, biasGradient += column sums.
  static func bottomReverse(
    _ kind: ActivationKind, outputGradient: UnsafePointer<Self>, y: UnsafePointer<Self>,
    x: UnsafePointer<Self>, gradient: UnsafeMutablePointer<Self>,
    biasGradient: UnsafeMutablePointer<Self>, inputs: Int, rows: Int, columns: Int)
  /// y ← y + scale · x.
  static func addScaled(
    _ y: UnsafeMutablePointer<Self>, _ scale: Self, _ x: UnsafePointer<Self>, count: Int)
  /// sum ← sum + x in double precision.
  static func addWidened(
    _ sum: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Self>, count: Int)
  /// out ← in, exactly.
  static func widen(_ out: UnsafeMutablePointer<Double>, _ values: UnsafePointer<Self>, count: Int)
  /// out ← in, rounded to nearest.
  static func narrow(_ out: UnsafeMutablePointer<Self>, _ values: UnsafePointer<Double>, count: Int)
}

extension DenseScalar {
  /// The values in double precision, exactly.
  public static func widened(_ values: [Self]) -> [Double] {
    var wide = [Double](repeating: 0, count: values.count)
    widen(&wide, values, count: values.count)
    return wide
  }

  /// The values rounded to nearest.
  public static func rounded(_ values: [Double]) -> [Self] {
    var narrowed = [Self](repeating: 0, count: values.count)
    narrow(&narrowed, values, count: values.count)
    return narrowed
  }
}

/// The weights of a head and their tangent.
public struct HeadWeights<Scalar> {
  /// w, [width, n].
  public let values: UnsafePointer<Scalar>
  /// ẇ, [width, n].
  public let tangent: UnsafePointer<Scalar>
  /// ḃ, [width].
  public let biasTangent: UnsafePointer<Scalar>
  /// Outputs, 1 … 8.
  public let width: Int

  /// Weights of a head of `width` outputs.
  public init(
    values: UnsafePointer<Scalar>, tangent: UnsafePointer<Scalar>,
    biasTangent: UnsafePointer<Scalar>, width: Int
  ) {
    self.values = values
    self.tangent = tangent
    self.biasTangent = biasTangent
    self.width = width
  }
}

/// The elementwise nonlinearities φ that kernels exist for.
public enum ActivationKind: Int32, Sendable, CaseIterable {
  /// φ(z) = z.
  case identity = 0
  /// φ(z) = tanh z, φ′ = 1 − y², φ″ = −2 y φ′.
  case tanh = 1
  /// φ(z) = max(0, z), φ′ = 1 where y > 0 and 0 elsewhere, φ″ = 0.
  case relu = 2
}
