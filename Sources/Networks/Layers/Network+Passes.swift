import DenseMath

/// One matrix a layer, seen from some row on: a whole batch's (cached) or a block's (scratch).
struct LayerRows<Scalar: DenseScalar> {
  let matrices: [RowMatrix<Scalar>]
  let row: Int

  @inline(__always)
  subscript(layer: Int) -> UnsafeMutablePointer<Scalar> { matrices[layer].pointer(row: row) }
}

/// The four passes of a block of rows through all layers.
extension Network {
  /// Fills `outputs` from `input`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func forward(
    _ parameters: PreparedParameters<Scalar>, input: UnsafePointer<Scalar>,
    outputs: LayerRows<Scalar>, rows: Int
  ) {
    for (index, layer) in layers.enumerated() {
      layer.forward(
        parameters.layer(index), input: index == 0 ? input : UnsafePointer(outputs[index - 1]),
        output: outputs[index], rows: rows)
    }
  }

  /// From ȳ in the last of `gradients`: fills the others and adds to `gradient`, [P].
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func reverse(
    _ parameters: PreparedParameters<Scalar>, input: UnsafePointer<Scalar>,
    outputs: LayerRows<Scalar>, gradients: LayerRows<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    for index in layers.indices.reversed() {
      layers[index].reverse(
        parameters.layer(index), input: index == 0 ? input : UnsafePointer(outputs[index - 1]),
        output: UnsafePointer(outputs[index]), outputGradient: gradients[index],
        inputGradient: index == 0 ? nil : gradients[index - 1],
        parameterGradient: gradient + offsets[index], rows: rows)
    }
  }

  /// Fills `kept` and `tangents` along `direction`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func tangent(
    _ parameters: PreparedParameters<Scalar>, _ direction: PreparedParameters<Scalar>,
    input: UnsafePointer<Scalar>, outputs: LayerRows<Scalar>, kept: LayerRows<Scalar>,
    tangents: LayerRows<Scalar>, rows: Int
  ) {
    for (index, layer) in layers.enumerated() {
      layer.tangent(
        parameters.layer(index), direction.layer(index),
        input: index == 0 ? input : UnsafePointer(outputs[index - 1]),
        inputTangent: index == 0 ? nil : UnsafePointer(tangents[index - 1]),
        output: UnsafePointer(outputs[index]), kept: kept[index], outputTangent: tangents[index],
        rows: rows)
    }
  }

  /// From ȳ̇ in the last of `gradientTangents`: adds to `gradientTangent`, [P].
  ///
  /// With a coupling, what that adds to a product is left out here.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func reverseTangent(
    _ parameters: PreparedParameters<Scalar>, _ direction: PreparedParameters<Scalar>,
    input: UnsafePointer<Scalar>, outputs: LayerRows<Scalar>, kept: LayerRows<Scalar>,
    tangents: LayerRows<Scalar>, gradients: LayerRows<Scalar>,
    gradientTangents: LayerRows<Scalar>, gradientTangent: UnsafeMutablePointer<Scalar>,
    coupling: BottomCoupling<Scalar>?, rows: Int
  ) {
    for index in layers.indices.reversed() {
      if let coupling, index < 2 {
        if index == 1 {
          coupling.second.reverseTangentAlone(
            parameters.layer(1), input: UnsafePointer(outputs[0]),
            output: UnsafePointer(outputs[1]), keptTangent: UnsafePointer(kept[1]),
            keptGradient: UnsafePointer(gradients[1]),
            outputGradientTangent: gradientTangents[1],
            inputGradientTangent: gradientTangents[0],
            parameterGradientTangent: gradientTangent + offsets[1], rows: rows)
        } else {
          coupling.first.reverse(
            parameters.layer(0), input: input, output: UnsafePointer(outputs[0]),
            outputGradient: gradientTangents[0], inputGradient: nil,
            parameterGradient: gradientTangent, rows: rows)
        }
        continue
      }
      layers[index].reverseTangent(
        parameters.layer(index), direction.layer(index),
        input: index == 0 ? input : UnsafePointer(outputs[index - 1]),
        inputTangent: index == 0 ? nil : UnsafePointer(tangents[index - 1]),
        output: UnsafePointer(outputs[index]), keptTangent: UnsafePointer(kept[index]),
        keptGradient: UnsafePointer(gradients[index]),
        outputGradientTangent: gradientTangents[index],
        inputGradientTangent: index == 0 ? nil : gradientTangents[index - 1],
        parameterGradientTangent: gradientTangent + offsets[index], rows: rows)
    }
  }
}

/// Activations of a whole batch, kept for repeated curvature products.
public final class ActivationCache<Scalar: DenseScalar>: @unchecked Sendable {
  let outputs: [RowMatrix<Scalar>]
  /// Kept gradients of the layers; empty matrices unless they were asked for.
  let gradients: [RowMatrix<Scalar>]
  /// The batch's constants of the two lowest layers, where they pay.
  let coupling: BottomCoupling<Scalar>?

  /// Empty caches for a network; memory is taken when a batch is put in.
  public init(network: Network<Scalar>) {
    outputs = network.layers.map { RowMatrix(columns: $0.outputWidth) }
    gradients = network.layers.map { RowMatrix(columns: $0.outputWidth) }
    coupling = BottomCoupling(network: network)
  }

  func resize(rows: Int, keepingGradients: Bool) {
    for matrix in outputs { matrix.resize(rows: rows) }
    guard keepingGradients else { return }
    for matrix in gradients { matrix.resize(rows: rows) }
    coupling?.clear()
  }
}

/// One worker's scratch memory for blocks: allocated once, used for every batch.
public final class NetworkWorkspace<Scalar: DenseScalar>: @unchecked Sendable {
  let outputs: LayerRows<Scalar>
  let gradients: LayerRows<Scalar>
  let kept: LayerRows<Scalar>
  let tangents: LayerRows<Scalar>
  let gradientTangents: LayerRows<Scalar>
  let couplingScratch: BottomCoupling<Scalar>.Scratch
  /// A gradient or product under way, one row of the policy's P.
  public let parameterGradient: RowMatrix<Scalar>
  /// The output layer's rows in double precision, [blockRows, width]: outputs and
  /// tangents.
  var wideOutputs: [Double]
  var wideTangents: [Double]

  /// Scratch for a network whose policy has `parameterCount` parameters.
  public init(network: Network<Scalar>, parameterCount: Int) {
    func rows() -> LayerRows<Scalar> {
      LayerRows(
        matrices: network.layers.map {
          RowMatrix(rows: Network<Scalar>.blockRows, columns: $0.outputWidth)
        }, row: 0)
    }
    outputs = rows()
    gradients = rows()
    kept = rows()
    tangents = rows()
    gradientTangents = rows()
    couplingScratch = BottomCoupling.Scratch(network: network)
    parameterGradient = RowMatrix(rows: 1, columns: parameterCount)
    let count = Network<Scalar>.blockRows * network.outputWidth
    wideOutputs = Array(repeating: 0, count: count)
    wideTangents = Array(repeating: 0, count: count)
  }
}
