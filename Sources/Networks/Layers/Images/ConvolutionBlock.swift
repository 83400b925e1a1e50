import DenseMath

/// A block of a convolutional network: 3 × 3 convolution, batch norm, ReLU, max-pool, in this
/// order.
public struct ConvolutionBlock: Sendable, Hashable {
  /// Channels of its output.
  public let filters: Int
  /// Of the convolution, 1 or 2.
  public let stride: Int
  /// Whether the batch's own statistics normalize it.
  public let normalizes: Bool
  /// Whether it ends with a 2 × 2 max-pool.
  public let pools: Bool

  /// A block.
  public init(filters: Int, stride: Int, normalizes: Bool, pools: Bool) {
    self.filters = filters
    self.stride = stride
    self.normalizes = normalizes
    self.pools = pools
  }

  /// Its layers on images of a shape, and the shape that they make of it; nil where the image is
  /// too small for a window.
  func layers<Scalar: DenseScalar>(
    on shape: ImageShape
  ) -> (layers: [any Layer<Scalar>], shape: ImageShape)? {
    let convolution = ConvolutionLayer<Scalar>(input: shape, filters: filters, stride: stride)
    var layers: [any Layer<Scalar>] = [convolution]
    layers.append(
      normalizes
        ? BatchNormLayer<Scalar>(shape: convolution.output)
        : RectifierLayer<Scalar>(width: convolution.outputWidth))
    guard pools else { return (layers, convolution.output) }
    guard convolution.output.height >= 2, convolution.output.width >= 2 else { return nil }
    let pool = MaxPoolLayer<Scalar>(input: convolution.output)
    return (layers + [pool], pool.output)
  }
}

extension Network {
  /// Convolutional blocks, then dense layers of the `hidden` widths with ReLU, and a linear one; nil
  /// where the image is too small for the blocks.
  ///
  /// - Parameters:
  ///   - image: the input's shape.
  ///   - blocks: first to last.
  ///   - hidden: widths of dense layers between the blocks and the outputs.
  ///   - outputWidth: of the linear layer.
  public init?(image: ImageShape, blocks: [ConvolutionBlock], hidden: [Int], outputWidth: Int) {
    var layers: [any Layer<Scalar>] = []
    var shape = image
    for block in blocks {
      guard let made: (layers: [any Layer<Scalar>], shape: ImageShape) = block.layers(on: shape)
      else { return nil }
      layers += made.layers
      shape = made.shape
    }
    let widths = [shape.count] + hidden + [outputWidth]
    for i in 1..<widths.count {
      layers.append(
        DenseLayer<Scalar>(
          inputWidth: widths[i - 1], outputWidth: widths[i],
          activation: i < widths.count - 1 ? .relu : .identity))
    }
    self.init(layers: layers)
  }
}
