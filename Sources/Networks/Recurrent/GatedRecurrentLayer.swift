import DenseMath

/// A gated recurrent unit over whole sequences of L lanes.
///
/// r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz),
/// n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)), h′ = (1 − z) ⊙ n + z ⊙ h.
///
/// Parameters are `weight_ih` [3H, in], `weight_hh` [3H, H], `bias_ih` [3H] and `bias_hh` [3H],
/// their blocks of H rows in the order r, z, n: the convention of PyTorch and cuDNN, in which the
/// reset gate multiplies the product and its bias. Rows are ordered by time, then lane, so that the
/// products with inputs take all times at once and those with states all lanes.
///
/// Source: Cho et al. 2014, arXiv:1406.1078, eq. 5–8, with the reset gate behind the product.
public struct GatedRecurrentLayer<Scalar: DenseScalar>: Sendable {
  /// Entries of an input row.
  public let inputWidth: Int
  /// H, entries of the state and of an output row.
  public let units: Int

  /// A layer of the given sizes, each ≥ 1.
  public init(inputWidth: Int, units: Int) {
    precondition(inputWidth >= 1 && units >= 1, "sizes \(inputWidth), \(units); at least 1")
    self.inputWidth = inputWidth
    self.units = units
  }

  /// Names and shapes of the parameters, in flat order.
  var parameterShapes: [(name: String, shape: [Int])] {
    [
      ("weight_ih", [3 * units, inputWidth]), ("weight_hh", [3 * units, units]),
      ("bias_ih", [3 * units]), ("bias_hh", [3 * units]),
    ]
  }

  /// W_ihᵀ [in, 3H], W_hhᵀ [H, 3H] and ½(b_ih + b_hh) of r and z [2H].
  var preparedCount: Int { 3 * units * (inputWidth + units) + 2 * units }

  private var stateStart: Int { 3 * units * inputWidth }
  private var inputBias: Int { 3 * units * (inputWidth + units) }
  private var stateBias: Int { inputBias + 3 * units }

  func prepare(_ prepared: UnsafeMutablePointer<Scalar>, from values: UnsafePointer<Scalar>) {
    Scalar.transpose(prepared, values, rows: 3 * units, columns: inputWidth)
    Scalar.transpose(prepared + stateStart, values + stateStart, rows: 3 * units, columns: units)
    let halves = prepared + inputBias
    for k in 0..<(2 * units) {
      halves[k] = 0.5 * (values[inputBias + k] + values[stateBias + k])
    }
  }

  /// The states after every step, from the state before the first.
  ///
  /// - Parameters:
  ///   - parameters: θ of the layer.
  ///   - input: [T L, in].
  ///   - start: the state before, [L, H].
  ///   - output: the states, [T L, H].
  ///   - kept: what the other passes read.
  ///   - steps: T.
  ///   - lanes: L.
  func forward(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    start: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>,
    kept: KeptGates<Scalar>, steps: Int, lanes: Int
  ) {
    kept.resize(rows: steps * lanes, lanes: lanes)
    let gates = kept.gates.pointer()
    let (width, transposed) = (3 * units, parameters.prepared)
    forEachRowBlock(of: steps * lanes) { first, count in
      Scalar.multiply(
        gates + first * width, input + first * inputWidth, transposed, rows: count,
        inner: inputWidth, columns: width, accumulate: false)
    }
    let (products, halves, sums) = (
      kept.products.pointer(), kept.halves.pointer(), kept.sums.pointer()
    )
    for step in 0..<steps {
      let row = step * lanes
      let before = step == 0 ? start : UnsafePointer(output + (row - lanes) * units)
      multiplyStates(products, before, parameters, lanes: lanes, accumulate: false)
      halveGates(halves, gates + row * width, products, rows: lanes, units: units)
      Scalar.activate(
        .tanh, halves, bias: transposed + inputBias, rows: lanes, columns: 2 * units)
      let rows = GateRows(
        gates: gates + row * width, candidate: kept.candidates.pointer(row: row), before: before)
      openGates(
        sums, rows, halves: halves, states: products,
        stateBias: parameters.values + stateBias + 2 * units, count: lanes, units: units)
      Scalar.activate(
        .tanh, sums, bias: parameters.values + inputBias + 2 * units, rows: lanes, columns: units)
      mixStates(output + row * units, rows, new: sums, count: lanes, units: units)
    }
  }

