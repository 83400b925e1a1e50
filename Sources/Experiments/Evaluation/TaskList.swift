import Environments
import MetaLearning
import StrictYAML

/// Tasks frozen in a YAML file, to be shared: a list, or a grid of values.
///
/// ```yaml
/// family: point-mass
/// definition_digest: "…"      # optional; another definition is then refused
/// tasks:                      # either the tasks one by one
///   - {goal: [0.3, -0.4], mass: 1.2}
/// grid:                       # or every combination, the last parameter fastest
///   goal: [[0.5, 0], [0, 0.5]]
///   mass: {from: 0.5, to: 2, step: 0.5}
/// ```
public enum TaskList {
  /// Most tasks of a list.
  public static let mostTasks = 10_000

  /// Reads the tasks of a file.
  ///
  /// - Parameters:
  ///   - text: the YAML document.
  ///   - origin: the file's name as errors show it.
  ///   - family: the family, whose parameters every task must have.
  /// - Returns: at least one task.
  /// - Throws: `YAMLError` at the line of the mistake.
  public static func tasks(
    yaml text: String, origin: String, family: DefinedTaskFamily
  ) throws(YAMLError) -> [TaskParameters] {
    let root = try YAMLDocument(text: text, origin: origin).root.mapping()
    try root.checkKeys(["family", "definition_digest", "tasks", "grid"])
    let name = try root.required("family")
    let wanted = try name.string()
    guard wanted == family.name || wanted == family.qualifiedName else {
      throw name.error("is '\(wanted)'; the policy's family is '\(family.qualifiedName)'")
    }
    if let digest = root["definition_digest"], try digest.string() != family.definitionDigest {
      throw digest.error("is of another definition of '\(family.qualifiedName)'")
    }
    var tasks: [TaskParameters] = []
    switch (root["tasks"], root["grid"]) {
    case (let list?, nil):
      for node in try list.list() { tasks.append(try family.parseTask(node)) }
    case (nil, let grid?):
      tasks = try self.grid(grid, family: family)
    default:
      throw root.node.error("needs either 'tasks' or 'grid'")
    }
    guard (1...mostTasks).contains(tasks.count) else {
      throw root.node.error("must have 1 to \(mostTasks) tasks, not \(tasks.count)")
    }
    return tasks
  }

  /// The tasks as such a file.
  public static func yaml(_ tasks: [TaskParameters], family: DefinedTaskFamily) -> String {
    let lines = tasks.map { "  - \(text(of: $0))" }
    let name = ConfigurationValue.text(family.qualifiedName).yaml
    return """
      family: \(name)
      definition_digest: "\(family.definitionDigest)"
      tasks:
      \(lines.joined(separator: "\n"))

      """
  }

  /// A task as it stands in files and flags: `{goal: [0.3, -0.4]}`.
  public static func text(of task: TaskParameters) -> String {
    let entries = task.entries.map { entry in
      let numbers = entry.values.map { ConfigurationValue.number($0).yaml }
      let value = numbers.count == 1 ? numbers[0] : "[\(numbers.joined(separator: ", "))]"
      return "\(entry.name): \(value)"
    }
    return "{\(entries.joined(separator: ", "))}"
  }

  /// Every combination of the parameters' values, the last parameter fastest.
  private static func grid(
    _ node: YAMLNode, family: DefinedTaskFamily
  ) throws(YAMLError) -> [TaskParameters] {
    let mapping = try node.mapping()
    let rules = family.definition.parameters.map(\.rule)
    try mapping.checkKeys(rules.map(\.name))
    var combinations: [[TaskParameters.Entry]] = [[]]
    for rule in rules {
      let axisNode = try mapping.required(rule.name)
      let axis = try values(axisNode, size: rule.size)
      guard combinations.count * axis.count <= mostTasks else {
        throw node.error("has more than \(mostTasks) combinations")
      }
      combinations = combinations.flatMap { start in
        axis.map { start + [TaskParameters.Entry(name: rule.name, values: $0)] }
      }
    }
    var tasks: [TaskParameters] = []
    for entries in combinations {
      do throws(EnvironmentError) {
        tasks.append(try family.validated(TaskParameters(entries)))
      } catch {
        throw node.error("has a task that cannot be: \(error)")
      }
    }
    return tasks
  }

  private static func values(_ node: YAMLNode, size: Int) throws(YAMLError) -> [[Double]] {
    if node.isMapping {
      let range = try node.mapping()
      try range.checkKeys(["from", "to", "step"])
      let (from, to) = (try range.required("from").number(), try range.required("to").number())
      let step = try range.required("step").number()
      guard size == 1, let values = NumberSequence.values(from: from, to: to, step: step) else {
        throw node.error(
          "must be {from, to, step} of a single number, up or down, of at most "
            + "\(NumberSequence.longest) values")
      }
      return values.map { [$0] }
    }
    var values: [[Double]] = []
    for item in try node.list() {
      values.append(size == 1 && !item.isList ? [try item.number()] : try item.numbers(count: size))
    }
    guard !values.isEmpty else { throw node.error("must have at least one value") }
    return values
  }
}

/// Numbers at equal distances.
public enum NumberSequence {
  /// Most numbers of one sequence.
  public static let longest = 10_000

  /// from, from + step, … up to `to` (with it where the steps hit it, up to rounding).
  ///
  /// - Returns: nil for a step of 0 or away from `to`, for numbers that are not finite, and for
  ///   more than `longest` of them.
  public static func values(from: Double, to: Double, step: Double) -> [Double]? {
    guard from.isFinite, to.isFinite, step.isFinite else { return nil }
    if from == to { return [from] }
    guard step != 0, (to - from) / step > 0, (to - from) / step < Double(longest) else {
      return nil
    }
    let count = Int(((to - from) / step + 1e-9).rounded(.down))
    return (0...count).map { from + Double($0) * step }
  }
}
