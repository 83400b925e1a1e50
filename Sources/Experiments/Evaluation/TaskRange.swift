import Environments
import MetaLearning

/// Values that one number of a task runs through: `velocity=0:4:0.25`, `goal[1]=-1:1:0.5`.
public struct TaskRange: Sendable, Equatable {
  /// The parameter.
  public let parameter: String
  /// Which of its numbers, counted from 0; nil where none is named, as for a parameter of one.
  public let component: Int?
  /// The values in order.
  public let values: [Double]

  /// Reads `NAME=FROM:TO:STEP` or `NAME[INDEX]=FROM:TO:STEP`.
  ///
  /// - Returns: nil for another form, or a range without values.
  public init?(_ text: String) {
    guard text.utf8.count <= 1000 else { return nil }
    let sides = text.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2 else { return nil }
    var name = sides[0]
    var component: Int?
    if name.hasSuffix("]"), let bracket = name.firstIndex(of: "[") {
      guard let index = Int(name[name.index(after: bracket)...].dropLast()), index >= 0
      else { return nil }
      (name, component) = (name[..<bracket], index)
    }
    let numbers = sides[1].split(separator: ":", omittingEmptySubsequences: false)
      .compactMap { Double($0) }
    guard !name.isEmpty, sides[1].filter({ $0 == ":" }).count == 2, numbers.count == 3,
      let values = NumberSequence.values(from: numbers[0], to: numbers[1], step: numbers[2])
    else { return nil }
    (parameter, self.component, self.values) = (String(name), component, values)
  }

  /// What runs, as it is typed: `goal[1]`.
  public func label(of family: DefinedTaskFamily) -> String {
    let size = family.definition.parameters.first { $0.rule.name == parameter }?.rule.size ?? 1
    return size == 1 ? parameter : "\(parameter)[\(component ?? 0)]"
  }

  /// A task with the number replaced.
  ///
  /// - Throws: `EnvironmentError.task` for a parameter that the family lacks, one of several
  ///   numbers of which none is named, an index beyond its size, and a value that it does not take.
  public func applied(
    _ value: Double, to task: TaskParameters, of family: DefinedTaskFamily
  ) throws(EnvironmentError) -> TaskParameters {
    guard let place = task.entries.firstIndex(where: { $0.name == parameter }) else {
      let known = task.entries.map(\.name).joined(separator: ", ")
      throw .task(
        family: family.qualifiedName, reason: "it has no parameter '\(parameter)'; known: \(known)")
    }
    var task = task
    let size = task.entries[place].values.count
    guard component != nil || size == 1 else {
      let indexed = (0..<size).map { "\(parameter)[\($0)]=…" }.joined(separator: " or ")
      throw .task(
        family: family.qualifiedName,
        reason: "'\(parameter)' has \(size) numbers; say which one runs: \(indexed)")
    }
    let component = component ?? 0
    guard component < size else {
      throw .task(
        family: family.qualifiedName,
        reason: "'\(parameter)' has \(size) numbers, counted from 0; there is no "
          + "\(parameter)[\(component)]")
    }
    task.entries[place].values[component] = value
    return try family.validated(task)
  }
}
