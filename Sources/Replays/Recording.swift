import Experiments
import MetaLearning

/// What a recording says about itself in its first line.
public struct RecordingHeader: Sendable, Equatable {
  /// The name of the format, in every header.
  public static let format = "metarl-recording"
  /// The newest version of the format that is read; 2 is 1 with the family's files.
  public static let newestVersion = 2

  /// The family as the script named it: a name, `NAME@PRESET`, or a path.
  public var environment: String
  /// SHA-256 of the family's resolved definition, hexadecimal.
  public var definitionDigest: String
  /// The script's seed.
  public var seed: UInt64
  /// The program and its version.
  public var software: String
  /// What stepped the robot's model, `mujoco` or `lanes`; nil where there was no choice.
  public var physics: String?
  /// The rollouts in order.
  public var rollouts: [RecordedRollout]
  /// The family's files, so that the recording needs nothing of the place where it was made; nil
  /// where it carries none.
  public var family: CarriedFamily?

  /// The version of the format that the header is written in.
  public var version: Int { family == nil ? 1 : 2 }

  /// A header.
  public init(
    environment: String, definitionDigest: String, seed: UInt64, software: String,
    physics: String? = nil, rollouts: [RecordedRollout], family: CarriedFamily? = nil
  ) {
    self.family = family
    self.environment = environment
    self.definitionDigest = definitionDigest
    self.seed = seed
    self.software = software
    self.physics = physics
    self.rollouts = rollouts
  }
}

/// What simulating a rollout of a recording again needs, besides its actions.
public struct RecordedRollout: Sendable, Equatable {
  /// The name from the script.
  public var name: String
  /// All parameters of the task.
  public var task: TaskParameters
  /// The draw that gave the task, when the script named one.
  public var draw: Draw?
  /// Episodes ≥ 1.
  public var episodes: Int
  /// State vectors that replaced those of the reset; empty when none did.
  public var initialState: LaneState
  /// Steps of a scripted rollout, or nil for a policy's.
  public var actionCount: Int?
  /// Whether it stepped on after an end.
  public var continuesAfterTermination: Bool
  /// The policy that acted, or nil for a scripted rollout.
  public var policy: Policy?

  /// A draw of a family's tasks.
  public struct Draw: Sendable, Hashable {
    /// The split.
    public var split: TaskSplit
    /// The index in the split.
    public var index: Int
  }

  /// Where a rollout's policy came from.
  public struct Policy: Sendable, Equatable {
    /// The run folder or checkpoint as the script named it.
    public var path: String
    /// SHA-256 of the parameters that acted, after adaptation, hexadecimal.
    public var parametersDigest: String
    /// Gradient steps on the task.
    public var adaptationSteps: Int
    /// Whether it took the mean action.
    public var deterministic: Bool
  }
}

/// One reset or step of one episode: a line of a recording.
public struct RecordingFrame: Sendable, Equatable {
  /// Index of the rollout in the header.
  public var rollout: Int
  /// Index of the episode in the rollout.
  public var episode: Int
  /// The step: 0 for the reset, 1 for the first action.
  public var step: Int
  /// What the action did; nil for a reset.
  public var transition: Transition?
  /// The observation after it, [O].
  public var observation: [Double]
  /// The simulator's full state after it.
  public var state: LaneState

  /// A step's action and its consequences.
  public struct Transition: Sendable, Equatable {
    /// The action as it was given, not clipped, [A].
    public var action: [Double]
    /// The reward.
    public var reward: Double
    /// The reward's terms by name, in the family's order.
    public var rewardTerms: [(name: String, value: Double)]
    /// Whether the task ended the episode.
    public var terminated: Bool
    /// Whether the horizon cut the episode off.
    public var truncated: Bool

    /// Equality of every part, names of terms included.
    public static func == (a: Self, b: Self) -> Bool {
      a.action == b.action && a.reward == b.reward && a.terminated == b.terminated
        && a.truncated == b.truncated
        && a.rewardTerms.elementsEqual(b.rewardTerms, by: ==)
    }
  }
}
