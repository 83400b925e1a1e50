/// What it costs an episode that its simulation diverged, in one task.
///
/// A broken-down episode has no further rewards, and where rewards are negative, earning nothing
/// would be the best there is. So it returns less than every sound episode of its task:
///
/// R = min(Σ r, T · min(0, r_low)) − r_large
///
/// with Σ r what it had earned, T the horizon, and r_low and r_large the lowest and the largest
/// magnitude of the rewards that sound episodes of the task have shown in this batch and those
/// before it. A sound episode of n ≤ T steps returns at least n · r_low ≥ T · min(0, r_low), so
/// that R lies below it, whatever the sign of the rewards, however early sound episodes end, and
/// however much the simulation paid just before it broke. The cost R − Σ r is the broken step's.
///
/// Where no episode was sound, the rewards of the broken ones up to the broken step stand in; where
/// nothing was earned at all, r_low = −1; where r_large would be 0, it is 1.
///
/// Costs stay in the range of what sound steps could have earned: (T + 1) · r_large at most below
/// what the episode itself had earned or 0. The baseline is not fitted to them
/// (`AdvantageEstimate`).
public struct DivergenceCost: Sendable {
  /// T.
  private let horizon: Int
  /// Rewards of sound episodes so far.
  private var sound = RewardRange()
  /// Rewards of broken episodes before they broke, so far.
  private var broken = RewardRange()

  /// - Parameter horizon: T, control steps of a whole episode.
  public init(horizon: Int) {
    self.horizon = horizon
  }

  /// Charges a batch for its broken-down episodes.
  ///
  /// - Parameter batch: the task's next batch, in the order of its adaptation.
  /// - Returns: the batch with the costs; as it was where nothing failed.
  public mutating func charged(_ batch: TrajectoryBatch) -> TrajectoryBatch {
    var start = 0
    for (length, diverged) in zip(batch.lengths, batch.diverged) {
      if diverged {
        for reward in batch.rewards[start..<(start + length)].dropLast() { broken.add(reward) }
      } else {
        for reward in batch.rewards[start..<(start + length)] { sound.add(reward) }
      }
      start += length
    }
    guard batch.divergedCount > 0 else { return batch }
    let seen = sound.isEmpty ? broken : sound
    let lowest = seen.isEmpty ? -1 : min(0, seen.lowest)
    let largest = seen.largest > 0 ? seen.largest : 1
    let floor = Double(horizon) * lowest
    var charged = batch
    charged.divergenceCosts = zip(batch.earnedReturns, batch.diverged).map { earned, diverged in
      diverged ? min(earned, floor) - largest - earned : 0
    }
    return charged
  }
}

/// The lowest and the largest of some rewards; those that are not finite are left out.
private struct RewardRange {
  var isEmpty = true
  var lowest = Double.infinity
  /// Largest magnitude; 0 without rewards.
  var largest = 0.0

  mutating func add(_ reward: Double) {
    guard reward.isFinite else { return }
    isEmpty = false
    lowest = min(lowest, reward)
    largest = max(largest, abs(reward))
  }
}
