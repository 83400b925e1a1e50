import DenseMath

/// y = max(0, γ x̂ + β) with x̂ = (x − μ) s, s = 1/√(σ² + ε): batch normalization and ReLU.
///
/// μ and σ² are the mean and the population variance of a channel over the batch's own images and
/// positions, always: *transductive*, so that rows influence each other (`couplesRows`), and
/// derivatives flow through both. M numbers a channel, means over them, g = ȳ where y > 0:
///
/// - reverse: γ̄ += Σ g x̂; β̄ += Σ g; x̄ = γ s A, A = g − ⟨g⟩ − x̂ ⟨g x̂⟩
/// - tangent: x̂̇ = s (ẋ − ⟨ẋ⟩ − x̂ ⟨x̂ ẋ⟩), ṡ = −s² ⟨x̂ ẋ⟩; ẏ = γ̇ x̂ + γ x̂̇ + β̇ where y > 0
/// - tangent of reverse: γ̄̇ += Σ ġ x̂ + g x̂̇; β̄̇ += Σ ġ; x̄̇ = (γ̇ s + γ ṡ) A + γ s Ȧ,
///   Ȧ = ġ − ⟨ġ⟩ − x̂̇ ⟨g x̂⟩ − x̂ ⟨ġ x̂ + g x̂̇⟩
///
/// The kept gradient is g, the kept tangent x̂̇. Sums are in double precision.
/// Source: Ioffe, Szegedy 2015, arXiv:1502.03167; always the batch's own statistics, as in the
/// program of Finn et al. 2017 (cbfinn/maml).
public struct BatchNormLayer<Scalar: DenseScalar>: Layer {
  /// Of input and output.
  public let shape: ImageShape
  /// ε.
  static var epsilon: Double { 1e-5 }

  /// A layer over images of a shape.
  public init(shape: ImageShape) { self.shape = shape }

  /// Numbers of an image.
  public var inputWidth: Int { shape.count }
  /// Numbers of an image.
  public var outputWidth: Int { shape.count }
  /// Statistics are the batch's.
  public var couplesRows: Bool { true }
  /// γ and β.
  public var parameterShapes: [(name: String, shape: [Int])] {
    [("gamma", [shape.channels]), ("beta", [shape.channels])]
  }
  /// None.
  public var preparedCount: Int { 0 }
  private var plane: Int { shape.height * shape.width }

  /// Nothing is derived.
  public func prepare(
    _ prepared: UnsafeMutablePointer<Scalar>, from values: UnsafePointer<Scalar>
  ) {}

  /// μ and s of a channel.
  @inline(__always)
  private func statistics(
    _ x: UnsafePointer<Scalar>, _ channel: Int, rows: Int
  ) -> (mean: Double, scale: Double) {
    let count = Double(rows * plane)
    var sum = 0.0
    forEach(channel, rows: rows) { sum += Double(x[$0]) }
    let mean = sum / count
    var squares = 0.0
    forEach(channel, rows: rows) {
      let difference = Double(x[$0]) - mean
      squares += difference * difference
    }
    return (mean, 1 / (squares / count + Self.epsilon).squareRoot())
  }

  /// The places of a channel in a batch.
  @inline(__always)
  private func forEach(_ channel: Int, rows: Int, _ body: (Int) -> Void) {
    for row in 0..<rows {
      let start = row * inputWidth + channel * plane
      for i in start..<(start + plane) { body(i) }
    }
  }

