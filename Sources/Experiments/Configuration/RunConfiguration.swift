import Environments
import MetaLearning

/// The arithmetic of the networks.
public enum NetworkPrecision: String, Sendable, CaseIterable, Codable {
  /// `Float`, 32 bits.
  case float
  /// `Double`, 64 bits.
  case double
}

/// Everything a training run chooses: what `config.yaml` of a run folder holds.
///
/// Values come from, later ones winning: the defaults here, a configuration file, flags.
public struct RunConfiguration: Sendable, Hashable {
  /// The task family: `NAME`, `NAME@PRESET`, or the path of a definition.
  public var family = ""
  /// Folders with definitions of the user's own, searched before the built-in ones.
  public var environmentFolders: [String] = []
  /// What steps a robot's model.
  public var physics = PhysicsChoice.definition
  /// The number from which all randomness is derived.
  public var seed: UInt64 = 1
  /// Meta-iterations, ≥ 0.
  public var iterations = 100
  /// Threads, on which the numbers do not depend; 0 takes all processors.
  public var workers = 0
  /// The arithmetic of the networks.
  public var precision = NetworkPrecision.float
  /// Meta-iterations between checkpoints, ≥ 1.
  public var checkpointEvery = 10
  /// Newest checkpoints kept beside the best one, ≥ 2.
  public var keep = 5
  /// Meta-iterations between pictures of paths among the events for TensorBoard, ≥ 0; 0 for none.
  public var pictureEvery = 50
  /// Held-out tasks of the report at the end of the training, ≥ 0; 0 for none.
  public var reportTasks = 20
  /// How θ is selected on tasks of the split `validation`.
  public var validation = ValidationConfiguration()
  /// What the learner does.
  public var learner = LearnerConfiguration()
  /// What was set by name, for `validate`.
  var setKeys = SetKeys()

  /// The defaults, without a family.
  public init() {}
}

/// How often, and on how much, the policy is tried on validation tasks.
public struct ValidationConfiguration: Sendable, Hashable {
  /// Meta-iterations between validations, ≥ 0; 0 for none.
  public var every = 10
  /// Tasks of the split `validation`, ≥ 1.
  public var tasks = 20
  /// Episodes a task, before and after each adaptation step, ≥ 1.
  public var rolloutsPerTask = 20
  /// Adaptation steps, ≥ 0, with the schedule of the adaptation.
  ///
  /// The score is the mean return over all of them; 0 takes the training's steps, and the return
  /// after the last.
  public var adaptationSteps = 0

  /// The defaults.
  public init() {}
}
