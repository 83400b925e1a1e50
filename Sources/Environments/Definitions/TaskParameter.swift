import MetaLearning
import StrictYAML

/// A parameter of a family's tasks, with its distribution in every split that has one.
public struct TaskParameter: Sendable, Hashable {
  /// Name, size, unit and meaning, from the simulator.
  public let rule: TaskParameterRule
  /// Where it is drawn from; a split that is missing has no draws of its own.
  public let distributions: [TaskSplit: TaskDistribution]

  /// Reads the mapping of splits to distributions.
  ///
  /// `train` is required; `validation` and `held_out` are like it unless given.
  ///
  /// - Throws: `YAMLError` with line, key and what is allowed.
  init(_ node: YAMLNode, rule: TaskParameterRule, earlier: [TaskParameter]) throws(YAMLError) {
    let splits = try node.mapping()
    try splits.checkKeys(TaskSplit.allCases.map(\.rawValue))
    let train = try TaskDistribution(
      splits.required(TaskSplit.train.rawValue), size: rule.size, earlier: earlier)
    var distributions: [TaskSplit: TaskDistribution] = [
      .train: train, .validation: train, .heldOut: train,
    ]
    for (name, value) in splits.entries {
      guard let split = TaskSplit(rawValue: name) else { continue }
      let distribution = try TaskDistribution(value, size: rule.size, earlier: earlier)
      if let complaint = rule.complaint(about: distribution) { throw value.error(complaint) }
      distributions[split] = distribution
    }
    self.rule = rule
    self.distributions = distributions
  }

  /// Reads the section `task:`, whose parameters must be those of the simulator.
  ///
  /// - Parameters:
  ///   - section: nil when the definition has none.
  ///   - root: where to report what is missing.
  ///   - rules: what the simulator asks for.
  /// - Returns: the parameters in the order of the section.
  /// - Throws: `YAMLError` with line, key and what is allowed.
  static func read(
    _ section: YAMLNode?, root: YAMLMapping, rules: [TaskParameterRule]
  ) throws(YAMLError) -> [TaskParameter] {
    let names = rules.map(\.name)
    guard let section else {
      guard names.isEmpty else { throw try missing("task", names, root) }
      return []
    }
    let mapping = try section.mapping()
    try mapping.checkKeys(names)
    for name in names { _ = try mapping.required(name) }
    var parameters: [TaskParameter] = []
    for (name, value) in mapping.entries {
      guard let rule = rules.first(where: { $0.name == name }) else { continue }
      parameters.append(try TaskParameter(value, rule: rule, earlier: parameters))
    }
    return parameters
  }

  private static func missing(
    _ key: String, _ names: [String], _ root: YAMLMapping
  ) throws(YAMLError) -> YAMLError {
    _ = try root.required(key)
    return root.node.error("has no task parameters: \(names.joined(separator: ", "))")
  }
}
