/// The trajectories of one task under one policy, as a struct of arrays.
///
/// Rows are packed: episode 0's steps, then episode 1's, … N = Σ lengths rows in all; there is no
/// padding to mask. E episodes, O observation size, A action width.
public struct TrajectoryBatch: Sendable {
  /// Steps of each episode, [E].
  public let lengths: [Int]
  /// Observations before each action, [N, O].
  public let observations: [Double]
  /// Actions as sampled, in the policy's units and not clipped, [N, A].
  public let actions: [Double]
  /// Rewards, [N].
  public let rewards: [Double]
  /// Whether the task ended the episode (otherwise it was truncated), [E].
  public let terminated: [Bool]
  /// Episodes whose simulation broke down.
  public let divergedCount: Int

  /// N.
  public var stepCount: Int { rewards.count }

  /// Sum of rewards of each episode, undiscounted, [E].
  public var undiscountedReturns: [Double] {
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return rewards[start..<(start + length)].reduce(0, +)
    }
  }

  /// Mean undiscounted return over the episodes.
  public var meanReturn: Double {
    undiscountedReturns.reduce(0, +) / Double(max(lengths.count, 1))
  }

  /// A batch from packed arrays.
  public init(
    lengths: [Int], observations: [Double], actions: [Double], rewards: [Double],
    terminated: [Bool], divergedCount: Int = 0
  ) {
    precondition(
      lengths.reduce(0, +) == rewards.count && terminated.count == lengths.count,
      "lengths add up to \(lengths.reduce(0, +)) steps, rewards: \(rewards.count)")
    self.lengths = lengths
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.terminated = terminated
    self.divergedCount = divergedCount
  }
}
