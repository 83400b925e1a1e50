import DenseMath
import MetaLearning
import StrictYAML

/// A task family made from a definition.
public struct DefinedTaskFamily: TaskFamily {
  /// What it was made from.
  public let definition: FamilyDefinition

  /// The family of a definition.
  public init(_ definition: FamilyDefinition) {
    self.definition = definition
  }

  /// The definition's name.
  public var name: String { definition.name }
  /// The preset that was applied, or nil.
  public var preset: String? { definition.preset }
  /// O.
  public var observationSize: Int { definition.simulator.observation.count }
  /// The policy's actions.
  public var actionSpace: ActionSpace { definition.simulator.actionSpace }
  /// T.
  public var horizon: Int { definition.horizon }
  /// Names of the reward's terms.
  public var rewardTermNames: [String] { definition.simulator.rewardTerms.map(\.name) }
  /// The terms of the kind `reached`.
  public var successTerms: [Int] {
    definition.simulator.rewardTerms.enumerated().filter(\.element.isSuccess).map(\.offset)
  }
  /// Its examples, where tasks are of such.
  public var examples: (any ExampleSource)? { definition.simulator as? any ExampleSource }
  /// One line a choice: what a digest is taken of.
  public var canonicalDescription: String { definition.canonicalDescription }
  /// What steps its model; nil where there is nothing to choose.
  public var physics: PhysicsEngine? { definition.simulator.physics }
  /// The same family on another engine.
  ///
  /// - Parameter choice: the engine; `definition` leaves it.
  /// - Returns: the family, with a digest of its own on lanes.
  /// - Throws: `EnvironmentError.definition` with the reason where there is no choice, or lanes do
  ///   not cover it.
  public func stepped(by choice: PhysicsChoice) throws(EnvironmentError) -> DefinedTaskFamily {
    guard choice != .definition else { return self }
    let (simulator, refusal) = definition.simulator.stepped(by: choice)
    guard let simulator else {
      throw .definition(
        YAMLError(
          origin: definition.origin, line: nil, message: "the family '\(name)' \(refusal)"))
    }
    var changed = definition
    changed.simulator = simulator
    return DefinedTaskFamily(changed)
  }

  /// Every choice of the definition.
  public var choices: [Choice] { definition.choices }

  /// The splits that tasks can be drawn from, in the order of `TaskSplit`.
  ///
  /// `shifted` is there when at least one parameter has shifted draws; the others are then
  /// drawn as in `train`.
  public var splits: [TaskSplit] {
    TaskSplit.allCases.filter { split in
      split != .shifted || definition.parameters.contains { $0.distributions[split] != nil }
    }
  }

  /// Makes sure that tasks of a split can be drawn.
  ///
  /// - Throws: `EnvironmentError.noDraws` with the splits that there are.
  public func requireSplit(_ split: TaskSplit) throws(EnvironmentError) {
    guard splits.contains(split) else {
      throw .noDraws(
        family: qualifiedName, split: split.rawValue, available: splits.map(\.rawValue))
    }
  }

  /// Task `index` of a split: a pure function of its arguments.
  ///
  /// - Precondition: `splits` contains the split (`requireSplit` says so politely), and the
  ///   index is in 0 ..< 2³².
  public func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    precondition(splits.contains(split), "\(qualifiedName) has no split \(split.rawValue)")
    precondition(
      index >= 0 && index <= Int(UInt32.max), "task index: \(index), 0 ..< 2³² expected")
    let key = RandomKey(seed: seed, purpose: DefinedTaskFamily.purpose(of: split))
    var random = RandomStream(key: key, task: index)
    var entries: [TaskParameters.Entry] = []
    for parameter in definition.parameters {
      let distribution = parameter.distributions[split] ?? parameter.distributions[.train]
      let values = distribution?.draw(index: index, earlier: entries, using: &random) ?? []
      entries.append(TaskParameters.Entry(name: parameter.rule.name, values: values))
    }
    return TaskParameters(entries)
  }

  private static func purpose(of split: TaskSplit) -> RandomPurpose {
    switch split {
    case .train: .trainTasks
    case .validation: .validationTasks
    case .heldOut: .heldOutTasks
    case .shifted: .shiftedTasks
    }
  }

  /// A simulator of `laneCount` independent episodes of one task.
  ///
  /// - Throws: `EnvironmentError.task`, and what loading a model throws.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    try definition.simulator.makeLanes(task: validated(task), laneCount: laneCount)
  }
}
