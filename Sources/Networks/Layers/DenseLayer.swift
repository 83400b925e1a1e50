import DenseMath

/// y = φ(x Wᵀ + b), with the nonlinearity fused into the passes.
///
/// W is [out, in], b [out]; z = x Wᵀ + b is the pre-activation. The kept gradient is z̄, the kept
/// tangent ż:
///
/// - reverse: z̄ = φ′ ⊙ ȳ; W̄ += z̄ᵀ x; b̄ += Σ z̄; x̄ = z̄ W
/// - tangent: ż = ẋ Wᵀ + x Ẇᵀ + ḃ; ẏ = φ′ ⊙ ż
/// - tangent of reverse: z̄̇ = φ′ ⊙ ȳ̇ + φ″ ⊙ ż ⊙ ȳ; W̄̇ += z̄̇ᵀ x + z̄ᵀ ẋ; b̄̇ += Σ z̄̇;
///   x̄̇ = z̄̇ W + z̄ Ẇ
///
/// Source: Pearlmutter 1994, "Fast exact multiplication by the Hessian",
/// doi:10.1162/neco.1994.6.1.147, for the third.
public struct DenseLayer<Scalar: DenseScalar>: Layer {
  /// Entries of an input row.
  public let inputWidth: Int
  /// Entries of an output row.
  public let outputWidth: Int
  /// φ.
  public let activation: ActivationKind

  /// Up to this many outputs a row of dot products is faster than a general product.
  static var narrowLimit: Int { 8 }

  /// A layer of the given sizes, each ≥ 1.
  public init(inputWidth: Int, outputWidth: Int, activation: ActivationKind) {
    precondition(
      inputWidth >= 1 && outputWidth >= 1, "widths \(inputWidth), \(outputWidth); at least 1")
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
    self.activation = activation
  }

  /// W and b.
  public var parameterShapes: [(name: String, shape: [Int])] {
    [("weight", [outputWidth, inputWidth]), ("bias", [outputWidth])]
  }

  /// Wᵀ, [in, out].
  public var preparedCount: Int { isNarrow ? 0 : weightCount }

  var weightCount: Int { inputWidth * outputWidth }
  var isNarrow: Bool { outputWidth <= Self.narrowLimit }

  /// Transposes W, unless the layer is narrow.
  public func prepare(
    _ prepared: UnsafeMutablePointer<Scalar>, from values: UnsafePointer<Scalar>
  ) {
    if !isNarrow { Scalar.transpose(prepared, values, rows: outputWidth, columns: inputWidth) }
  }

  /// y = φ(x Wᵀ + b).
  public func forward(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    multiplyByWeights(output, input, parameters, rows: rows, accumulate: false)
    Scalar.activate(
      activation, output, bias: parameters.values + weightCount, rows: rows, columns: outputWidth)
  }

  /// z̄, W̄, b̄ and x̄ from ȳ.
  public func reverse(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>,
    inputGradient: UnsafeMutablePointer<Scalar>?,
    parameterGradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    Scalar.reverseActivation(
      activation, outputGradient, y: output, biasGradient: parameterGradient + weightCount,
      rows: rows, columns: outputWidth)
    reverseProducts(
      parameters, input: input, zGradient: UnsafePointer(outputGradient),
      inputGradient: inputGradient, parameterGradient: parameterGradient, rows: rows)
  }

  /// W̄ += z̄ᵀ x and x̄ = z̄ W.
  func reverseProducts(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    zGradient: UnsafePointer<Scalar>, inputGradient: UnsafeMutablePointer<Scalar>?,
    parameterGradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    Scalar.addOuterProduct(
      parameterGradient, zGradient, input, rows: rows, columns: outputWidth, inner: inputWidth)
    if let inputGradient {
      Scalar.multiply(
        inputGradient, zGradient, parameters.values, rows: rows, inner: outputWidth,
        columns: inputWidth, accumulate: false)
    }
  }

