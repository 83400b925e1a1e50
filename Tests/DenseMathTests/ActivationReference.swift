import DenseMath
import Foundation
import TestSupport

/// Greatest relative error of tanh over single-precision numbers of all sizes, and what is wrong
/// at the special ones.
func tanhFailures() -> [String] {
  // Every 3571st bit pattern: about 1.2 million numbers, subnormal, tiny and huge ones included.
  var inputs: [Float] = []
  for bits in stride(from: UInt32(0), to: .max - 3571, by: 3571) {
    let x = Float(bitPattern: bits)
    if x.isFinite { inputs.append(x) }
  }
  inputs += stride(from: Float(-21), through: 21, by: 0.00037)
  var failures: [String] = []
  var (worst, worstInput) = (0.0, Float(0))
  for (x, y) in zip(inputs, activated(.tanh, inputs)) {
    let expected = tanh(Double(x))
    let error = expected == 0 ? Double(y).magnitude : abs(Double(y) - expected) / abs(expected)
    if !(error <= worst) { (worst, worstInput) = (error, x) }
  }
  if !(worst < 3e-7) { failures.append("tanh(\(worstInput)): relative error \(worst)") }
  let special = activated(.tanh, [0, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude])
  if special[0] != 0 || special[0].sign != .plus { failures.append("tanh(0) = \(special[0])") }
  if special[1] != 0 || special[1].sign != .minus { failures.append("tanh(-0) = \(special[1])") }
  if special[2] != 1 || special[3] != -1 || special[5] != 1 {
    failures.append("tanh(±∞) = \(special[2]), \(special[3])")
  }
  if !special[4].isNaN { failures.append("tanh(NaN) = \(special[4])") }
  return failures
}

/// φ of each number, one column with bias 0.
private func activated(_ kind: ActivationKind, _ values: [Float]) -> [Float] {
  var y = values
  // Wide rows, so that the vector code runs.
  let columns = 64
  y += Array(repeating: 0, count: (columns - y.count % columns) % columns)
  // x + 0 is 0 for x = -0: a bias of -0 keeps every number.
  let bias = [Float](repeating: -0.0, count: columns)
  y.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return }
    Float.activate(kind, base, bias: bias, rows: buffer.count / columns, columns: columns)
  }
  return Array(y.prefix(values.count))
}

