import DenseMath

/// The greatest of every 2 × 2 window, two apart; an odd last row or column is left out.
///
/// All passes send a number along the way of the greatest one, the first of equal ones.
public struct MaxPoolLayer<Scalar: DenseScalar>: Layer {
  /// Of the input.
  public let input: ImageShape

  /// A layer over images of at least 2 × 2.
  public init(input: ImageShape) {
    precondition(input.height >= 2 && input.width >= 2, "an image too small for a window")
    self.input = input
  }

  /// The output's shape.
  public var output: ImageShape {
    ImageShape(channels: input.channels, height: input.height / 2, width: input.width / 2)
  }
  /// Numbers of an input image.
  public var inputWidth: Int { input.count }
  /// Numbers of an output image.
  public var outputWidth: Int { output.count }
  /// None.
  public var parameterShapes: [(name: String, shape: [Int])] { [] }
  /// None.
  public var preparedCount: Int { 0 }

  /// Nothing is derived.
  public func prepare(
    _ prepared: UnsafeMutablePointer<Scalar>, from values: UnsafePointer<Scalar>
  ) {}

  /// Calls `body` with every place of the output and that of its greatest input.
  @inline(__always)
  private func forEach(
    _ x: UnsafePointer<Scalar>, rows: Int, _ body: (_ out: Int, _ from: Int) -> Void
  ) {
    let (height, width, width2) = (output.height, output.width, input.width)
    var out = 0
    for plane in 0..<(rows * input.channels) {
      let start = plane * input.height * input.width
      for row in 0..<height {
        for column in 0..<width {
          let corner = start + 2 * row * width2 + 2 * column
          var best = corner
          if x[corner + 1] > x[best] { best = corner + 1 }
          if x[corner + width2] > x[best] { best = corner + width2 }
          if x[corner + width2 + 1] > x[best] { best = corner + width2 + 1 }
          body(out, best)
          out += 1
        }
      }
    }
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func take(
    _ values: UnsafePointer<Scalar>, by x: UnsafePointer<Scalar>,
    into out: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    forEach(x, rows: rows) { out[$0] = values[$1] }
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func send(
    _ values: UnsafePointer<Scalar>, by x: UnsafePointer<Scalar>,
    into target: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    for i in 0..<(rows * inputWidth) { target[i] = 0 }
    forEach(x, rows: rows) { target[$1] = values[$0] }
  }

  /// y.
  public func forward(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    take(input, by: input, into: output, rows: rows)
  }

  /// x̄ from ȳ.
  public func reverse(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>,
    inputGradient: UnsafeMutablePointer<Scalar>?,
    parameterGradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    guard let inputGradient else { return }
    send(UnsafePointer(outputGradient), by: input, into: inputGradient, rows: rows)
  }

  /// ẏ from ẋ.
  public func tangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, kept: UnsafeMutablePointer<Scalar>,
    outputTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    guard let inputTangent else {
      outputTangent.update(repeating: 0, count: rows * outputWidth)
      return
    }
    take(inputTangent, by: input, into: outputTangent, rows: rows)
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
    send(
      UnsafePointer(outputGradientTangent), by: input, into: inputGradientTangent, rows: rows)
  }
}
