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
  /// Rewards as the simulator gave them, [N].
  public let rewards: [Double]
  /// Whether the task ended the episode, [E]; one that it did not was cut off at the horizon.
  public let terminated: [Bool]
  /// Whether the simulation diverged at the episode's last step, [E].
  public let diverged: [Bool]
  /// Whether a step of the episode solved the task, [E]; empty where the family does not say.
  public let succeeded: [Bool]
  /// What diverging costs each episode, [E]: at most 0, and 0 for sound ones.
  ///
  /// Empty where it has not been charged (`DivergenceCost`).
  public internal(set) var divergenceCosts: [Double] = []

  /// N.
  public var stepCount: Int { rewards.count }

  /// Episodes whose simulation diverged.
  public var divergedCount: Int { diverged.count { $0 } }

  /// Share of the episodes that solved the task; nil where the family does not say.
  public var successRate: Double? {
    succeeded.isEmpty ? nil : Double(succeeded.count { $0 }) / Double(succeeded.count)
  }

  /// Rewards with the cost of diverging in the broken step, [N].
  public var chargedRewards: [Double] {
    guard !divergenceCosts.isEmpty else { return rewards }
    var charged = rewards
    var end = 0
    for (length, cost) in zip(lengths, divergenceCosts) {
      end += length
      if cost != 0 { charged[end - 1] += cost }
    }
    return charged
  }

  /// Sum of the simulator's rewards of each episode, undiscounted, [E].
  var earnedReturns: [Double] {
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return rewards[start..<(start + length)].reduce(0, +)
    }
  }

  /// Sum of rewards of each episode with what diverging costs it, undiscounted, [E].
  public var undiscountedReturns: [Double] {
    divergenceCosts.isEmpty ? earnedReturns : zip(earnedReturns, divergenceCosts).map { $0 + $1 }
  }

  /// Mean undiscounted return over the episodes.
  public var meanReturn: Double {
    undiscountedReturns.reduce(0, +) / Double(max(lengths.count, 1))
  }

  /// A batch from packed arrays.
  ///
  /// - Parameters:
  ///   - lengths: [E].
  ///   - observations: [N, O].
  ///   - actions: [N, A].
  ///   - rewards: [N].
  ///   - terminated: [E].
  ///   - diverged: [E]; empty where no episode diverged.
  ///   - succeeded: [E]; empty where success is not defined.
  public init(
    lengths: [Int], observations: [Double], actions: [Double], rewards: [Double],
    terminated: [Bool], diverged: [Bool] = [], succeeded: [Bool] = []
  ) {
    precondition(
      lengths.reduce(0, +) == rewards.count && terminated.count == lengths.count,
      "lengths add up to \(lengths.reduce(0, +)) steps, rewards: \(rewards.count)")
    precondition(
      diverged.isEmpty || diverged.count == lengths.count,
      "diverged: \(diverged.count) episodes, lengths: \(lengths.count)")
    precondition(
      succeeded.isEmpty || succeeded.count == lengths.count,
      "succeeded: \(succeeded.count) episodes, lengths: \(lengths.count)")
    self.lengths = lengths
    self.succeeded = succeeded
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.terminated = terminated
    self.diverged = diverged.isEmpty ? lengths.map { _ in false } : diverged
  }
}
