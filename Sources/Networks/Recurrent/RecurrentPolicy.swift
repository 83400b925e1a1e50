import DenseMath
import Foundation

/// A policy with a memory: dense layers, gated recurrent units, dense layers, and on them a head
/// for the action distribution and one for the value of what is to come.
///
/// The flat parameter vector has `before1.weight`, `before1.bias`, …, `gru1.weight_ih`,
/// `gru1.weight_hh`, `gru1.bias_ih`, `gru1.bias_hh` (and `gru1_norm.gamma`, `gru1_norm.beta` with
/// layer normalization), …, `after1.weight`, …, `policy.weight` [W, in], `policy.bias`,
/// `value.weight` [1, in], `value.bias`, and for Gaussian actions `log_std` [A].
public struct RecurrentPolicy<Scalar: DenseScalar>: Sendable {
  /// Its layers.
  public let shape: RecurrentShape
  /// What the policy head's rows mean.
  public let distribution: ActionDistribution
  /// Smallest log σ; its gradient is 0 below.
  public let logStandardDeviationFloor: Double
  /// The layers below the heads, then the policy head, then the value head.
  let layers: [RecurrentLayer<Scalar>]
  /// Where each layer's parameters start; one more for the end.
  let offsets: [Int]
  /// Where each layer's prepared numbers start; one more for the end.
  let preparedOffsets: [Int]
  private let names: [String]

  /// A policy of a shape.
  public init(
    shape: RecurrentShape, distribution: ActionDistribution,
    logStandardDeviationFloor: Double = log(1e-6)
  ) {
    self.shape = shape
    self.distribution = distribution
    self.logStandardDeviationFloor = logStandardDeviationFloor
    var (layers, names): ([RecurrentLayer<Scalar>], [String]) = ([], [])
    var width = shape.inputWidth
    func dense(_ widths: [Int], _ name: String) {
      for (index, next) in widths.enumerated() {
        layers.append(
          .dense(
            DenseLayer(inputWidth: width, outputWidth: next, activation: shape.activation)))
        names.append("\(name)\(index + 1)")
        width = next
      }
    }
    dense(shape.before, "before")
    for (index, units) in shape.units.enumerated() {
      layers.append(.gated(GatedRecurrentLayer(inputWidth: width, units: units)))
      names.append("gru\(index + 1)")
      width = units
      guard shape.layerNorm else { continue }
      layers.append(.norm(LayerNorm(width: units)))
      names.append("gru\(index + 1)_norm")
    }
    dense(shape.after, "after")
    for (name, outputs) in [("policy", distribution.outputWidth), ("value", 1)] {
      layers.append(
        .dense(DenseLayer(inputWidth: width, outputWidth: outputs, activation: .identity)))
      names.append(name)
    }
    self.layers = layers
    self.names = names
    offsets = layers.reduce(into: [0]) { starts, layer in
      starts.append(
        starts[starts.count - 1]
          + layer.parameterShapes.reduce(0) { $0 + $1.shape.reduce(1, *) })
    }
    preparedOffsets = layers.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + $1.preparedCount)
    }
  }

  /// Layers below the heads.
  var bodyCount: Int { layers.count - 2 }
  /// Entries of the rows that the heads take.
  var featureWidth: Int { layers[bodyCount].inputWidth }
  /// W, entries of a row of the policy head.
  public var outputWidth: Int { distribution.outputWidth }
  /// P.
  public var parameterCount: Int { offsets[layers.count] + distribution.deviationParameterCount }

  /// Where log σ lies in the flat vector; empty for categorical policies.
  public var deviations: Range<Int> { offsets[layers.count]..<parameterCount }

  /// The parameter tensors in flat order.
  public var tensors: [ParameterTensor] {
    var tensors: [ParameterTensor] = []
    var start = 0
    for (index, layer) in layers.enumerated() {
      for (name, shape) in layer.parameterShapes {
        let end = start + shape.reduce(1, *)
        tensors.append(
          ParameterTensor(
            name: "\(names[index]).\(name)", shape: shape, range: start..<end,
            role: index < bodyCount ? .body : .head))
        start = end
      }
    }
    if !deviations.isEmpty {
      tensors.append(
        ParameterTensor(
          name: "log_std", shape: [deviations.count], range: deviations, role: .deviation))
    }
    return tensors
  }

  /// θ at the start.
  ///
  /// Weights are uniform in ±√(6 / (in + out)), those of recurrent layers gate by gate, those of
  /// the policy head a hundredth of that, so that actions begin alike; factors of normalizations
  /// are 1, biases 0, log σ as given.
  ///
  /// Source: Glorot, Bengio 2010, "Understanding the difficulty of training deep feedforward neural
  /// networks", eq. 16; Andrychowicz et al. 2021, arXiv:2006.05990, section 3.2, for the head.
  ///
  /// - Parameters:
  ///   - seed: the user's number.
  ///   - initialStandardDeviation: σ, > 0.
  /// - Returns: θ, [P].
  public func initialParameters(seed: UInt64, initialStandardDeviation: Double) -> [Scalar] {
    let key = RandomKey(seed: seed, purpose: .initialization)
    var values = [Double](repeating: 0, count: parameterCount)
    for (index, tensor) in tensors.enumerated() {
      if tensor.name.hasSuffix(".gamma") {
        for i in tensor.range { values[i] = 1 }
      } else if tensor.shape.count == 2 {
        var stream = RandomStream(key: key, task: index)
        let gates = tensor.name.hasSuffix("_ih") || tensor.name.hasSuffix("_hh") ? 3 : 1
        let limit = (6 / Double(tensor.shape[0] / gates + tensor.shape[1])).squareRoot()
        let scale = tensor.name == "policy.weight" ? 0.01 : 1
        for i in tensor.range { values[i] = scale * stream.uniform(in: -limit...limit) }
      }
    }
    for i in deviations { values[i] = log(initialStandardDeviation) }
    return Scalar.rounded(values)
  }

  /// Room for this policy's parameters.
  public func makeParameters() -> RecurrentParameters<Scalar> { RecurrentParameters(self) }

  /// log σ after the floor, [A]; empty for categorical policies.
  public func logStandardDeviations(_ parameters: RecurrentParameters<Scalar>) -> [Double] {
    deviations.map {
      max(Double(parameters.vector.pointer()[$0]), logStandardDeviationFloor)
    }
  }

  /// 1 where log σ is free, 0 where the floor holds it, [A].
  func floorMask(_ parameters: RecurrentParameters<Scalar>) -> [Double] {
    deviations.map {
      Double(parameters.vector.pointer()[$0]) >= logStandardDeviationFloor ? 1 : 0
    }
  }
}

