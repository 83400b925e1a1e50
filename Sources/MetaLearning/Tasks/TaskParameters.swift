/// The value that singles out one task of a family: named vectors in the family's order.
///
/// Examples: `goal: [0.3, -0.4]`; `velocity: [1.2]`.
public struct TaskParameters: Sendable, Hashable {
  /// One named parameter of a task.
  public struct Entry: Sendable, Hashable {
    /// The parameter's name, as in definitions and files (`goal`, `mass`, `velocity`).
    public let name: String
    /// Its values; a scalar has one.
    public var values: [Double]

    /// A named vector.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// The parameters in the order in which the family declares them.
  public var entries: [Entry]

  /// Task parameters from entries in the family's order.
  public init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// The values of the parameter `name`, or nil when the family has none of that name.
  public subscript(name: String) -> [Double]? {
    entries.first { $0.name == name }?.values
  }

  /// All values in order, flattened: what an oracle policy is shown.
  public var vector: [Double] { entries.flatMap(\.values) }
}

/// Which draws of a family's tasks: disjoint random streams.
public enum TaskSplit: String, Sendable, CaseIterable, Codable {
  /// Tasks to meta-train on.
  case train
  /// Tasks that select checkpoints and settings; the distribution of `train`.
  case validation
  /// Tasks for evaluation alone; the distribution of `train`, disjoint draws.
  case heldOut = "held_out"
  /// Tasks outside the training range.
  case shifted
}
