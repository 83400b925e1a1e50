import DenseMath

/// One matrix a layer, seen from some row on: a whole batch's (cached) or a block's (scratch).
struct LayerRows<Scalar: DenseScalar> {
  let matrices: [RowMatrix<Scalar>]
  let row: Int

  @inline(__always)
  subscript(layer: Int) -> UnsafeMutablePointer<Scalar> {
    let matrix = matrices[layer]
    // A layer that keeps nothing of the batch has one block's rows, used again and again.
    return matrix.pointer(row: row < matrix.rows ? row : 0)
  }

  /// What layer `index` takes: the network's input or the output of the layer below.
  @inline(__always)
  func input(of index: Int, _ input: UnsafePointer<Scalar>) -> UnsafePointer<Scalar> {
    index == 0 ? input : UnsafePointer(self[index - 1])
  }
}

/// Activations of a whole batch, kept for repeated curvature products.
public final class ActivationCache<Scalar: DenseScalar> {
  let outputs: [RowMatrix<Scalar>]
  /// Kept gradients of the layers; empty matrices unless they were asked for, and one block's
  /// rows for layers whose gradient no product reads.
  let gradients: [RowMatrix<Scalar>]
  /// The batch's constants of the two lowest layers, where they pay.
  let coupling: BottomCoupling<Scalar>?
  private let keepsGradient: [Bool]
  /// Gradient of the first layer's bias, [H]; kept for policies with a context.
  private(set) var biasGradient: [Scalar] = []

  /// Empty caches for a network; memory is taken when a batch is put in.
  public init(network: Network<Scalar>) {
    outputs = network.layers.map { RowMatrix(columns: $0.outputWidth) }
    gradients = network.layers.map { RowMatrix(columns: $0.outputWidth) }
    keepsGradient = network.layers.indices.map { network.keepsGradient(of: $0) }
    coupling = BottomCoupling(network: network)
  }

  func resize(rows: Int, keepingGradients: Bool) {
    for matrix in outputs { matrix.resize(rows: rows) }
    guard keepingGradients else { return }
    for (matrix, isKept) in zip(gradients, keepsGradient) {
      matrix.resize(rows: isKept ? rows : min(rows, Network<Scalar>.blockRows))
    }
    coupling?.clear()
  }

  func keepBiasGradient(_ gradient: UnsafePointer<Scalar>, count: Int) {
    biasGradient = Array(UnsafeBufferPointer(start: gradient, count: count))
  }
}

/// One worker's scratch memory for blocks: allocated once, used for every batch.
public final class NetworkWorkspace<Scalar: DenseScalar> {
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
  private let couplesRows: Bool

  /// Makes room for a block of all rows of a batch, where the network or a loss couples them.
  func reserve(rows: Int, coupled: Bool = false) {
    guard couplesRows || coupled, rows > outputs.matrices[0].rows else { return }
    for all in [outputs, gradients, kept, tangents, gradientTangents] {
      for matrix in all.matrices { matrix.resize(rows: rows) }
    }
    let count = rows * outputs.matrices[outputs.matrices.count - 1].columns
    wideOutputs = Array(repeating: 0, count: count)
    wideTangents = Array(repeating: 0, count: count)
  }

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
    couplesRows = network.couplesRows
    let count = Network<Scalar>.blockRows * network.outputWidth
    wideOutputs = Array(repeating: 0, count: count)
    wideTangents = Array(repeating: 0, count: count)
  }
}
