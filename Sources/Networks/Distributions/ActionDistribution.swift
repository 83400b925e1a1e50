import Foundation

/// The family of action distributions whose parameters a network's output rows are.
public enum ActionDistribution: Sendable, Hashable {
  /// Independent normals: a row is the mean μ [A]; log σ [A] is shared by all rows.
  case gaussian(actionSize: Int)
  /// Softmax of a row of logits, [count]; an action is its index.
  case categorical(actionCount: Int)
  /// A row is a prediction [size]; as a distribution, a normal about it with σ = 1, so that the KL
  /// of two is ½‖difference‖² and the Fisher metric the identity.
  case prediction(size: Int)

  /// W, entries of an output row.
  public var outputWidth: Int {
    switch self {
    case .gaussian(let size), .prediction(let size): size
    case .categorical(let count): count
    }
  }

  /// Numbers an action takes.
  public var actionWidth: Int {
    switch self {
    case .gaussian(let size), .prediction(let size): size
    case .categorical: 1
    }
  }

  /// Entries of the shared log σ that losses see: A, or 0.
  public var logStandardDeviationCount: Int {
    switch self {
    case .gaussian(let size), .prediction(let size): size
    case .categorical: 0
    }
  }

  /// Entries of log σ that are parameters: those of a prediction are fixed at 0.
  public var deviationParameterCount: Int {
    if case .gaussian(let size) = self { size } else { 0 }
  }
}

/// A block of output rows in double precision: what a loss sees.
public struct OutputBlock: Sendable {
  /// Index in the batch of the first row.
  public let firstRow: Int
  /// Rows in the block.
  public let rowCount: Int
  /// The output rows, [≥ rowCount, W].
  public let outputs: [Double]
  /// Shared log σ after the floor, [A]; empty for categorical.
  public let logStandardDeviations: [Double]
  /// 1/σ, [A].
  let inverseStandardDeviations: [Double]

  /// A block of rows.
  public init(
    firstRow: Int, rowCount: Int, outputs: [Double], logStandardDeviations: [Double]
  ) {
    self.init(
      firstRow: firstRow, rowCount: rowCount, outputs: outputs,
      logStandardDeviations: logStandardDeviations,
      inverseStandardDeviations: logStandardDeviations.map { exp(-$0) })
  }

  /// A block of rows; passes over many blocks take the inverse once.
  init(
    firstRow: Int, rowCount: Int, outputs: [Double], logStandardDeviations: [Double],
    inverseStandardDeviations: [Double]
  ) {
    self.firstRow = firstRow
    self.rowCount = rowCount
    self.outputs = outputs
    self.logStandardDeviations = logStandardDeviations
    self.inverseStandardDeviations = inverseStandardDeviations
  }
}

/// ½ ln 2π.
let halfLogTwoPi = 0.5 * log(2 * Double.pi)

extension ActionDistribution {
  /// log π of one action a row, **summed** over action dimensions.
  ///
  /// Gaussian: Σ_d [−½((a_d − μ_d)/σ_d)² − log σ_d − ½ log 2π]; categorical:
  /// log softmax(logits)[a].
  ///
  /// - Parameters:
  ///   - block: the output rows.
  ///   - actions: the whole batch's, [N, actionWidth].
  /// - Returns: [rowCount].
  public func logProbabilities(_ block: OutputBlock, actions: [Double]) -> [Double] {
    (0..<block.rowCount).map { logProbability(block, row: $0, actions: actions) }
  }

  /// log π of the action of one row of a block.
  @inline(__always)
  func logProbability(_ block: OutputBlock, row: Int, actions: [Double]) -> Double {
    switch self {
    case .gaussian(let size), .prediction(let size):
      var constant = -Double(size) * halfLogTwoPi
      var sum = 0.0
      for d in 0..<size {
        constant -= block.logStandardDeviations[d]
        let z =
          (actions[(block.firstRow + row) * size + d] - block.outputs[row * size + d])
          * block.inverseStandardDeviations[d]
        sum += z * z
      }
      return constant - 0.5 * sum
    case .categorical(let count):
      let action = Int(actions[block.firstRow + row])
      return block.outputs[row * count + action] - logSumExp(block.outputs, row * count, count)
    }
  }

  /// Mean entropy of the block's rows, in nats.
  public func meanEntropy(_ block: OutputBlock) -> Double {
    switch self {
    case .gaussian(let size), .prediction(let size):
      return block.logStandardDeviations.reduce(0, +) + Double(size) * (halfLogTwoPi + 0.5)
    case .categorical(let count):
      guard block.rowCount > 0 else { return 0 }
      var sum = 0.0
      for row in 0..<block.rowCount {
        let normalizer = logSumExp(block.outputs, row * count, count)
        for a in 0..<count {
          let logProbability = block.outputs[row * count + a] - normalizer
          sum -= exp(logProbability) * logProbability
        }
      }
      return sum / Double(block.rowCount)
    }
  }
}

/// log Σ exp of `count` entries from `start`, safe for large logits.
@inline(__always)
func logSumExp(_ values: [Double], _ start: Int, _ count: Int) -> Double {
  var largest = values[start]
  for i in 1..<max(count, 1) where values[start + i] > largest { largest = values[start + i] }
  var sum = 0.0
  for i in 0..<count { sum += exp(values[start + i] - largest) }
  return largest + log(sum)
}

/// Softmax of `count` entries from `start` into `probabilities`.
@inline(__always)
func softmax(_ values: [Double], _ start: Int, into probabilities: inout [Double]) {
  let normalizer = logSumExp(values, start, probabilities.count)
  for i in probabilities.indices { probabilities[i] = exp(values[start + i] - normalizer) }
}
