/// An inner step's loss and the norm of its gradient.
public struct InnerStep: Sendable, Equatable {
  /// L(θ′ₖ; Dₖ).
  public let loss: Double
  /// ‖∇L(θ′ₖ; Dₖ)‖.
  public let gradientNorm: Double

  /// Longest step that single precision still adds to parameters with room to spare.
  static let longest = 1e30

  /// Whether loss and gradient are finite, and the step does not leave the arithmetic's range.
  func isFinite(learningRate: Double) -> Bool {
    loss.isFinite && learningRate * max(gradientNorm, 1) <= Self.longest
  }
}
