import DenseMath
import Foundation

/// A stochastic policy: a network whose output rows parametrize action distributions, and for
/// Gaussian policies a state-independent log σ behind the network's parameters.
///
/// The flat parameter vector is the network's tensors in order, then `log_std` [A], then, with a
/// context of C numbers, `layer1.context_weight` [H, C] and `context` [C]. σ never falls below a
/// floor: log σ is max(log_std, floor), with zero derivative below it.
public struct Policy<Scalar: DenseScalar>: Sendable {
  /// The network.
  public let network: Network<Scalar>
  /// What its output rows mean.
  public let distribution: ActionDistribution
  /// Smallest log σ.
  public let logStandardDeviationFloor: Double
  /// The context joined to the input; nil for none.
  let context: ContextInput<Scalar>?

  /// A policy.
  ///
  /// - Parameters:
  ///   - network: takes observations, without the context.
  ///   - distribution: what its output rows mean.
  ///   - logStandardDeviationFloor: smallest log σ.
  ///   - contextSize: C ≥ 0, numbers joined to the first layer's input.
  /// - Precondition: the network's outputs fit the distribution.
  public init(
    network: Network<Scalar>, distribution: ActionDistribution,
    logStandardDeviationFloor: Double = log(1e-6), contextSize: Int = 0
  ) {
    precondition(
      network.outputWidth == distribution.outputWidth,
      "network: \(network.outputWidth) outputs, distribution: \(distribution.outputWidth)")
    self.network = network
    self.distribution = distribution
    self.logStandardDeviationFloor = logStandardDeviationFloor
    precondition(contextSize >= 0, "context: \(contextSize) numbers, at least 0 expected")
    context =
      contextSize == 0
      ? nil
      : ContextInput(
        size: contextSize, network: network,
        start: network.parameterCount + distribution.deviationParameterCount)
  }

  /// P.
  public var parameterCount: Int { deviations.upperBound + contextParameterCount }

  /// C, numbers of the context; 0 for none.
  public var contextSize: Int { context?.size ?? 0 }

  private var contextParameterCount: Int { context.map { ($0.width + 1) * $0.size } ?? 0 }

  /// Where log σ lies in the flat vector; empty for categorical policies.
  private var deviations: Range<Int> {
    let start = network.parameterCount
    return start..<(start + distribution.deviationParameterCount)
  }

  /// The parameter tensors in flat order.
  public var tensors: [ParameterTensor] {
    var tensors = network.tensors
    if !deviations.isEmpty {
      tensors.append(
        ParameterTensor(
          name: "log_std", shape: [deviations.count], range: deviations, role: .deviation))
    }
    return tensors + (context?.tensors ?? [])
  }

  /// θ at the start: weights uniform in ±√(6 / (in + out)), where a kernel's places count too,
  /// factors of a normalization 1, biases and context 0, log σ as given.
  ///
  /// Source: Glorot, Bengio 2010, "Understanding the difficulty of training deep feedforward
  /// neural networks", eq. 16.
  ///
  /// - Parameters:
  ///   - seed: the user's number.
  ///   - initialStandardDeviation: σ, > 0.
  /// - Returns: θ, [P].
  public func initialParameters(seed: UInt64, initialStandardDeviation: Double) -> [Scalar] {
    let key = RandomKey(seed: seed, purpose: .initialization)
    var values = [Scalar](repeating: 0, count: parameterCount)
    for tensor in tensors where tensor.name.hasSuffix(".gamma") {
      for i in tensor.range { values[i] = 1 }
    }
    for (index, tensor) in tensors.enumerated() where tensor.shape.count >= 2 {
      var stream = RandomStream(key: key, task: index)
      // The context is part of the first layer's input.
      let isFirst =
        tensor.shape.count == 2
        && (index == 0 || tensor.range.lowerBound == context?.weightStart)
      let places = tensor.shape.dropFirst(2).reduce(1, *)
      let inputs = isFirst ? network.inputWidth + contextSize : tensor.shape[1] * places
      let limit = (6 / Double(tensor.shape[0] * places + inputs)).squareRoot()
      for i in tensor.range { values[i] = Scalar(stream.uniform(in: -limit...limit)) }
    }
    for i in deviations { values[i] = Scalar(log(initialStandardDeviation)) }
    return values
  }

  /// Room for this policy's parameters.
  public func makeParameters() -> PreparedParameters<Scalar> {
    PreparedParameters(network: network, context: context, count: parameterCount)
  }

  /// Scratch memory for one worker.
  public func makeWorkspace() -> NetworkWorkspace<Scalar> {
    NetworkWorkspace(network: network, parameterCount: parameterCount)
  }

  /// log σ after the floor, [A]; zeros for predictions.
  public func logStandardDeviations(_ parameters: PreparedParameters<Scalar>) -> [Double] {
    if case .prediction(let size) = distribution { return Array(repeating: 0, count: size) }
    return rawLogStandardDeviations(parameters).map { max($0, logStandardDeviationFloor) }
  }

  /// A direction's log σ where the floor lets it move, [A]; zeros for predictions.
  func logStandardDeviationTangents(
    _ direction: PreparedParameters<Scalar>, at parameters: PreparedParameters<Scalar>
  ) -> [Double] {
    if case .prediction(let size) = distribution { return Array(repeating: 0, count: size) }
    return zip(rawLogStandardDeviations(direction), floorMask(parameters)).map { $0 * $1 }
  }

  /// Rows a batch of `count` rows takes with its padding.
  public static func paddedRows(_ count: Int) -> Int {
    let multiple = Network<Scalar>.rowMultiple
    return (count + multiple - 1) / multiple * multiple
  }

  /// The values of the last `log_std` entries of a vector of P.
  func rawLogStandardDeviations(_ parameters: PreparedParameters<Scalar>) -> [Double] {
    let count = distribution.deviationParameterCount
    let start = parameters.vector.pointer() + network.parameterCount
    return (0..<count).map { Double(start[$0]) }
  }

  /// 1 where log σ is free, 0 where the floor holds it, [A].
  func floorMask(_ parameters: PreparedParameters<Scalar>) -> [Double] {
    rawLogStandardDeviations(parameters).map { $0 >= logStandardDeviationFloor ? 1 : 0 }
  }
}
