import DenseMath
import Foundation

/// Chooses actions for lanes: the forward pass of a few rows, with its memory.
public final class PolicyActor<Scalar: DenseScalar> {
  private let policy: Policy<Scalar>
  private let workspace: NetworkWorkspace<Scalar>
  private let inputs: RowMatrix<Scalar>
  private var outputs: [Double] = []
  private var probabilities: [Double]

  /// An actor for one worker.
  public init(policy: Policy<Scalar>, workspace: NetworkWorkspace<Scalar>) {
    self.policy = policy
    self.workspace = workspace
    inputs = RowMatrix(
      rows: Network<Scalar>.blockRows, columns: policy.network.inputWidth)
    probabilities = Array(repeating: 0, count: policy.distribution.outputWidth)
  }

  /// The output rows for observations, [rows, W] in double precision.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func forward(
    _ parameters: PreparedParameters<Scalar>, observations: [Double], rows: Int
  ) {
    let (width, observationSize) = (policy.network.outputWidth, policy.network.inputWidth)
    if policy.network.couplesRows {
      inputs.resize(rows: rows)
      workspace.reserve(rows: rows)
    }
    if outputs.count < rows * width { outputs = Array(repeating: 0, count: rows * width) }
    observations.withUnsafeBufferPointer { source in
      outputs.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        policy.forEachBlock(of: rows) { first, count in
          Scalar.narrow(
            inputs.pointer(), source + first * observationSize, count: count * observationSize)
          policy.network.forward(
            parameters, input: UnsafePointer(inputs.pointer()), outputs: workspace.outputs,
            rows: count)
          Scalar.widen(
            target + first * width, workspace.outputs[policy.network.layers.count - 1],
            count: count * width)
        }
      }
    }
  }

  /// Writes actions for `rows` observation rows.
  ///
  /// Gaussian: a = μ + σ · noise. Categorical: the first action whose cumulative probability
  /// exceeds the noise, which is uniform on [0, 1). A prediction is taken as it is.
  ///
  /// - Parameters:
  ///   - parameters: θ or θ′.
  ///   - standardDeviations: σ after the floor, [A]; empty for categorical.
  ///   - observations: [rows, O].
  ///   - rows: how many.
  ///   - noise: `noise[noiseStart…]` is [rows, actionWidth]; nil takes the mean or the most
  ///     probable action.
  ///   - noiseStart: see `noise`.
  ///   - actions: overwritten, [rows, actionWidth].
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func act(
    _ parameters: PreparedParameters<Scalar>, standardDeviations: [Double],
    observations: [Double], rows: Int, noise: [Float]?, noiseStart: Int,
    actions: inout [Double]
  ) {
    forward(parameters, observations: observations, rows: rows)
    switch policy.distribution {
    case .gaussian(let size):
      guard let noise else {
        for i in 0..<(rows * size) { actions[i] = outputs[i] }
        return
      }
      for row in 0..<rows {
        for d in 0..<size {
          let i = row * size + d
          actions[i] = outputs[i] + standardDeviations[d] * Double(noise[noiseStart + i])
        }
      }
    case .prediction(let size):
      for i in 0..<(rows * size) { actions[i] = outputs[i] }
    case .categorical(let count):
      for row in 0..<rows {
        softmax(outputs, row * count, into: &probabilities)
        var chosen = 0
        if let noise {
          let u = Double(noise[noiseStart + row])
          var cumulative = probabilities[0]
          while cumulative <= u && chosen < count - 1 {
            chosen += 1
            cumulative += probabilities[chosen]
          }
        } else {
          for a in 1..<max(count, 1) where probabilities[a] > probabilities[chosen] { chosen = a }
        }
        actions[row] = Double(chosen)
      }
    }
  }
}
