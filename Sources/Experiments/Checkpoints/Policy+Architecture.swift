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
}
