import DenseMath

/// y = W ∗ x + b, a cross-correlation with 3 × 3 kernels on images that are padded by one zero on
/// every side, every `stride`-th row and column of it.
///
/// A row is an image [channel][row][column]; W is [out, in, 3, 3], b [out]. With the patches of an
/// image as a matrix X [9 · in, positions], y = W X + b, so that the passes are those of a dense
/// layer image by image, and x̄ is Wᵀ ȳ with the patches added back to where they were taken from:
///
/// - reverse: W̄ += ȳ Xᵀ; b̄ += Σ ȳ; X̄ = Wᵀ ȳ
/// - tangent: ẏ = W Ẋ + Ẇ X + ḃ
/// - tangent of reverse: W̄̇ += ȳ̇ Xᵀ + ȳ Ẋᵀ; b̄̇ += Σ ȳ̇; X̄̇ = Wᵀ ȳ̇ + Ẇᵀ ȳ
///
/// The kept gradient is ȳ. Sizes are those of Finn et al. 2017, arXiv:1703.03400, appendix A.1,
/// but that TensorFlow's SAME pads an even image with stride 2 at the right and bottom only.
public struct ConvolutionLayer<Scalar: DenseScalar>: Layer {
  /// Of the input.
  public let input: ImageShape
  /// Filters: channels of the output.
  public let filters: Int
  /// 1 or 2.
  public let stride: Int

  /// A layer of `filters` ≥ 1 filters.
  public init(input: ImageShape, filters: Int, stride: Int = 1) {
    precondition(filters >= 1 && (1...2).contains(stride), "\(filters) filters, stride \(stride)")
    self.input = input
    self.filters = filters
    self.stride = stride
  }

  /// The output's shape.
  public var output: ImageShape {
    ImageShape(
      channels: filters, height: (input.height - 1) / stride + 1,
      width: (input.width - 1) / stride + 1)
  }

  /// Numbers of an input image.
  public var inputWidth: Int { input.count }
  /// Numbers of an output image.
  public var outputWidth: Int { output.count }
  private var positions: Int { output.height * output.width }
  private var patch: Int { 9 * input.channels }
  private var weightCount: Int { filters * patch }

  /// W and b.
  public var parameterShapes: [(name: String, shape: [Int])] {
    [("weight", [filters, input.channels, 3, 3]), ("bias", [filters])]
  }

  /// Wᵀ, [9 · in, out].
  public var preparedCount: Int { weightCount }

  /// Transposes W.
  public func prepare(
    _ prepared: UnsafeMutablePointer<Scalar>, from values: UnsafePointer<Scalar>
  ) {
    Scalar.transpose(prepared, values, rows: filters, columns: patch)
  }

  /// y = W X + b.
  public func forward(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    withPatches { patches, _ in
      for row in 0..<rows {
        gather(input + row * inputWidth, patches)
        let y = output + row * outputWidth
        Scalar.multiply(
          y, parameters.values, UnsafePointer(patches), rows: filters, inner: patch,
          columns: positions, accumulate: false)
        addBias(parameters.values + weightCount, to: y)
      }
    }
  }

  /// W̄, b̄ and x̄ from ȳ.
  public func reverse(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>,
    inputGradient: UnsafeMutablePointer<Scalar>?,
    parameterGradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    withPatches { patches, transposed in
      for row in 0..<rows {
        let bar = UnsafePointer(outputGradient + row * outputWidth)
        addParameterGradient(
          input + row * inputWidth, bar, patches, transposed, to: parameterGradient)
        sumPositions(bar, to: parameterGradient + weightCount)
        guard let inputGradient else { continue }
        Scalar.multiply(
          patches, parameters.prepared, bar, rows: patch, inner: filters, columns: positions,
          accumulate: false)
        scatter(UnsafePointer(patches), inputGradient + row * inputWidth)
      }
    }
  }