  /// x̄ and w̄ from ȳ of all steps; what a later chunk would carry back is nothing.
  ///
  /// - Parameters: as `forward`'s; `outputGradient` is ȳ [T L, H], `inputGradient` x̄ [T L, in] or
  ///   nil, and `parameterGradient` is added to.
  func reverse(
    _ parameters: LayerParameters<Scalar>, input: UnsafePointer<Scalar>,
    start: UnsafePointer<Scalar>, output: UnsafePointer<Scalar>, kept: KeptGates<Scalar>,
    outputGradient: UnsafePointer<Scalar>, inputGradient: UnsafeMutablePointer<Scalar>?,
    parameterGradient: UnsafeMutablePointer<Scalar>, steps: Int, lanes: Int
  ) {
    kept.resizeGradients(rows: steps * lanes, lanes: lanes)
    let (width, carried) = (3 * units, kept.carried.pointer())
    let (inputs, states) = (kept.inputGradients.pointer(), kept.stateGradients.pointer())
    kept.carried.clear()
    for step in stride(from: steps - 1, through: 0, by: -1) {
      let row = step * lanes
      Scalar.addScaled(carried, 1, outputGradient + row * units, count: lanes * units)
      let rows = GateRows(
        gates: kept.gates.pointer(row: row), candidate: kept.candidates.pointer(row: row),
        before: step == 0 ? start : output + (row - lanes) * units)
      reverseGates(
        inputGradient: inputs + row * width, stateGradient: states + row * width,
        carried: carried, rows, count: lanes, units: units)
      guard step > 0 else { continue }
      forEachRowBlock(of: lanes) { first, count in
        Scalar.multiply(
          carried + first * units, states + (row + first) * width,
          parameters.values + stateStart, rows: count, inner: width, columns: units,
          accumulate: true)
      }
    }
    let stateWeights = parameterGradient + stateStart
    addOuter(stateWeights, states, start, rows: lanes, inner: units)
    addOuter(
      stateWeights, states + lanes * width, output, rows: (steps - 1) * lanes, inner: units)
    addOuter(parameterGradient, inputs, input, rows: steps * lanes, inner: inputWidth)
    addColumnSums(
      parameterGradient + inputBias, inputs, rows: steps * lanes, columns: width)
    addColumnSums(
      parameterGradient + stateBias, states, rows: steps * lanes, columns: width)
    guard let inputGradient else { return }
    forEachRowBlock(of: steps * lanes) { first, count in
      Scalar.multiply(
        inputGradient + first * inputWidth, inputs + first * width, parameters.values,
        rows: count, inner: width, columns: inputWidth, accumulate: false)
    }
  }

