import DenseMath
import Foundation

/// A stochastic policy: a network whose output rows parametrize action distributions, and for
/// Gaussian policies a state-independent log σ behind the network's parameters.
///
/// The flat parameter vector is the network's tensors in order, then `log_std` [A]. σ never falls
/// below a floor: log σ is max(log_std, floor), with zero derivative below it.
public struct Policy<Scalar: DenseScalar>: Sendable {
  /// The network.
  public let network: Network<Scalar>
  /// What its output rows mean.
  public let distribution: ActionDistribution
  /// Smallest log σ.
  public let logStandardDeviationFloor: Double

  /// A policy.
  ///
  /// - Precondition: the network's outputs fit the distribution.
  public init(
    network: Network<Scalar>, distribution: ActionDistribution,
    logStandardDeviationFloor: Double = log(1e-6)
  ) {
    precondition(
      network.outputWidth == distribution.outputWidth,
      "network: \(network.outputWidth) outputs, distribution: \(distribution.outputWidth)")
    self.network = network
    self.distribution = distribution
    self.logStandardDeviationFloor = logStandardDeviationFloor
  }

  /// P.
  public var parameterCount: Int {
    network.parameterCount + distribution.logStandardDeviationCount
  }

  /// The parameter tensors in flat order.
  public var tensors: [ParameterTensor] {
    let count = distribution.logStandardDeviationCount
    guard count > 0 else { return network.tensors }
    return network.tensors + [
      ParameterTensor(
        name: "log_std", shape: [count], range: network.parameterCount..<parameterCount)
    ]
  }

  /// θ at the start: weights uniform in ±√(6 / (in + out)), biases 0, log σ as given.
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
    for (index, tensor) in network.tensors.enumerated() where tensor.shape.count == 2 {
      var stream = RandomStream(key: key, task: index)
      let limit = (6 / Double(tensor.shape[0] + tensor.shape[1])).squareRoot()
      for i in tensor.range { values[i] = Scalar(stream.uniform(in: -limit...limit)) }
    }
    for i in network.parameterCount..<parameterCount {
      values[i] = Scalar(log(initialStandardDeviation))
    }
    return values
  }

  /// Room for this policy's parameters.
  public func makeParameters() -> PreparedParameters<Scalar> {
    PreparedParameters(network: network, extra: distribution.logStandardDeviationCount)
  }

  /// Scratch memory for one worker.
  public func makeWorkspace() -> NetworkWorkspace<Scalar> {
    NetworkWorkspace(network: network, parameterCount: parameterCount)
  }

  /// log σ after the floor, [A].
  public func logStandardDeviations(_ parameters: PreparedParameters<Scalar>) -> [Double] {
    rawLogStandardDeviations(parameters).map { max($0, logStandardDeviationFloor) }
  }

  /// Rows a batch of `count` rows takes with its padding.
  public static func paddedRows(_ count: Int) -> Int {
    let multiple = Network<Scalar>.rowMultiple
    return (count + multiple - 1) / multiple * multiple
  }

  /// The values of the last `log_std` entries of a vector of P.
  func rawLogStandardDeviations(_ parameters: PreparedParameters<Scalar>) -> [Double] {
    let count = distribution.logStandardDeviationCount
    let start = parameters.vector.pointer() + network.parameterCount
    return (0..<count).map { Double(start[$0]) }
  }

  /// 1 where log σ is free, 0 where the floor holds it, [A].
  func floorMask(_ parameters: PreparedParameters<Scalar>) -> [Double] {
    rawLogStandardDeviations(parameters).map { $0 >= logStandardDeviationFloor ? 1 : 0 }
  }
}