  /// ẏ from ẋ, Ẇ and ḃ; nothing is kept.
  public func tangent(
    _ parameters: LayerParameters<Scalar>, _ parameterTangent: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    output: UnsafePointer<Scalar>, kept: UnsafeMutablePointer<Scalar>,
    outputTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    withPatches { patches, _ in
      for row in 0..<rows {
        let y = outputTangent + row * outputWidth
        gather(input + row * inputWidth, patches)
        Scalar.multiply(
          y, parameterTangent.values, UnsafePointer(patches), rows: filters, inner: patch,
          columns: positions, accumulate: false)
        if let inputTangent {
          gather(inputTangent + row * inputWidth, patches)
          Scalar.multiply(
            y, parameters.values, UnsafePointer(patches), rows: filters, inner: patch,
            columns: positions, accumulate: true)
        }
        addBias(parameterTangent.values + weightCount, to: y)
      }
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
    withPatches { patches, transposed in
      for row in 0..<rows {
        let bar = keptGradient + row * outputWidth
        let barTangent = UnsafePointer(outputGradientTangent + row * outputWidth)
        addParameterGradient(
          input + row * inputWidth, barTangent, patches, transposed, to: parameterGradientTangent)
        sumPositions(barTangent, to: parameterGradientTangent + weightCount)
        if let inputTangent {
          addParameterGradient(
            inputTangent + row * inputWidth, bar, patches, transposed,
            to: parameterGradientTangent)
        }
        guard let inputGradientTangent else { continue }
        Scalar.multiply(
          patches, parameters.prepared, barTangent, rows: patch, inner: filters,
          columns: positions, accumulate: false)
        Scalar.multiply(
          patches, parameterTangent.prepared, bar, rows: patch, inner: filters,
          columns: positions, accumulate: true)
        scatter(UnsafePointer(patches), inputGradientTangent + row * inputWidth)
      }
    }
  }

  // MARK: Patches

  /// Room for the patches of an image, and for their transpose.
  private func withPatches(
    _ body: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
  ) {
    let room = RowMatrix<Scalar>(rows: 2, columns: patch * positions)
    withExtendedLifetime(room) { body(room.pointer(), room.pointer(row: 1)) }
  }

  /// W̄ += ȳ Xᵀ.
  private func addParameterGradient(
    _ image: UnsafePointer<Scalar>, _ bar: UnsafePointer<Scalar>,
    _ patches: UnsafeMutablePointer<Scalar>, _ transposed: UnsafeMutablePointer<Scalar>,
    to gradient: UnsafeMutablePointer<Scalar>
  ) {
    gather(image, patches)
    Scalar.transpose(transposed, UnsafePointer(patches), rows: patch, columns: positions)
    Scalar.multiply(
      gradient, bar, UnsafePointer(transposed), rows: filters, inner: positions, columns: patch,
      accumulate: true)
  }

  /// X, [9 · in, positions], of an image.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func gather(_ image: UnsafePointer<Scalar>, _ patches: UnsafeMutablePointer<Scalar>) {
    let (height, width, out) = (input.height, input.width, output)
    var target = patches
    for channel in 0..<input.channels {
      let plane = image + channel * height * width
      for a in -1...1 {
        for b in -1...1 {
          for row in 0..<out.height {
            let y = row * stride + a
            for column in 0..<out.width {
              let x = column * stride + b
              let isInside = y >= 0 && y < height && x >= 0 && x < width
              target[column] = isInside ? plane[y * width + x] : 0
            }
            target += out.width
          }
        }
      }
    }
  }

  /// x̄ from X̄: every pixel has the sum over the patches that it is in.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func scatter(_ patches: UnsafePointer<Scalar>, _ image: UnsafeMutablePointer<Scalar>) {
    let (height, width, out) = (input.height, input.width, output)
    for i in 0..<input.count { image[i] = 0 }
    var source = patches
    for channel in 0..<input.channels {
      let plane = image + channel * height * width
      for a in -1...1 {
        for b in -1...1 {
          for row in 0..<out.height {
            let y = row * stride + a
            if y >= 0 && y < height {
              for column in 0..<out.width {
                let x = column * stride + b
                if x >= 0 && x < width { plane[y * width + x] += source[column] }
              }
            }
            source += out.width
          }
        }
      }
    }
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func addBias(_ bias: UnsafePointer<Scalar>, to y: UnsafeMutablePointer<Scalar>) {
    for filter in 0..<filters {
      let value = bias[filter]
      for i in (filter * positions)..<((filter + 1) * positions) { y[i] += value }
    }
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func sumPositions(
    _ bar: UnsafePointer<Scalar>, to gradient: UnsafeMutablePointer<Scalar>
  ) {
    for filter in 0..<filters {
      var sum: Scalar = 0
      for i in (filter * positions)..<((filter + 1) * positions) { sum += bar[i] }
      gradient[filter] += sum
    }
  }
}
