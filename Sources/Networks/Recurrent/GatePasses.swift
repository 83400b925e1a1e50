import DenseMath

// The elementwise parts of a gated recurrent unit over L rows of H; free functions, so that they
// are specialized. The products are the kernels'.

/// What one step of a unit keeps for its reverse pass and reads from its neighbours.
struct GateRows<Scalar: DenseScalar> {
  /// r, z and n of the step, each [L, H] in a row of 3H.
  let gates: UnsafeMutablePointer<Scalar>
  /// q = W_hn h + b_hn, [L, H].
  let candidate: UnsafeMutablePointer<Scalar>
  /// The state before the step, [L, H].
  let before: UnsafePointer<Scalar>
}

/// ½(i + h) of the gates r and z, [L, 2H]: with tanh, σ(x) = ½(1 + tanh ½x).
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
func halveGates<Scalar: DenseScalar>(
  _ out: UnsafeMutablePointer<Scalar>, _ inputs: UnsafePointer<Scalar>,
  _ states: UnsafePointer<Scalar>, rows: Int, units: Int
) {
  let half: Scalar = 0.5
  for row in 0..<rows {
    let (i, h, o) = (inputs + row * 3 * units, states + row * 3 * units, out + row * 2 * units)
    for k in 0..<(2 * units) { o[k] = half * (i[k] + h[k]) }
  }
}

/// r and z from their halved tanh, q, and the sum i_n + r q that n is the tanh of, [L, H].
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
func openGates<Scalar: DenseScalar>(
  _ sum: UnsafeMutablePointer<Scalar>, _ rows: GateRows<Scalar>,
  halves: UnsafePointer<Scalar>, states: UnsafePointer<Scalar>, stateBias: UnsafePointer<Scalar>,
  count: Int, units: Int
) {
  let half: Scalar = 0.5
  for row in 0..<count {
    let (gate, t) = (rows.gates + row * 3 * units, halves + row * 2 * units)
    let (h, q, s) = (
      states + row * 3 * units + 2 * units, rows.candidate + row * units, sum + row * units
    )
    // The gates' rows hold the input's products until here.
    let i = gate + 2 * units
    for k in 0..<units { q[k] = h[k] + stateBias[k] }
    for k in 0..<units { s[k] = i[k] + (half + half * t[k]) * q[k] }
    for k in 0..<(2 * units) { gate[k] = half + half * t[k] }
  }
}

/// h′ = (1 − z) n + z h, and n into its place.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
func mixStates<Scalar: DenseScalar>(
  _ out: UnsafeMutablePointer<Scalar>, _ rows: GateRows<Scalar>, new: UnsafePointer<Scalar>,
  count: Int, units: Int
) {
  for row in 0..<count {
    let gate = rows.gates + row * 3 * units
    let (z, n, h) = (gate + units, new + row * units, rows.before + row * units)
    let (kept, o) = (gate + 2 * units, out + row * units)
    for k in 0..<units { kept[k] = n[k] }
    for k in 0..<units { o[k] = n[k] + z[k] * (h[k] - n[k]) }
  }
}

/// The gradients of one step at the inputs of its gates, from h̄ at its state.
///
/// n̄ = h̄ (1 − z)(1 − n²), z̄ = h̄ (h − n) z (1 − z), r̄ = n̄ q r (1 − r), q̄ = n̄ r.
///
/// `inputGradient` becomes (r̄, z̄, n̄), `stateGradient` (r̄, z̄, q̄), [L, 3H] both; `carried` [L, H] is
/// h̄ on entry and on return its part z h̄, which goes to the state before.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
func reverseGates<Scalar: DenseScalar>(
  inputGradient: UnsafeMutablePointer<Scalar>, stateGradient: UnsafeMutablePointer<Scalar>,
  carried: UnsafeMutablePointer<Scalar>, _ rows: GateRows<Scalar>, count: Int, units: Int
) {
  let one: Scalar = 1
  for row in 0..<count {
    let gate = rows.gates + row * 3 * units
    let (z, n, q) = (gate + units, gate + 2 * units, rows.candidate + row * units)
    let (h, c) = (rows.before + row * units, carried + row * units)
    let (i, s) = (inputGradient + row * 3 * units, stateGradient + row * 3 * units)
    for k in 0..<units {
      let new = c[k] * (one - z[k]) * (one - n[k] * n[k])
      i[2 * units + k] = new
      s[2 * units + k] = new * gate[k]
      let reset = new * q[k] * gate[k] * (one - gate[k])
      let update = c[k] * (h[k] - n[k]) * z[k] * (one - z[k])
      i[k] = reset
      s[k] = reset
      i[units + k] = update
      s[units + k] = update
      c[k] = c[k] * z[k]
    }
  }
}

/// The derivative of one step's state along a direction.
///
/// `out` becomes ḣ′ [L, H]; `beforeTangent` is ḣ of the state before [L, H], `inputs` and `states`
/// are the tangents of the products with inputs and states, biases included, [L, 3H].
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
func tangentGates<Scalar: DenseScalar>(
  _ out: UnsafeMutablePointer<Scalar>, _ rows: GateRows<Scalar>,
  beforeTangent: UnsafePointer<Scalar>, inputs: UnsafePointer<Scalar>,
  states: UnsafePointer<Scalar>, count: Int, units: Int
) {
  let one: Scalar = 1
  for row in 0..<count {
    let gate = rows.gates + row * 3 * units
    let (z, n, q) = (gate + units, gate + 2 * units, rows.candidate + row * units)
    let (h, d) = (rows.before + row * units, beforeTangent + row * units)
    let (i, s, o) = (inputs + row * 3 * units, states + row * 3 * units, out + row * units)
    for k in 0..<units {
      let r = gate[k]
      let reset = r * (one - r) * (i[k] + s[k])
      let update = z[k] * (one - z[k]) * (i[units + k] + s[units + k])
      let new =
        (one - n[k] * n[k]) * (i[2 * units + k] + reset * q[k] + r * s[2 * units + k])
      o[k] = (one - z[k]) * new + update * (h[k] - n[k]) + z[k] * d[k]
    }
  }
}

/// y ← y + bias, row by row, [rows, columns].
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
func addBias<Scalar: DenseScalar>(
  _ y: UnsafeMutablePointer<Scalar>, _ bias: UnsafePointer<Scalar>, rows: Int, columns: Int
) {
  for row in 0..<rows {
    let out = y + row * columns
    for k in 0..<columns { out[k] += bias[k] }
  }
}

/// sums += the column sums of z, [rows, columns].
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
func addColumnSums<Scalar: DenseScalar>(
  _ sums: UnsafeMutablePointer<Scalar>, _ z: UnsafePointer<Scalar>, rows: Int, columns: Int
) {
  for row in 0..<rows {
    let values = z + row * columns
    for k in 0..<columns { sums[k] += values[k] }
  }
}
