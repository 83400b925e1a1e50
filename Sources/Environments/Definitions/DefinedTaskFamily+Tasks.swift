import MetaLearning
import StrictYAML

extension DefinedTaskFamily {
  /// A task given from outside, checked, its parameters in the family's order.
  ///
  /// Values need not be in the range of any split: finite, and above 0 where physics asks.
  ///
  /// - Throws: `EnvironmentError.task` naming the parameter that is missing, unknown, given
  ///   twice, of a wrong size, not finite, or not positive.
  public func validated(_ task: TaskParameters) throws(EnvironmentError) -> TaskParameters {
    for (position, entry) in task.entries.enumerated() {
      guard definition.parameters.contains(where: { $0.rule.name == entry.name }) else {
        throw wrong("\(quotedForMessage(entry.name)) is not one of its parameters")
      }
      guard !task.entries[..<position].contains(where: { $0.name == entry.name }) else {
        throw wrong("'\(entry.name)' is given twice")
      }
    }
    var entries: [TaskParameters.Entry] = []
    for parameter in definition.parameters {
      let rule = parameter.rule
      guard let values = task[rule.name] else { throw wrong("'\(rule.name)' is missing") }
      guard values.count == rule.size else {
        throw wrong("'\(rule.name)' has \(values.count) numbers instead of \(rule.size)")
      }
      if let value = values.first(where: { !$0.isFinite }) {
        throw wrong("'\(rule.name)' has the value \(value)")
      }
      if let complaint = rule.complaint(about: values) {
        throw wrong("'\(rule.name)' \(complaint)")
      }
      entries.append(TaskParameters.Entry(name: rule.name, values: values))
    }
    return TaskParameters(entries)
  }

  private func wrong(_ reason: String) -> EnvironmentError {
    .task(family: qualifiedName, reason: "\(reason). \(taskForm)")
  }

  /// How a task of this family is written.
  private var taskForm: String {
    let parameters = definition.parameters.map { parameter in
      let rule = parameter.rule
      let form = rule.size == 1 ? "a number" : "[\(rule.size) numbers]"
      return "\(rule.name): \(form)" + (rule.unit.isEmpty ? "" : " in \(rule.unit)")
    }
    return parameters.isEmpty
      ? "It has no parameters." : "It takes: \(parameters.joined(separator: ", "))."
  }

  /// Reads `{goal: [0.3, -0.4]}`, as in replay scripts.
  ///
  /// - Throws: `YAMLError` at the line and key of the mistake.
  public func parseTask(_ node: YAMLNode) throws(YAMLError) -> TaskParameters {
    let mapping = try node.mapping()
    let rules = definition.parameters.map(\.rule)
    try mapping.checkKeys(rules.map(\.name))
    var entries: [TaskParameters.Entry] = []
    for rule in rules {
      let value = try mapping.required(rule.name)
      let isScalar = rule.size == 1 && !value.isList
      let numbers = try isScalar ? [value.number()] : value.numbers(count: rule.size)
      if let complaint = rule.complaint(about: numbers) { throw value.error(complaint) }
      entries.append(TaskParameters.Entry(name: rule.name, values: numbers))
    }
    return TaskParameters(entries)
  }
}
