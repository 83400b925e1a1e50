import DenseMath

/// Compares a loss over distribution parameters with central differences at given outputs.
///
/// Checked: the gradient in every output and log σ against the differences of the value; the
/// Hessian product against the difference of the gradient, and that it is symmetric; that rows
/// are overwritten and log σ added to; that a batch in two blocks gives what one block gives.
public struct LossCheck: Sendable {
  /// W.
  let outputWidth: Int
  /// The rows, [N, W].
  let outputs: [Double]
  /// Log σ, [A].
  let logStandardDeviations: [Double]
  /// The direction of products, and another one.
  private let directions: [[Double]]

  /// A check at given outputs.
  ///
  /// - Parameters:
  ///   - distribution: what the rows parametrize.
  ///   - outputs: [N, W], N ≥ 2.
  ///   - logStandardDeviations: [A]; empty for categorical.
  ///   - seed: of the random directions.
  public init(
    distribution: ActionDistribution, outputs: [Double], logStandardDeviations: [Double],
    seed: UInt64 = 1
  ) {
    precondition(
      outputs.count % distribution.outputWidth == 0
        && logStandardDeviations.count == distribution.logStandardDeviationCount,
      "outputs: \(outputs.count), log σ: \(logStandardDeviations.count)")
    outputWidth = distribution.outputWidth
    self.outputs = outputs
    self.logStandardDeviations = logStandardDeviations
    var stream = RandomStream(key: RandomKey(seed: seed, purpose: .check))
    let count = outputs.count + logStandardDeviations.count
    directions = (0..<2).map { _ in (0..<count).map { _ in stream.normal() } }
  }

  private var rows: Int { outputs.count / outputWidth }
  private var point: [Double] { outputs + logStandardDeviations }

  private func block(_ point: [Double], _ range: Range<Int>) -> OutputBlock {
    OutputBlock(
      firstRow: range.lowerBound, rowCount: range.count,
      outputs: Array(point[(range.lowerBound * outputWidth)..<(range.upperBound * outputWidth)]),
      logStandardDeviations: Array(point[outputs.count...]))
  }

  /// Calls `body` for blocks; what must be overwritten holds NaN, what is added to starts from 1.
  private func collect(
    _ blocks: [Range<Int>], _ body: (Range<Int>, inout OutputGradient) -> Void
  ) -> [Double] {
    var shared = OutputGradient(
      outputCount: 0, logStandardDeviationCount: logStandardDeviations.count)
    for d in logStandardDeviations.indices { shared.logStandardDeviations[d] = 1 }
    var all: [Double] = []
    for range in blocks {
      shared.outputs = Array(repeating: .nan, count: range.count * outputWidth)
      body(range, &shared)
      all += shared.outputs
    }
    return all + shared.logStandardDeviations.map { $0 - 1 }
  }

  private func evaluate(
    _ loss: some OutputLoss, at point: [Double], blocks: [Range<Int>]
  ) -> (value: Double, gradient: [Double]) {
    var value = 0.0
    let gradient = collect(blocks) { range, result in
      value += loss.addGradient(block(point, range), into: &result)
    }
    return (value, gradient)
  }

  private func product(
    _ curvature: some OutputCurvature, _ direction: [Double], blocks: [Range<Int>]
  ) -> [Double] {
    collect(blocks) { range, result in
      let tangent = block(direction, range)
      curvature.addProduct(
        block(point, range),
        tangent: OutputTangent(
          outputs: tangent.outputs, logStandardDeviations: tangent.logStandardDeviations),
        into: &result)
    }
  }

  /// The deviations of a loss.
  ///
  /// - Parameters:
  ///   - loss: any loss over N rows.
  ///   - frozen: the loss to take differences of, where `loss` stops derivatives: the same
  ///     function with what is stopped held at this check's outputs. nil for `loss` itself.
  /// - Returns: one deviation a derivative; for correct losses with values of order 1 they are
  ///   far below 10⁻⁶.
  public func deviations(
    of loss: some OutputLoss, frozen: (any OutputLoss)? = nil
  ) -> [DerivativeDeviation] {
    let reference: any OutputLoss = frozen ?? loss
    let (whole, halves) = ([0..<rows], [0..<(rows / 2), (rows / 2)..<rows])
    func difference(_ gradient: [Double], _ loss: some OutputLoss) -> Double {
      let central = CentralDifference(gradientAt: point) {
        evaluate(loss, at: $0, blocks: whole).value
      }
      return DerivativeDeviation.relativeError(gradient, central.values)
    }
    func directional(_ loss: some OutputLoss) -> [Double] {
      CentralDifference(at: point, along: directions[0]) {
        evaluate(loss, at: $0, blocks: whole).gradient
      }.values
    }
    let found = evaluate(loss, at: point, blocks: whole)
    let parts = evaluate(loss, at: point, blocks: halves)
    return [
      DerivativeDeviation(
        quantity: "gradient", relativeError: difference(found.gradient, reference)),
      DerivativeDeviation(
        quantity: "gradient in two blocks",
        relativeError: DerivativeDeviation.relativeError(
          parts.gradient + [parts.value], found.gradient + [found.value])),
    ] + deviations(ofCurvature: loss, reference: directional(reference))
  }

  /// The deviations of a curvature that is the Hessian of a loss at these outputs.
  ///
  /// - Parameters:
  ///   - curvature: for example the Fisher metric.
  ///   - loss: for example a KL whose old distributions are the ones at these outputs.
  /// - Returns: one deviation a quantity, as for losses.
  public func deviations(
    ofCurvature curvature: some OutputCurvature, hessianOf loss: some OutputLoss
  ) -> [DerivativeDeviation] {
    deviations(
      ofCurvature: curvature,
      reference: CentralDifference(at: point, along: directions[0]) {
        evaluate(loss, at: $0, blocks: [0..<rows]).gradient
      }.values)
  }

  private func deviations(
    ofCurvature curvature: some OutputCurvature, reference: [Double]
  ) -> [DerivativeDeviation] {
    let whole = [0..<rows]
    let halves = [0..<(rows / 2), (rows / 2)..<rows]
    let found = product(curvature, directions[0], blocks: whole)
    let other = product(curvature, directions[1], blocks: whole)
    let (forward, backward) = (dot(directions[1], found), dot(directions[0], other))
    let size = dot(found, found).squareRoot() * dot(directions[1], directions[1]).squareRoot()
    return [
      DerivativeDeviation(
        quantity: "Hessian product",
        relativeError: DerivativeDeviation.relativeError(found, reference)),
      DerivativeDeviation(
        quantity: "Hessian product in two blocks",
        relativeError: DerivativeDeviation.relativeError(
          product(curvature, directions[0], blocks: halves), found)),
      DerivativeDeviation(
        quantity: "symmetry of the Hessian",
        relativeError: abs(forward - backward) / max(size, 1e-12)),
    ]
  }
}
