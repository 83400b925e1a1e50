import DenseMath
import Files
import Networks

extension Policy {
  /// The network in full, for readers that know no defaults.
  ///
  /// `layers` first to last, each with `kind`, `inputs`, `outputs` and `activation`; `context`, how
  /// many numbers of `context` are joined to the observation through `layer1.context_weight`;
  /// `distribution` with `kind` and, for Gaussian policies, `minimum_log_standard_deviation`.
  var architecture: JSONValue {
    let layers = network.layers.map { layer -> JSONValue in
      let activation = (layer as? DenseLayer<Scalar>)?.activation ?? .identity
      if let members = Self.imageLayer(layer) {
        return .object(
          members + [
            .init("inputs", .integer(layer.inputWidth)),
            .init("outputs", .integer(layer.outputWidth)),
          ])
      }
      return .object([
        .init("kind", .text("dense")), .init("inputs", .integer(layer.inputWidth)),
        .init("outputs", .integer(layer.outputWidth)), .init("activation", .text("\(activation)")),
      ])
    }
    let parameters: [JSONValue.Member] =
      switch distribution {
      case .gaussian(let size):
        [
          .init("kind", .text("gaussian")), .init("actions", .integer(size)),
          .init("minimum_log_standard_deviation", .number(logStandardDeviationFloor)),
        ]
      case .prediction(let size):
        [.init("kind", .text("prediction")), .init("actions", .integer(size))]
      case .categorical(let count):
        [.init("kind", .text("categorical")), .init("actions", .integer(count))]
      }
    return .object([
      .init("observation", .integer(network.inputWidth)), .init("context", .integer(contextSize)),
      .init("layers", .array(layers)), .init("distribution", .object(parameters)),
    ])
  }

  /// Kind and sizes of a layer over images; nil for others.
  ///
  /// Batch norm has its ReLU behind it.
  private static func imageLayer(_ layer: any Layer<Scalar>) -> [JSONValue.Member]? {
    func sizes(_ shape: ImageShape) -> [JSONValue.Member] {
      [
        .init("channels", .integer(shape.channels)), .init("height", .integer(shape.height)),
        .init("width", .integer(shape.width)),
      ]
    }
    switch layer {
    case let layer as ConvolutionLayer<Scalar>:
      return [.init("kind", .text("convolution"))] + sizes(layer.input) + [
        .init("filters", .integer(layer.filters)), .init("stride", .integer(layer.stride)),
      ]
    case let layer as BatchNormLayer<Scalar>:
      return [.init("kind", .text("batch_norm"))] + sizes(layer.shape) + [
        .init("statistics", .text("transductive")), .init("activation", .text("relu")),
      ]
    case let layer as MaxPoolLayer<Scalar>:
      return [.init("kind", .text("max_pool"))] + sizes(layer.input)
    case is RectifierLayer<Scalar>:
      return [.init("kind", .text("relu"))]
    default: return nil
    }
  }
}
