import DenseMath

/// A layer's parameters (or their tangents) as its passes read them.
public struct LayerParameters<Scalar: DenseScalar> {
  /// The parameters as they lie in the flat vector.
  public let values: UnsafePointer<Scalar>
  /// What `Layer.prepare` derived from them (transposed weights).
  public let prepared: UnsafePointer<Scalar>
}

/// A differentiable map from rows to rows, given by four passes over a block of rows.
///
/// Write y = f(x; w). For a scalar loss ℓ let ȳ = ∂ℓ/∂y and so on; a dot is the derivative along
/// a direction ẇ of the parameters. Reverse passes add to parameter gradients and overwrite
/// input gradients. Rows do not influence each other except through parameter gradients, unless
/// the layer couples them: then a batch is one block, without padding.
public protocol Layer<Scalar>: Sendable {
  /// The real type of everything.
  associatedtype Scalar: DenseScalar
  /// Entries of an input row.
  var inputWidth: Int { get }
  /// Entries of an output row.
  var outputWidth: Int { get }
  /// Names (suffixes) and shapes of the parameters, in flat order.
  var parameterShapes: [(name: String, shape: [Int])] { get }
  /// Numbers that `prepare` derives from the parameters.
  var preparedCount: Int { get }

  /// Whether rows influence each other (statistics of the batch).
  var couplesRows: Bool { get }

  /// Derives what the passes want beside the parameters: linear in them, so that the tangent's
  /// prepared form is the prepared form of the tangent.
  func prepare(_ prepared: UnsafeMutablePointer<Scalar>, from values: UnsafePointer<Scalar>)

  /// y = f(x; w).
  func forward(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>, rows: Int)

  /// x̄ and w̄ from ȳ.
  ///
  /// `outputGradient` holds ȳ on entry and on return whatever the layer wants to keep for
  /// `reverseTangent` (its kept gradient). `inputGradient` is nil where x̄ is not wanted.
  func reverse(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>,
    inputGradient: UnsafeMutablePointer<Scalar>?,
    parameterGradient: UnsafeMutablePointer<Scalar>, rows: Int)

  /// ẏ from ẋ and ẇ.
  ///
  /// `kept` [rows, outputWidth] is the layer's to fill for `reverseTangent`. `inputTangent` is
  /// nil where ẋ = 0.
  func tangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, kept: UnsafeMutablePointer<Scalar>,
    outputTangent: UnsafeMutablePointer<Scalar>, rows: Int)

  /// The derivative of `reverse` along ẇ: x̄̇ and w̄̇ from ȳ̇.
  ///
  /// `outputGradientTangent` holds ȳ̇ on entry and may be overwritten; `keptGradient` is what
  /// `reverse` left, `keptTangent` what `tangent` left.
  func reverseTangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, keptTangent: UnsafePointer<Scalar>,
    keptGradient: UnsafePointer<Scalar>, outputGradientTangent: UnsafeMutablePointer<Scalar>,
    inputGradientTangent: UnsafeMutablePointer<Scalar>?,
    parameterGradientTangent: UnsafeMutablePointer<Scalar>, rows: Int)
}

extension Layer {
  /// They do not.
  public var couplesRows: Bool { false }

  /// Number of parameters.
  public var parameterCount: Int {
    parameterShapes.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }
}
