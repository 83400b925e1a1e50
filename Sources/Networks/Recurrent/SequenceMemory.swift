import DenseMath

/// One worker's memory for sequences of a recurrent policy: T steps of L lanes, rows ordered by
/// time, then lane; reused, and only growing.
///
/// (Never touched by two workers at a time.)
public final class SequenceMemory<Scalar: DenseScalar>: @unchecked Sendable {
  /// T of the sequence under way.
  public private(set) var steps = 0
  /// L.
  public private(set) var lanes = 0
  /// The inputs, [T L, O]; written by the caller.
  public let inputs: RowMatrix<Scalar>
  /// The state of each recurrent layer before the first step, [L, H]; written by the caller.
  public let starts: [RowMatrix<Scalar>]
  /// What each layer below the heads gives, [T L, ·].
  let bodies: [RowMatrix<Scalar>]
  /// Gradients or tangents at them.
  let moved: [RowMatrix<Scalar>]
  let gates: [KeptGates<Scalar>]
  /// Rows of the policy head, [T L, W], and gradients at them.
  let outputs, outputGradients: RowMatrix<Scalar>
  /// Values, [T L, 1], and gradients at them.
  let values, valueGradients: RowMatrix<Scalar>
  let kept: RowMatrix<Scalar>
  /// Places of the recurrent layers.
  let recurrent: [Int]

  /// Empty memory for a policy.
  public init(_ policy: RecurrentPolicy<Scalar>) {
    inputs = RowMatrix(columns: policy.shape.inputWidth)
    starts = policy.shape.units.map { RowMatrix(columns: $0) }
    bodies = policy.layers.prefix(policy.bodyCount).map { RowMatrix(columns: $0.outputWidth) }
    moved = policy.layers.prefix(policy.bodyCount).map { RowMatrix(columns: $0.outputWidth) }
    gates = policy.shape.units.map { KeptGates(units: $0) }
    outputs = RowMatrix(columns: policy.outputWidth)
    outputGradients = RowMatrix(columns: policy.outputWidth)
    values = RowMatrix(columns: 1)
    valueGradients = RowMatrix(columns: 1)
    let widest = policy.layers.map(\.outputWidth).max() ?? 1
    kept = RowMatrix(columns: max(widest, policy.featureWidth))
    recurrent = policy.layers.indices.filter {
      if case .gated = policy.layers[$0] { true } else { false }
    }
  }

  /// Makes room for a sequence; the contents of inputs and starts are the caller's to write.
  ///
  /// - Precondition: at least one step and lane.
  public func resize(steps: Int, lanes: Int) {
    precondition(steps >= 1 && lanes >= 1, "\(steps) steps of \(lanes) lanes; at least 1 each")
    (self.steps, self.lanes) = (steps, lanes)
    let rows = steps * lanes
    inputs.resize(rows: rows)
    for matrix in starts { matrix.resize(rows: lanes) }
    for matrix in bodies + [outputs, values] { matrix.resize(rows: rows) }
  }

  func resizeGradients() {
    let rows = steps * lanes
    for matrix in moved + [outputGradients, valueGradients, kept] { matrix.resize(rows: rows) }
  }

  /// The state of recurrent layer `index` (0 for the lowest) after `step`, [L, H].
  public func state(_ index: Int, after step: Int) -> UnsafeMutablePointer<Scalar> {
    bodies[recurrent[index]].pointer(row: step * lanes)
  }

  /// The policy head's row of a step and lane.
  @inline(__always)
  public func output(step: Int, lane: Int) -> UnsafeMutablePointer<Scalar> {
    outputs.pointer(row: step * lanes + lane)
  }

  /// The value of a step and lane.
  @inline(__always)
  public func value(step: Int, lane: Int) -> Scalar {
    values.pointer(row: step * lanes + lane).pointee
  }
}