/// A parameter vector of a recurrent policy with what the layers derive from it: θ or a direction.
///
/// (Never written by two workers at a time.)
public final class RecurrentParameters<Scalar: DenseScalar>: @unchecked Sendable {
  /// The flat vector, one row of P.
  public let vector: RowMatrix<Scalar>
  private let prepared: RowMatrix<Scalar>
  private let policy: RecurrentPolicy<Scalar>

  init(_ policy: RecurrentPolicy<Scalar>) {
    self.policy = policy
    vector = RowMatrix(rows: 1, columns: policy.parameterCount)
    prepared = RowMatrix(rows: 1, columns: policy.preparedOffsets[policy.layers.count])
  }

  /// Overwrites the vector and derives anew.
  ///
  /// - Precondition: P values.
  public func set(_ values: [Scalar]) {
    precondition(values.count == vector.columns, "\(values.count) values, \(vector.columns) wanted")
    vector.copy(from: values)
    for index in policy.layers.indices {
      policy.layers[index].prepare(
        prepared.pointer() + policy.preparedOffsets[index],
        from: vector.pointer() + policy.offsets[index])
    }
  }

  /// What layer `index` reads.
  func layer(_ index: Int) -> LayerParameters<Scalar> {
    LayerParameters(
      values: UnsafePointer(vector.pointer() + policy.offsets[index]),
      prepared: UnsafePointer(prepared.pointer() + policy.preparedOffsets[index]))
  }
}
