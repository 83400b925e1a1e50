/// A loss times a constant.
public struct ScaledLoss<Base: OutputLoss>: OutputLoss {
  /// The loss.
  public let base: Base
  /// The constant.
  public let scale: Double

  /// `scale` · `base`.
  public init(_ base: Base, by scale: Double) {
    self.base = base
    self.scale = scale
  }

  /// As the loss's.
  public var couplesRows: Bool { base.couplesRows }

  /// The scaled gradient and share.
  public func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    let before = gradient.logStandardDeviations
    let value = base.addGradient(block, into: &gradient)
    rescale(&gradient, block, before)
    return scale * value
  }

  /// The scaled Hessian applied to a tangent.
  public func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    let before = product.logStandardDeviations
    base.addProduct(block, tangent: tangent, into: &product)
    rescale(&product, block, before)
  }

  /// Rows were overwritten and log σ was added to: only the new part of either is scaled.
  private func rescale(_ gradient: inout OutputGradient, _ block: OutputBlock, _ before: [Double]) {
    for i in gradient.outputs.indices { gradient.outputs[i] *= scale }
    for d in before.indices {
      gradient.logStandardDeviations[d] =
        before[d] + scale * (gradient.logStandardDeviations[d] - before[d])
    }
  }
}