  /// ẏ from ẋ and ẇ; the start does not move.
  ///
  /// - Parameters: as `forward`'s; `inputTangent` is ẋ, nil for 0, `outputTangent` ẏ [T L, H].
  func tangent(
    _ parameters: LayerParameters<Scalar>, _ direction: LayerParameters<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    start: UnsafePointer<Scalar>, output: UnsafePointer<Scalar>, kept: KeptGates<Scalar>,
    outputTangent: UnsafeMutablePointer<Scalar>, steps: Int, lanes: Int
  ) {
    kept.resizeGradients(rows: steps * lanes, lanes: lanes)
    let (width, products) = (3 * units, kept.products.pointer())
    let inputs = kept.inputGradients.pointer()
    forEachRowBlock(of: steps * lanes) { first, count in
      Scalar.multiply(
        inputs + first * width, input + first * inputWidth, direction.prepared, rows: count,
        inner: inputWidth, columns: width, accumulate: false)
      if let inputTangent {
        Scalar.multiply(
          inputs + first * width, inputTangent + first * inputWidth, parameters.prepared,
          rows: count, inner: inputWidth, columns: width, accumulate: true)
      }
    }
    addBias(inputs, direction.values + inputBias, rows: steps * lanes, columns: width)
    kept.carried.clear()
    for step in 0..<steps {
      let row = step * lanes
      let before = step == 0 ? start : output + (row - lanes) * units
      let moved =
        step == 0
        ? UnsafePointer(kept.carried.pointer())
        : UnsafePointer(outputTangent + (row - lanes) * units)
      multiplyStates(products, before, direction, lanes: lanes, accumulate: false)
      multiplyStates(products, moved, parameters, lanes: lanes, accumulate: true)
      addBias(products, direction.values + stateBias, rows: lanes, columns: width)
      let rows = GateRows(
        gates: kept.gates.pointer(row: row), candidate: kept.candidates.pointer(row: row),
        before: before)
      tangentGates(
        outputTangent + row * units, rows, beforeTangent: moved, inputs: inputs + row * width,
        states: products, count: lanes, units: units)
    }
  }

  private func multiplyStates(
    _ out: UnsafeMutablePointer<Scalar>, _ states: UnsafePointer<Scalar>,
    _ parameters: LayerParameters<Scalar>, lanes: Int, accumulate: Bool
  ) {
    forEachRowBlock(of: lanes) { first, count in
      Scalar.multiply(
        out + first * 3 * units, states + first * units, parameters.prepared + stateStart,
        rows: count, inner: units, columns: 3 * units, accumulate: accumulate)
    }
  }

  private func addOuter(
    _ gradient: UnsafeMutablePointer<Scalar>, _ z: UnsafePointer<Scalar>,
    _ x: UnsafePointer<Scalar>, rows: Int, inner: Int
  ) {
    forEachRowBlock(of: rows) { first, count in
      Scalar.addOuterProduct(
        gradient, z + first * 3 * units, x + first * inner, rows: count, columns: 3 * units,
        inner: inner)
    }
  }
}

/// What a recurrent layer keeps of a sequence, and its scratch memory.
final class KeptGates<Scalar: DenseScalar>: @unchecked Sendable {
  /// (r, z, n), [T L, 3H].
  let gates: RowMatrix<Scalar>
  /// W_hn h + b_hn, [T L, H].
  let candidates: RowMatrix<Scalar>
  /// Gradients at the inputs of the gates, by way of x and of h, [T L, 3H].
  let inputGradients, stateGradients: RowMatrix<Scalar>
  /// Rows of one step: W_hh h [L, 3H], halved gates [L, 2H], sums of n and carried gradients [L, H].
  let products, halves, sums, carried: RowMatrix<Scalar>

  init(units: Int) {
    gates = RowMatrix(columns: 3 * units)
    candidates = RowMatrix(columns: units)
    inputGradients = RowMatrix(columns: 3 * units)
    stateGradients = RowMatrix(columns: 3 * units)
    products = RowMatrix(columns: 3 * units)
    halves = RowMatrix(columns: 2 * units)
    sums = RowMatrix(columns: units)
    carried = RowMatrix(columns: units)
  }

  func resize(rows: Int, lanes: Int) {
    for matrix in [gates, candidates] { matrix.resize(rows: rows) }
    for matrix in [products, halves, sums] { matrix.resize(rows: lanes) }
  }

  func resizeGradients(rows: Int, lanes: Int) {
    for matrix in [inputGradients, stateGradients] { matrix.resize(rows: rows) }
    carried.resize(rows: lanes)
  }
}

/// Calls `body` with the first row and the number of rows of blocks of at most 128 rows.
@inline(__always)
func forEachRowBlock(of rows: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
  var first = 0
  while first < rows {
    let count = min(128, rows - first)
    body(first, count)
    first += count
  }
}
