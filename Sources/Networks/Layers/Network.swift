import DenseMath

/// A stack of layers, run block by block so that a block's rows stay in the second-level cache.
public struct Network<Scalar: DenseScalar>: Sendable {
  /// The layers, first to last; each takes what the one before gives.
  public let layers: [any Layer<Scalar>]
  /// Where each layer's parameters start in the flat vector; one more entry for the end.
  let offsets: [Int]
  /// Where each layer's prepared numbers start; one more entry for the end.
  let preparedOffsets: [Int]
  /// The uppermost two layers where they are worked as one.
  let head: NarrowHead<Scalar>?
  /// Whether a layer couples the rows of a batch.
  public let couplesRows: Bool
  /// The lowest layer where it has few inputs.
  let bottom: NarrowBottom<Scalar>?

  /// Rows of a block.
  ///
  /// Batches are padded with zero rows to a multiple of `rowMultiple`, which bounds the number of
  /// shapes that products are generated for.
  public static var blockRows: Int { 128 }
  /// See `blockRows`.
  public static var rowMultiple: Int { 32 }

  /// A stack.
  ///
  /// - Precondition: at least one layer; widths match.
  public init(layers: [any Layer<Scalar>]) {
    precondition(!layers.isEmpty, "a network has at least one layer")
    for (earlier, later) in zip(layers, layers.dropFirst()) {
      precondition(
        earlier.outputWidth == later.inputWidth,
        "a layer gives \(earlier.outputWidth) entries, the next takes \(later.inputWidth)")
    }
    self.layers = layers
    offsets = layers.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.parameterCount) }
    preparedOffsets = layers.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.preparedCount) }
    couplesRows = layers.contains { $0.couplesRows }
    head = NarrowHead(layers: layers)
    bottom = NarrowBottom(layers: layers)
  }

  /// An MLP: dense layers of the `hidden` widths with `activation`, and a linear one at the end.
  public init(inputWidth: Int, hidden: [Int], outputWidth: Int, activation: ActivationKind) {
    let widths = [inputWidth] + hidden + [outputWidth]
    self.init(
      layers: (1..<widths.count).map { i in
        DenseLayer(
          inputWidth: widths[i - 1], outputWidth: widths[i],
          activation: i < widths.count - 1 ? activation : .identity)
      })
  }

  /// Entries of an input row.
  public var inputWidth: Int { layers[0].inputWidth }
  /// Entries of an output row.
  public var outputWidth: Int { layers[layers.count - 1].outputWidth }
  /// P.
  public var parameterCount: Int { offsets[layers.count] }
  /// Numbers prepared from the parameters.
  var preparedCount: Int { preparedOffsets[layers.count] }

  /// The parameter tensors in flat order, named `layer1.weight`, `layer1.bias` and so on.
  public var tensors: [ParameterTensor] {
    var tensors: [ParameterTensor] = []
    var start = 0
    for (index, layer) in layers.enumerated() {
      for (name, shape) in layer.parameterShapes {
        let end = start + shape.reduce(1, *)
        tensors.append(
          ParameterTensor(
            name: "layer\(index + 1).\(name)", shape: shape, range: start..<end,
            role: index == layers.count - 1 ? .head : .body))
        start = end
      }
    }
    return tensors
  }
}
