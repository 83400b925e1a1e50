import StrictYAML

extension ReplayExpectation {
  private static let keys = [
    "mean_return", "mean_steps", "terminated", "truncated", "final_observation", "final_state",
  ]

  /// The expectations of an `expect` mapping, in the order of the file.
  ///
  /// - Throws: `YAMLError` with the line.
  static func list(_ node: YAMLNode) throws -> [ReplayExpectation] {
    let mapping = try node.mapping()
    try mapping.checkKeys(keys)
    var expectations: [ReplayExpectation] = []
    for (key, value) in mapping.entries {
      switch key {
      case "mean_return": expectations.append(.meanReturn(try bounds(value)))
      case "mean_steps": expectations.append(.meanSteps(try bounds(value)))
      case "terminated": expectations.append(.terminated(try value.boolean()))
      case "truncated": expectations.append(.truncated(try value.boolean()))
      case "final_observation": expectations.append(.finalObservation(try vector(value)))
      default:
        for (name, state) in try value.mapping().entries {
          expectations.append(.finalState(name: name, try vector(state)))
        }
      }
    }
    return expectations
  }

  private static func bounds(_ node: YAMLNode) throws -> Bounds {
    let mapping = try node.mapping()
    try mapping.checkKeys(["at_least", "at_most", "equals", "within"])
    var bounds = Bounds(
      atLeast: try mapping["at_least"]?.number(), atMost: try mapping["at_most"]?.number(),
      equals: try mapping["equals"]?.number())
    guard bounds.atLeast != nil || bounds.atMost != nil || bounds.equals != nil else {
      throw node.error("needs at_least, at_most or equals")
    }
    if let within = mapping["within"] {
      guard bounds.equals != nil else { throw within.error("goes with equals") }
      bounds.within = try within.number(in: 0...Double.greatestFiniteMagnitude)
    }
    return bounds
  }

  /// A list of numbers, or `{equals: […], within: x}`.
  private static func vector(_ node: YAMLNode) throws -> Vector {
    if !node.isMapping {
      return Vector(equals: try numbers(node), within: 1e-9)
    }
    let mapping = try node.mapping()
    try mapping.checkKeys(["equals", "within"])
    return Vector(
      equals: try numbers(try mapping.required("equals")),
      within: try mapping["within"]?.number(in: 0...Double.greatestFiniteMagnitude) ?? 1e-9)
  }

  private static func numbers(_ node: YAMLNode) throws -> [Double] {
    node.isList ? try node.numbers() : [try node.number()]
  }
}