/// What of the four elementwise passes differs from their formulas.
func activationFailures<Scalar: DenseScalar>(
  _ type: Scalar.Type, _ kind: ActivationKind, rows: Int, columns: Int
) -> [String] {
  var generator = SeededGenerator(seed: 3)
  let count = rows * columns
  func matrix(_ count: Int) -> GuardedMatrix<Scalar> { GuardedMatrix(generator.numbers(count)) }
  let (z, bias, upstream) = (matrix(count), matrix(columns), matrix(count))
  let (zDot, biasDot, upstreamDot) = (matrix(count), matrix(columns), matrix(count))
  let (oldBias, oldBiasDot) = (matrix(columns), matrix(columns))
  var failures: [String] = []
  func compare(_ name: String, _ found: GuardedMatrix<Scalar>, _ expected: [Double]) {
    // Values of order 1 after a handful of roundings; column sums of `rows` of them.
    let closeness = Closeness(
      found.values, expected, absolute: Double(rows + 10) * 2 * roundoff(type),
      relative: 8 * roundoff(type))
    let label = "\(name), \(kind), \(rows) × \(columns)"
    if !closeness.isWithin { failures.append("\(label): \(closeness)") }
    if !found.isIntact { failures.append("\(label) writes outside") }
  }
  func value(_ x: Double) -> Double {
    switch kind {
    case .identity: x
    case .tanh: tanh(x)
    case .relu: max(0, x)
    }
  }
  func slope(_ y: Double) -> Double {
    switch kind {
    case .identity: 1
    case .tanh: 1 - y * y
    case .relu: y > 0 ? 1 : 0
    }
  }
  func bend(_ y: Double) -> Double { kind == .tanh ? -2 * y * (1 - y * y) : 0 }
  func columnSums(_ values: [Double], _ start: [Double]) -> [Double] {
    var sums = start
    for i in values.indices { sums[i % columns] += values[i] }
    return sums
  }

  var y = z
  y.write { y in
    bias.read { Scalar.activate(kind, y, bias: $0, rows: rows, columns: columns) }
  }
  let (zs, biases) = (z.values, bias.values)
  compare("activate", y, zs.indices.map { value(zs[$0] + biases[$0 % columns]) })
  let ys = y.values

  var (gradient, biasGradient) = (upstream, oldBias)
  gradient.write { gradient in
    biasGradient.write { biasGradient in
      y.read {
        Scalar.reverseActivation(
          kind, gradient, y: $0, biasGradient: biasGradient, rows: rows, columns: columns)
      }
    }
  }
  let zBars = zip(ys, upstream.values).map { slope($0) * $1 }
  compare("reverse", gradient, zBars)
  compare("reverse, bias", biasGradient, columnSums(zBars, oldBias.values))

  var (kept, tangent) = (zDot, GuardedMatrix<Scalar>(zs.map { _ in .nan }))
  kept.write { kept in
    tangent.write { tangent in
      y.read { y in
        biasDot.read {
          Scalar.tangentActivation(
            kind, kept, yTangent: tangent, y: y, biasTangent: $0, rows: rows, columns: columns)
        }
      }
    }
  }
  let zDots = zs.indices.map { zDot.values[$0] + biasDot.values[$0 % columns] }
  compare("tangent, kept", kept, zDots)
  compare("tangent", tangent, zip(ys, zDots).map { slope($0) * $1 })

  var (gradientDot, biasGradientDot) = (upstreamDot, oldBiasDot)
  gradientDot.write { gradientDot in
    biasGradientDot.write { biasGradientDot in
      y.read { y in
        kept.read { kept in
          gradient.read {
            Scalar.reverseTangentActivation(
              kind, gradientDot, y: y, zTangent: kept, zGradient: $0,
              biasGradientTangent: biasGradientDot, rows: rows, columns: columns)
          }
        }
      }
    }
  }
  let (bars, barDots) = (upstream.values, upstreamDot.values)
  let zBarDots = ys.indices.map {
    slope(ys[$0]) * barDots[$0] + bend(ys[$0]) * zDots[$0] * bars[$0]
  }
  compare("tangent of reverse", gradientDot, zBarDots)
  compare("tangent of reverse, bias", biasGradientDot, columnSums(zBarDots, oldBiasDot.values))
  return failures
}

/// What of the vector sums and conversions is wrong.
func vectorFailures<Scalar: DenseScalar>(_ type: Scalar.Type, count: Int) -> [String] {
  var generator = SeededGenerator(seed: 4)
  let (x, old) = (
    GuardedMatrix<Scalar>(generator.numbers(count)), GuardedMatrix<Scalar>(generator.numbers(count))
  )
  var failures: [String] = []
  var y = old
  y.write { y in x.read { Scalar.addScaled(y, Scalar(0.75), $0, count: count) } }
  let added = Closeness(
    y.values, zip(old.values, x.values).map { $0 + 0.75 * $1 }, absolute: 4 * roundoff(type))
  if !added.isWithin || !y.isIntact { failures.append("add scaled, \(count): \(added)") }
  var sums = [Double](repeating: 0.5, count: count)
  x.read { Scalar.addWidened(&sums, $0, count: count) }
  if sums != x.values.map({ 0.5 + $0 }) { failures.append("add widened, \(count)") }
  let wide = generator.numbers(count)
  if Scalar.rounded(wide) != wide.map({ Scalar($0) }) { failures.append("rounded, \(count)") }
  return failures
}
