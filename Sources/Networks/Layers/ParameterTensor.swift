/// What a parameter tensor is for; what an inner step adapts is chosen by role.
public enum ParameterRole: String, Sendable, CaseIterable {
  /// Every layer but the last.
  case body
  /// The last layer.
  case head
  /// log σ of Gaussian policies.
  case deviation
  /// Context parameters, joined to the input (CAVIA's φ).
  case context
}

/// One named parameter tensor of a layer or policy.
public struct ParameterTensor: Sendable, Hashable {
  /// Name in checkpoints: `layer1.weight`, `log_std`.
  public let name: String
  /// Sizes, outermost first; a weight is [out, in].
  public let shape: [Int]
  /// Where it lies in the flat parameter vector.
  public let range: Range<Int>
  /// What it is for.
  public let role: ParameterRole

  /// A tensor at a place of the flat vector.
  ///
  /// - Precondition: the shape has as many entries as the range.
  public init(name: String, shape: [Int], range: Range<Int>, role: ParameterRole = .body) {
    precondition(
      shape.reduce(1, *) == range.count, "\(name): shape \(shape), \(range.count) entries")
    self.name = name
    self.shape = shape
    self.range = range
    self.role = role
  }
}
