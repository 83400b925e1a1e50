/// Gradient (or its tangent) with respect to a block's outputs and the shared log σ.
public struct OutputGradient: Sendable {
  /// With respect to the rows, [rows, W]; overwritten.
  public var outputs: [Double]
  /// With respect to log σ, [A]; added to.
  public var logStandardDeviations: [Double]

  /// Zeros for the given sizes.
  public init(outputCount: Int, logStandardDeviationCount: Int) {
    outputs = Array(repeating: 0, count: outputCount)
    logStandardDeviations = Array(repeating: 0, count: logStandardDeviationCount)
  }
}

/// A direction in the space of a block's outputs and the shared log σ.
public struct OutputTangent: Sendable {
  /// Of the rows, [rows, W].
  public var outputs: [Double]
  /// Of log σ, [A].
  public var logStandardDeviations: [Double]

  /// A direction.
  public init(outputs: [Double], logStandardDeviations: [Double]) {
    self.outputs = outputs
    self.logStandardDeviations = logStandardDeviations
  }
}

/// A symmetric bilinear form over distribution parameters, row by row.
public protocol OutputCurvature: Sendable {
  /// Whether rows depend on each other, so that a batch must come as one block.
  var couplesRows: Bool { get }

  /// The form applied to a tangent: rows overwritten, log σ added to.
  func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient)
}

extension OutputCurvature {
  /// They do not.
  public var couplesRows: Bool { false }
}

/// A scalar loss over distribution parameters: a sum over rows, in closed form.
///
/// Its curvature is its Hessian with respect to (rows, log σ).
public protocol OutputLoss: OutputCurvature {
  /// The block's share of the loss; its gradient: rows overwritten, log σ added to.
  func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double
}
