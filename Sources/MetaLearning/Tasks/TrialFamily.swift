/// A family whose episodes are trials: n episodes of one task, one after the other, as one.
///
/// The observation is (o, a, r, d): the environment's, then the previous action (one-hot where
/// actions are discrete), the previous reward, and 1 where that step ended an episode within the
/// trial; a, r and d are 0 at the trial's start. Behind an episode's last step the observation is
/// the next episode's first, with the last action and reward of the episode before and d = 1: a
/// policy with a memory sees every reward but the trial's last. Only the environment starts anew
/// between episodes; a trial's own start is `reset`.
///
/// Source: Duan et al. 2016 (RL²), arXiv:1611.02779, section 2.2.
public struct TrialFamily: TaskFamily {
  /// The family within.
  public let base: any TaskFamily
  /// n, the episodes of a trial.
  public let episodeCount: Int

  /// Joins `episodeCount` (at least 1) episodes of a family to a trial.
  public init(_ base: any TaskFamily, episodeCount: Int) {
    precondition(episodeCount > 0, "episodeCount: \(episodeCount), at least 1 expected")
    self.base = base
    self.episodeCount = episodeCount
  }

  /// The name of the family within.
  public var name: String { base.name }
  /// The preset of the family within.
  public var preset: String? { base.preset }
  /// O of the family within, the entries of an action, and 2.
  public var observationSize: Int {
    base.observationSize + Self.shownWidth(of: base.actionSpace) + 2
  }
  /// The policy's actions.
  public var actionSpace: ActionSpace { base.actionSpace }
  /// n T; trials whose episodes end early are shorter.
  public var horizon: Int { episodeCount * base.horizon }
  /// Names of the reward's terms.
  public var rewardTermNames: [String] { base.rewardTermNames }
  /// The terms of the family within that say of a step that it solves the task.
  public var successTerms: [Int] { base.successTerms }

  /// The task of the family within.
  public func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    base.task(split: split, index: index, seed: seed)
  }

  /// Lanes of the family within, each of which plays a trial.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    TrialLanes(try base.makeLanes(task: task, laneCount: laneCount), family: self)
  }

  /// Entries that show an action: one an action where they are discrete.
  static func shownWidth(of space: ActionSpace) -> Int {
    switch space {
    case .continuous(let size): size
    case .discrete(let count): count
    }
  }
}
