import Statistics

/// A scale on which an untrained policy before adaptation scores 0 and the oracle 1.
public struct ScoreScale: Sendable, Equatable {
  /// Mean return of the untrained policy before adaptation.
  public let random: Double
  /// Mean return of the policy that is shown the task.
  public let oracle: Double

  /// A scale, or nil when the oracle does no better than the untrained policy.
  public init?(random: Double, oracle: Double) {
    guard random.isFinite, oracle.isFinite, oracle > random else { return nil }
    (self.random, self.oracle) = (random, oracle)
  }

  /// The scale of policies that hold both ends, means over all runs of each; nil when one is
  /// missing.
  init?(_ groups: [PolicyGroup]) {
    guard let random = groups.first(where: { $0.policyKind == .random }),
      let oracle = groups.first(where: { $0.policyKind == .trained(.oracle) })
    else { return nil }
    self.init(random: random.returns(step: 0).mean, oracle: oracle.returns(step: 0).mean)
  }

  /// A return on the scale.
  public func score(_ value: Double) -> Double { (value - random) / (oracle - random) }

  /// An interval on the scale, the two ends taken as exact.
  public func score(_ interval: Interval?) -> Interval? {
    interval.map { Interval(lower: score($0.lower), upper: score($0.upper)) }
  }
}