  /// ż and ẏ from ẋ, Ẇ and ḃ.
  public func tangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, kept: UnsafeMutablePointer<Scalar>,
    outputTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    tangentProducts(
      parameters, parameterTangent, input: input, inputTangent: inputTangent, zTangent: kept,
      rows: rows)
    Scalar.tangentActivation(
      activation, kept, yTangent: outputTangent, y: output,
      biasTangent: parameterTangent.values + weightCount, rows: rows, columns: outputWidth)
  }

  /// ż − ḃ = ẋ Wᵀ + x Ẇᵀ.
  func tangentProducts(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    zTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    multiplyByWeights(zTangent, input, parameterTangent, rows: rows, accumulate: false)
    if let inputTangent {
      multiplyByWeights(zTangent, inputTangent, parameters, rows: rows, accumulate: true)
    }
  }

  /// W̄̇, b̄̇ and x̄̇ from ȳ̇.
  public func reverseTangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, keptTangent: UnsafePointer<Scalar>,
    keptGradient: UnsafePointer<Scalar>, outputGradientTangent: UnsafeMutablePointer<Scalar>,
    inputGradientTangent: UnsafeMutablePointer<Scalar>?,
    parameterGradientTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    reverseTangentActivation(
      output: output, keptTangent: keptTangent, keptGradient: keptGradient,
      outputGradientTangent: outputGradientTangent,
      parameterGradientTangent: parameterGradientTangent, rows: rows)
    reverseProducts(
      parameters, input: input, zGradient: UnsafePointer(outputGradientTangent),
      inputGradient: inputGradientTangent, parameterGradient: parameterGradientTangent, rows: rows)
    addCrossProducts(
      parameterTangent, inputTangent: inputTangent, keptGradient: keptGradient,
      inputGradientTangent: inputGradientTangent,
      parameterGradientTangent: parameterGradientTangent, rows: rows)
  }

  /// z̄̇ in place of ȳ̇, and b̄̇.
  func reverseTangentActivation(
    output: UnsafePointer<Scalar>, keptTangent: UnsafePointer<Scalar>,
    keptGradient: UnsafePointer<Scalar>, outputGradientTangent: UnsafeMutablePointer<Scalar>,
    parameterGradientTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    Scalar.reverseTangentActivation(
      activation, outputGradientTangent, y: output, zTangent: keptTangent,
      zGradient: keptGradient, biasGradientTangent: parameterGradientTangent + weightCount,
      rows: rows, columns: outputWidth)
  }

  /// The terms in which z̄ meets tangents: W̄̇ += z̄ᵀ ẋ and x̄̇ += z̄ Ẇ.
  func addCrossProducts(
    _ parameterTangent: LayerParameters<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    keptGradient: UnsafePointer<Scalar>, inputGradientTangent: UnsafeMutablePointer<Scalar>?,
    parameterGradientTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    if let inputTangent {
      Scalar.addOuterProduct(
        parameterGradientTangent, keptGradient, inputTangent, rows: rows, columns: outputWidth,
        inner: inputWidth)
    }
    if let inputGradientTangent {
      Scalar.multiply(
        inputGradientTangent, keptGradient, parameterTangent.values, rows: rows,
        inner: outputWidth, columns: inputWidth, accumulate: true)
    }
  }

  /// out (+)= x Wᵀ.
  private func multiplyByWeights(
    _ out: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>,
    _ parameters: LayerParameters<Scalar>, rows: Int, accumulate: Bool
  ) {
    if isNarrow {
      Scalar.multiplyNarrow(
        out, x, parameters.values, rows: rows, inner: inputWidth, columns: outputWidth,
        accumulate: accumulate)
    } else {
      Scalar.multiply(
        out, x, parameters.prepared, rows: rows, inner: inputWidth, columns: outputWidth,
        accumulate: accumulate)
    }
  }
}
