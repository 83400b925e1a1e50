/// The meta-gradient and what came with it.
public struct MetaGradient: Sendable {
  /// d/d(θ, rates) of the mean objective of the adapted policies, [P + R].
  public let gradient: [Double]
  /// The mean objective: at the old θ −mean Â, zero up to rounding, and the support losses.
  public let surrogateLoss: Double
  /// Mean entropy of the old adapted policies on their query batches, in nats.
  public let entropy: Double
  /// Norm of each task's share, [M].
  public let taskNorms: [Double]
}
