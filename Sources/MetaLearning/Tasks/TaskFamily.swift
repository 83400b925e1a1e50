/// What a policy may do in an environment.
public enum ActionSpace: Sendable, Hashable {
  /// Real vectors of `size` entries; unbounded for the policy, clipped by the simulator.
  case continuous(size: Int)
  /// One of `count` actions, 0 ..< count.
  case discrete(count: Int)

  /// Numbers an action takes in flat arrays: `size`, or 1 for a discrete action's index.
  public var width: Int {
    switch self {
    case .continuous(let size): size
    case .discrete: 1
    }
  }
}

/// A distribution over tasks that share spaces and dynamics.
public protocol TaskFamily: Sendable {
  /// The family's name, for example `navigation-2d`.
  var name: String { get }
  /// The preset that was applied, or nil.
  var preset: String? { get }
  /// O, the number of entries of an observation.
  var observationSize: Int { get }
  /// The policy's actions.
  var actionSpace: ActionSpace { get }
  /// T, the greatest number of control steps of an episode; the episode is truncated there.
  var horizon: Int { get }
  /// Names of the terms whose sum is the reward, in the order of the sum.
  var rewardTermNames: [String] { get }
  /// Indices of the terms that are not 0 at a step that solves the task; empty where the family
  /// does not say of any step that it does.
  var successTerms: [Int] { get }
  /// Where examples come from, in families of supervised tasks; nil where tasks are acted in.
  var examples: (any ExampleSource)? { get }

  /// Task `index` of a split: a pure function of its arguments.
  ///
  /// - Parameters:
  ///   - split: which stream of draws.
  ///   - index: 0 …; the same whatever else was drawn.
  ///   - seed: the user's number.
  /// - Returns: the task.
  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters

  /// A simulator of `laneCount` independent episodes of one task.
  ///
  /// - Throws: an error that names the parameter when `task` lacks one of the family's
  ///   parameters, has one too many, a wrong size or a non-finite number, and whatever loading
  ///   the simulator's model throws.
  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes
}

extension TaskFamily {
  /// None: success is not defined.
  public var successTerms: [Int] { [] }

  /// None: tasks are acted in.
  public var examples: (any ExampleSource)? { nil }

  /// `name` or `name@preset`, as on the command line.
  public var qualifiedName: String { preset.map { "\(name)@\($0)" } ?? name }
}
