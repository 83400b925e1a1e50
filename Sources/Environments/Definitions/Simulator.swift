import MetaLearning
import StrictYAML

/// One kind of simulator, set up by a family's definition: what the tasks of a family share.
///
/// A new simulator is one type that conforms to this protocol and one line in
/// `SimulatorRegistry.builtIn.all`; every family of it is then a YAML file. The value is immutable and
/// shared; what moves is in the lanes that it makes.
public protocol Simulator: Sendable {
  /// The name under which definitions choose it: `simulator: navigation-2d`.
  static var kind: String { get }
  /// The top-level key of a definition that holds its settings.
  static var section: String { get }

  /// Whether a preset's mapping at this path replaces the definition's instead of being
  /// merged into it key by key: true where the keys are alternatives.
  static func presetReplacesWhole(path: String) -> Bool

  /// Reads the settings; every key it does not know must be an error.
  ///
  /// - Throws: `YAMLError` with the line, the key and what is allowed.
  init(context: SimulatorContext) throws(YAMLError)

  /// What each entry of an observation is, [O].
  var observation: [SpaceEntry] { get }
  /// What each entry of an action is, in the policy's units, [A].
  var action: [SpaceEntry] { get }
  /// The policy's actions.
  var actionSpace: ActionSpace { get }
  /// The terms whose sum is the reward, in the order of the sum.
  var rewardTerms: [RewardTerm] { get }
  /// When an episode terminates, in words.
  var ends: String { get }
  /// The parameters that single out a task; the definition gives their distributions.
  var taskParameters: [TaskParameterRule] { get }
  /// Whether the task shows in the observation before the first step.
  var taskShowsAtReset: Bool { get }
  /// Every setting as read, in a fixed order.
  var choices: [Choice] { get }
  /// What may make its numbers differ from those of its sources, each in one line.
  var warnings: [String] { get }
  /// The files that it read, with their contents; `choices` holds a checksum of each.
  var files: [FamilyFile] { get }
  /// What steps its model; nil where there is nothing to choose.
  var physics: PhysicsEngine? { get }
  /// The same simulator on another engine, or why there is none.
  ///
  /// - Parameter choice: not `definition`.
  /// - Returns: the simulator, or the reason, to follow the family's name.
  func stepped(by choice: PhysicsChoice) -> (simulator: (any Simulator)?, refusal: String)

  /// A simulator of `laneCount` independent episodes of one task.
  ///
  /// - Parameters:
  ///   - task: all of `taskParameters`, checked for size, finiteness and sign.
  ///   - laneCount: L ≥ 1.
  /// - Returns: lanes that await a reset.
  /// - Throws: what loading a model throws.
  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes
}

extension Simulator {
  /// `settings`.
  public static var section: String { "settings" }
  /// Nothing is replaced as a whole.
  public static func presetReplacesWhole(path: String) -> Bool { false }
  /// None.
  public var warnings: [String] { [] }
  /// The task does not show.
  public var taskShowsAtReset: Bool { false }
  /// None: the definition says it all.
  public var files: [FamilyFile] { [] }
  /// Nothing to choose.
  public var physics: PhysicsEngine? { nil }
  /// Refuses.
  public func stepped(by choice: PhysicsChoice) -> (simulator: (any Simulator)?, refusal: String) {
    (nil, "has no physics to choose: its simulator is '\(Self.kind)', and 'physics' is for robots")
  }
}

/// What a simulator reads itself from.
public struct SimulatorContext: Sendable {
  /// The definition's section of this simulator; an empty one when the key is not there.
  public let settings: YAMLMapping
  /// The names under `task:`, in order.
  public let declaredParameters: [String]
  /// What the policy's action is multiplied by on its way into the simulator, > 0.
  public let actionScale: Double
  /// The folder of the definition's file, for files it refers to; nil for a text.
  public let folder: String?
  /// Which engine steps a robot's model; `definition` leaves it to the section.
  public var physics = PhysicsChoice.definition
}

/// One entry of an observation or action vector.
public struct SpaceEntry: Sendable, Hashable {
  /// What the number is.
  public let meaning: String
  /// Its unit; empty for a pure number.
  public let unit: String
  /// The values that it can take, or beyond which an action is clipped; nil when unbounded.
  public let range: ClosedRange<Double>?

  /// An entry.
  public init(meaning: String, unit: String, range: ClosedRange<Double>? = nil) {
    self.meaning = meaning
    self.unit = unit
    self.range = range
  }
}

/// One term of a reward.
public struct RewardTerm: Sendable, Hashable {
  /// Its name in recordings.
  public let name: String
  /// Its formula, signs and weights included.
  public let formula: String
  /// Whether it is not 0 at the steps that solve the task, and at them alone.
  public let isSuccess: Bool

  /// A term.
  public init(name: String, formula: String, isSuccess: Bool = false) {
    self.name = name
    self.formula = formula
    self.isSuccess = isSuccess
  }
}

/// One thing that a definition decides, for `environments show` and for digests.
public struct Choice: Sendable, Hashable {
  /// The key's path in the definition.
  public let key: String
  /// The value, numbers in their shortest exact form.
  public let value: String
  /// Unit or explanation; not part of the digest.
  public let explanation: String
  /// Whether the digest of a definition covers it.
  public let isInDigest: Bool

  /// A choice.
  public init(
    _ key: String, _ value: String, _ explanation: String = "", isInDigest: Bool = true
  ) {
    self.key = key
    self.value = value
    self.explanation = explanation
    self.isInDigest = isInDigest
  }
}
