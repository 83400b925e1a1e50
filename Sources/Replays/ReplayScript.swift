import MetaLearning

/// A replay script: rollouts to run in one environment, and what is expected of them.
///
/// The format is described in docs/Formats.md.
public struct ReplayScript: Sendable {
  /// The file's name as errors show it.
  public var origin: String
  /// The task family: a name, `NAME@PRESET`, or the path of a definition.
  public var environment: String
  /// All randomness of the rollouts derives from it.
  public var seed: UInt64
  /// The rollouts in order; at least one.
  public var rollouts: [Rollout]

  /// One task, who acts in it, and how often.
  public struct Rollout: Sendable {
    /// The name in reports and recordings.
    public var name: String
    /// Which task.
    public var task: TaskChoice
    /// Who chooses the actions.
    public var actor: Actor
    /// Episodes ≥ 1.
    public var episodes: Int
    /// State vectors that replace those of the reset; empty to keep them.
    public var initialState: LaneState
    /// Whether the rollout steps on after an end, until the actions are used up.
    public var continuesAfterTermination: Bool
    /// What must hold afterwards.
    public var expectations: [ReplayExpectation]
    /// The line in the script, for errors.
    public var line: Int
  }

  /// How a rollout names its task.
  public enum TaskChoice: Sendable, Hashable {
    /// All parameters, in the order of the script.
    case parameters(TaskParameters)
    /// A draw of the family under the script's seed.
    case draw(split: TaskSplit, index: Int)
  }

  /// Who chooses the actions of a rollout.
  public enum Actor: Sendable {
    /// These actions, one a step, in every episode; each of the action space's width.
    case actions([[Double]])
    /// A trained policy.
    case policy(PolicyRequest)
  }

  /// A policy as a script asks for it.
  public struct PolicyRequest: Sendable, Hashable {
    /// A run folder or checkpoint; relative paths start at the working folder.
    public var path: String
    /// Gradient steps on the rollout's task before it starts, ≥ 0.
    public var adaptationSteps: Int
    /// Whether it takes the mean (or most probable) action instead of a sample.
    public var deterministic: Bool
    /// Episodes for each gradient step, or nil for the run's own number.
    public var rolloutsPerTask: Int?
    /// Step size, one a gradient step, or nil for the run's schedule.
    public var innerLearningRates: [Double]?
  }
}

extension ReplayScript.PolicyRequest {
  /// The mean actions of a trained policy, not adapted.
  public init(path: String) {
    self.init(
      path: path, adaptationSteps: 0, deterministic: true, rolloutsPerTask: nil,
      innerLearningRates: nil)
  }
}
