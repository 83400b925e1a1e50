/// How many examples a task has, in families of supervised tasks.
public struct ExampleConfiguration: Sendable, Hashable {
  /// Support examples of a task, of each class, ≥ 1.
  public var shots = 10
  /// Query examples of a task, of each class, ≥ 1.
  public var queries = 10

  /// The defaults.
  public init() {}
}

extension LearnerConfiguration {
  /// Why the configuration cannot learn on a family, as far as that depends on whether it is one of
  /// examples; nil where it can.
  public func complaint(on family: any TaskFamily) -> String? {
    if let complaint = policy.complaint(on: self.family(seenOf: family)) { return complaint }
    guard family.examples != nil else { return nil }
    if outer.objective == .clipped {
      return "outer.objective is clipped, a ratio of policies; examples take surrogate"
    }
    if outer.supportCredit > 0 {
      return "outer.support_credit credits the sampling of actions; examples take 0"
    }
    if adaptation.estimator == .dice {
      return "adaptation.estimator is dice, for rewards; examples have a loss and take the default"
    }
    return nil
  }
}
