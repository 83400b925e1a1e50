import StrictYAML

/// The simulators that definitions can choose; `builtIn` are those of the suite.
public struct SimulatorRegistry: Sendable {
  /// One type for each kind, in the order in which errors list them.
  public let all: [any Simulator.Type]

  /// The kind that a definition names.
  ///
  /// - Throws: `YAMLError` with the nearest and all names.
  func kind(_ node: YAMLNode) throws(YAMLError) -> any Simulator.Type {
    let name = try node.choice(of: all.map { $0.kind })
    guard let kind = all.first(where: { $0.kind == name }) else {
      throw node.error("is not a simulator")
    }
    return kind
  }
}
