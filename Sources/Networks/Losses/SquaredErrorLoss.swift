/// Mean over N rows of ‖prediction − target‖²: the sum over a row's entries, no factor ½.
///
/// Its gradient is 2 (prediction − target) / N and its Hessian 2 / N, which is the Gauss–Newton
/// matrix of the outputs too.
public struct SquaredErrorLoss: OutputLoss {
  private let targets: [Double]
  private let width: Int
  private let rowCount: Int

  /// A loss over N rows; rows from N on (padding) count nothing.
  ///
  /// - Parameters:
  ///   - targets: [N, width].
  ///   - width: W ≥ 1, entries of a row.
  public init(targets: [Double], width: Int) {
    precondition(
      width >= 1 && targets.count % width == 0, "targets: \(targets.count), width \(width)")
    self.targets = targets
    self.width = width
    rowCount = targets.count / width
  }

  /// Numbers of the block that are not padding.
  private func validCount(_ block: OutputBlock) -> Int {
    max(0, min(block.rowCount, rowCount - block.firstRow)) * width
  }

  /// The gradient, and the block's share of the mean.
  public func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    let (valid, first) = (validCount(block), block.firstRow * width)
    let scale = 1 / Double(max(rowCount, 1))
    var value = 0.0
    for i in 0..<valid {
      let difference = block.outputs[i] - targets[first + i]
      value += difference * difference
      gradient.outputs[i] = 2 * scale * difference
    }
    for i in valid..<(block.rowCount * width) { gradient.outputs[i] = 0 }
    return scale * value
  }

  /// 2 / N times the tangent.
  public func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    let valid = validCount(block)
    let scale = 2 / Double(max(rowCount, 1))
    for i in 0..<valid { product.outputs[i] = scale * tangent.outputs[i] }
    for i in valid..<(block.rowCount * width) { product.outputs[i] = 0 }
  }
}
