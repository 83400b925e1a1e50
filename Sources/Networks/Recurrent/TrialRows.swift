/// What a loss over trials reads: T steps of L lanes, rows ordered by time, then lane.
///
/// A lane's rows from its length on are padding, which counts nothing.
public struct TrialRows: Sendable {
  /// T.
  public let steps: Int
  /// L.
  public let lanes: Int
  /// Steps of each lane within the rows, each 0 … T, [L].
  public var lengths: [Int]
  /// Actions as sampled, [T L, action width].
  public var actions: [Double]
  /// log π of them under the policy that sampled, [T L].
  public var oldLogProbabilities: [Double]
  /// Â, [T L].
  public var advantages: [Double]
  /// What the values are to be, [T L].
  public var valueTargets: [Double]

  /// Zeros.
  public init(steps: Int, lanes: Int, actionWidth: Int) {
    let rows = steps * lanes
    (self.steps, self.lanes) = (steps, lanes)
    lengths = Array(repeating: 0, count: lanes)
    actions = Array(repeating: 0, count: rows * actionWidth)
    oldLogProbabilities = Array(repeating: 0, count: rows)
    advantages = oldLogProbabilities
    valueTargets = oldLogProbabilities
  }

  /// The rows of some of the steps.
  ///
  /// - Precondition: `range` lies within the steps and is not empty.
  public func part(_ range: Range<Int>) -> TrialRows {
    let width = actions.count / max(steps * lanes, 1)
    var part = TrialRows(steps: range.count, lanes: lanes, actionWidth: width)
    let rows = (range.lowerBound * lanes)..<(range.upperBound * lanes)
    part.lengths = lengths.map { min(max($0 - range.lowerBound, 0), range.count) }
    part.actions = Array(actions[(rows.lowerBound * width)..<(rows.upperBound * width)])
    part.oldLogProbabilities = Array(oldLogProbabilities[rows])
    part.advantages = Array(advantages[rows])
    part.valueTargets = Array(valueTargets[rows])
    return part
  }
}