  /// y.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func forward(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    for channel in 0..<shape.channels {
      let (mean, s) = statistics(input, channel, rows: rows)
      let factor = Double(parameters.values[channel]) * s
      let offset = Double(parameters.values[shape.channels + channel])
      forEach(channel, rows: rows) {
        output[$0] = Scalar(max(0, factor * (Double(input[$0]) - mean) + offset))
      }
    }
  }

  /// x̄, γ̄ and β̄ from ȳ.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func reverse(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>,
    inputGradient: UnsafeMutablePointer<Scalar>?,
    parameterGradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    let count = Double(rows * plane)
    for channel in 0..<shape.channels {
      let (mean, s) = statistics(input, channel, rows: rows)
      var (sum, product) = (0.0, 0.0)
      forEach(channel, rows: rows) {
        let g: Scalar = output[$0] > 0 ? outputGradient[$0] : 0
        outputGradient[$0] = g
        sum += Double(g)
        product += Double(g) * (Double(input[$0]) - mean) * s
      }
      parameterGradient[channel] += Scalar(product)
      parameterGradient[shape.channels + channel] += Scalar(sum)
      guard let inputGradient else { continue }
      let factor = Double(parameters.values[channel]) * s
      forEach(channel, rows: rows) {
        let hat = (Double(input[$0]) - mean) * s
        inputGradient[$0] = Scalar(
          factor * (Double(outputGradient[$0]) - sum / count - hat * (product / count)))
      }
    }
  }

  /// ẏ, and x̂̇ in `kept`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func tangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, kept: UnsafeMutablePointer<Scalar>,
    outputTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    let count = Double(rows * plane)
    for channel in 0..<shape.channels {
      let (mean, s) = statistics(input, channel, rows: rows)
      let gamma = Double(parameters.values[channel])
      let gammaTangent = Double(parameterTangent.values[channel])
      let betaTangent = Double(parameterTangent.values[shape.channels + channel])
      var (sum, product) = (0.0, 0.0)
      if let inputTangent {
        forEach(channel, rows: rows) {
          sum += Double(inputTangent[$0])
          product += Double(inputTangent[$0]) * (Double(input[$0]) - mean) * s
        }
      }
      forEach(channel, rows: rows) {
        let hat = (Double(input[$0]) - mean) * s
        var hatTangent = 0.0
        if let inputTangent {
          hatTangent =
            s * (Double(inputTangent[$0]) - sum / count - hat * (product / count))
        }
        kept[$0] = Scalar(hatTangent)
        outputTangent[$0] =
          output[$0] > 0 ? Scalar(gammaTangent * hat + gamma * hatTangent + betaTangent) : 0
      }
    }
  }

  /// x̄̇, γ̄̇ and β̄̇ from ȳ̇.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func reverseTangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, keptTangent: UnsafePointer<Scalar>,
    keptGradient: UnsafePointer<Scalar>, outputGradientTangent: UnsafeMutablePointer<Scalar>,
    inputGradientTangent: UnsafeMutablePointer<Scalar>?,
    parameterGradientTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    let count = Double(rows * plane)
    for channel in 0..<shape.channels {
      let (mean, s) = statistics(input, channel, rows: rows)
      let gamma = Double(parameters.values[channel])
      let gammaTangent = Double(parameterTangent.values[channel])
      var (sum, product, tangentSum, tangentProduct, moved) = (0.0, 0.0, 0.0, 0.0, 0.0)
      forEach(channel, rows: rows) {
        let hat = (Double(input[$0]) - mean) * s
        let g = Double(keptGradient[$0])
        let gTangent: Scalar = output[$0] > 0 ? outputGradientTangent[$0] : 0
        outputGradientTangent[$0] = gTangent
        sum += g
        product += g * hat
        tangentSum += Double(gTangent)
        tangentProduct += Double(gTangent) * hat + g * Double(keptTangent[$0])
        if let inputTangent { moved += Double(inputTangent[$0]) * hat }
      }
      parameterGradientTangent[channel] += Scalar(tangentProduct)
      parameterGradientTangent[shape.channels + channel] += Scalar(tangentSum)
      guard let inputGradientTangent else { continue }
      let scaleTangent = -s * s * (moved / count)
      forEach(channel, rows: rows) {
        let hat = (Double(input[$0]) - mean) * s
        let a = Double(keptGradient[$0]) - sum / count - hat * (product / count)
        let aTangent =
          Double(outputGradientTangent[$0]) - tangentSum / count
          - Double(keptTangent[$0]) * (product / count) - hat * (tangentProduct / count)
        inputGradientTangent[$0] = Scalar(
          (gammaTangent * s + gamma * scaleTangent) * a + gamma * s * aTangent)
      }
    }
  }
}
