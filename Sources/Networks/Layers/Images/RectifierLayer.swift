import DenseMath

/// y = max(0, x), number by number; derivative 0 at 0.
public struct RectifierLayer<Scalar: DenseScalar>: Layer {
  /// Numbers of a row.
  public let inputWidth: Int
  /// Numbers of a row.
  public var outputWidth: Int { inputWidth }
  /// None.
  public var parameterShapes: [(name: String, shape: [Int])] { [] }
  /// None.
  public var preparedCount: Int { 0 }

  /// A layer over rows of `width` ≥ 1 numbers.
  public init(width: Int) {
    precondition(width >= 1, "width \(width), at least 1 expected")
    inputWidth = width
  }

  /// Nothing is derived.
  public func prepare(
    _ prepared: UnsafeMutablePointer<Scalar>, from values: UnsafePointer<Scalar>
  ) {}

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func pass(
    _ values: UnsafePointer<Scalar>, where y: UnsafePointer<Scalar>,
    into out: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    for i in 0..<(rows * inputWidth) { out[i] = y[i] > 0 ? values[i] : 0 }
  }

  /// y.
  public func forward(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    pass(input, where: input, into: output, rows: rows)
  }

  /// x̄ from ȳ.
  public func reverse(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>,
    inputGradient: UnsafeMutablePointer<Scalar>?,
    parameterGradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    guard let inputGradient else { return }
    pass(UnsafePointer(outputGradient), where: output, into: inputGradient, rows: rows)
  }

  /// ẏ from ẋ.
  public func tangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, kept: UnsafeMutablePointer<Scalar>,
    outputTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    guard let inputTangent else {
      outputTangent.update(repeating: 0, count: rows * inputWidth)
      return
    }
    pass(inputTangent, where: output, into: outputTangent, rows: rows)
  }

  /// x̄̇ from ȳ̇.
  public func reverseTangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, keptTangent: UnsafePointer<Scalar>,
    keptGradient: UnsafePointer<Scalar>, outputGradientTangent: UnsafeMutablePointer<Scalar>,
    inputGradientTangent: UnsafeMutablePointer<Scalar>?,
    parameterGradientTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    guard let inputGradientTangent else { return }
    pass(
      UnsafePointer(outputGradientTangent), where: output, into: inputGradientTangent, rows: rows)
  }
}
