import DenseMath
import Foundation
import TestSupport

/// What of the passes of heads and bottoms differs from their formulas.
///
/// The references are plain loops in double precision over the same numbers.
struct FusedPassReference<Scalar: DenseScalar> {
  let kind: ActivationKind
  let rows: Int
  let columns: Int
  let width: Int
  private var failures: [String] = []

  private init(kind: ActivationKind, rows: Int, columns: Int, width: Int) {
    self.kind = kind
    self.rows = rows
    self.columns = columns
    self.width = width
  }

  /// All failures at one size, as sentences; empty when all is right.
  static func failures(
    _ kind: ActivationKind, rows: Int, columns: Int, width: Int
  ) -> [String] {
    var reference = FusedPassReference(kind: kind, rows: rows, columns: columns, width: width)
    reference.checkHead()
    reference.checkBottom()
    return reference.failures
  }

  private func slope(_ y: Double) -> Double { kind == .tanh ? 1 - y * y : y > 0 ? 1 : 0 }
  private func bend(_ y: Double) -> Double { kind == .tanh ? -2 * y : 0 }

  private mutating func compare(
    _ name: String, _ found: GuardedMatrix<Scalar>, terms: Int, _ expected: [Double]
  ) {
    // Sums of `terms` numbers of order 1 to 8.
    let closeness = Closeness(
      found.values, expected, absolute: Double(terms + 10) * 16 * roundoff(Scalar.self),
      relative: 8 * roundoff(Scalar.self))
    let label = "\(name), \(kind), \(rows) × \(columns), width \(width)"
    if !closeness.isWithin { failures.append("\(label): \(closeness)") }
    if !found.isIntact { failures.append("\(label) writes outside") }
  }

  /// [rows, inner] · [inner, columns] with entries given by functions, on top of `start`.
  private func product(
    _ rows: Int, _ columns: Int, inner: Int, start: [Double]? = nil,
    _ term: (_ i: Int, _ j: Int, _ t: Int) -> Double
  ) -> [Double] {
    (0..<rows * columns).map { entry in
      (0..<inner).reduce(start?[entry] ?? 0) { $0 + term(entry / columns, entry % columns, $1) }
    }
  }

  private mutating func checkHead() {
    var generator = SeededGenerator(seed: 5)
    func matrix(_ count: Int) -> GuardedMatrix<Scalar> { GuardedMatrix(generator.numbers(count)) }
    let (n, a) = (columns, width)
    let (y, zDot, bDot) = (matrix(rows * n), matrix(rows * n), matrix(n))
    let (w, wDot, headBias) = (matrix(a * n), matrix(a * n), matrix(a))
    let (g, gDot) = (matrix(rows * a), matrix(rows * a))
    let (oldHead, oldBias) = (matrix(a * n), matrix(n))
    let (ys, ws, wDots, gs, gDots) = (
      y.values, w.values, wDot.values, g.values, gDot.values
    )
    let zDots = zDot.values.enumerated().map { $1 + bDot.values[$0 % n] }
    let tangents = zip(ys, zDots).map { slope($0) * $1 }
    let blank = [Double](repeating: .nan, count: rows * max(n, a))

    for crossing in [true, false] {
      var out = GuardedMatrix<Scalar>(Array(blank.prefix(rows * a)))
      var head = oldHead
      withPointers([y, zDot, bDot, w, wDot, headBias, g]) { p in
        out.write { out in
          head.write { head in
            Scalar.headTangent(
              kind, out, zTangent: p[1], y: p[0], biasTangent: p[2],
              head: HeadWeights(values: p[3], tangent: p[4], biasTangent: p[5], width: a),
              outputGradient: crossing ? p[6] : nil, headGradient: crossing ? head : nil,
              rows: rows, columns: n)
          }
        }
      }
      compare(
        "head tangent", out, terms: 2 * n,
        product(rows, a, inner: n, start: (0..<rows * a).map { headBias.values[$0 % a] }) {
          tangents[$0 * n + $2] * ws[$1 * n + $2] + ys[$0 * n + $2] * wDots[$1 * n + $2]
        })
      compare(
        "head tangent, crossing", head, terms: rows,
        crossing
          ? product(a, n, inner: rows, start: oldHead.values) {
            gs[$2 * a + $0] * tangents[$2 * n + $1]
          } : oldHead.values)
    }

    var (z, bias, head) = (GuardedMatrix<Scalar>(Array(blank.prefix(rows * n))), oldBias, oldHead)
    withPointers([y, w, g]) { p in
      z.write { z in
        bias.write { bias in
          head.write { head in
            Scalar.headReverse(
              kind, z, y: p[0], weights: p[1], width: a, outputGradient: p[2],
              biasGradient: bias, headGradient: head, rows: rows, columns: n)
          }
        }
      }
    }
    let upstream = product(rows, n, inner: a) { gs[$0 * a + $2] * ws[$2 * n + $1] }
    let zBars = zip(ys, upstream).map { slope($0) * $1 }
    compare("head reverse", z, terms: a, zBars)
    compare(
      "head reverse, bias", bias, terms: rows,
      product(1, n, inner: rows, start: oldBias.values) { zBars[$2 * n + $1] })
    compare(
      "head reverse, weights", head, terms: rows,
      product(a, n, inner: rows, start: oldHead.values) { gs[$2 * a + $0] * ys[$2 * n + $1] })

    (z, bias, head) = (GuardedMatrix<Scalar>(Array(blank.prefix(rows * n))), oldBias, oldHead)
    withPointers([y, zDot, bDot, w, wDot, g, gDot, headBias]) { p in
      z.write { z in
        bias.write { bias in
          head.write { head in
            Scalar.headReverseTangent(
              kind, z, y: p[0], zTangent: p[1], biasTangent: p[2],
              head: HeadWeights(values: p[3], tangent: p[4], biasTangent: p[7], width: a),
              outputGradient: p[5], outputGradientTangent: p[6], biasGradientTangent: bias,
              headGradientTangent: head, rows: rows, columns: n)
          }
        }
      }
    }
    let upstreamDot = product(rows, n, inner: a) {
      gDots[$0 * a + $2] * ws[$2 * n + $1] + gs[$0 * a + $2] * wDots[$2 * n + $1]
    }
    let zBarDots = ys.indices.map {
      slope(ys[$0]) * (upstreamDot[$0] + bend(ys[$0]) * zDots[$0] * upstream[$0])
    }
    compare("head tangent of reverse", z, terms: 4 * a, zBarDots)
    compare(
      "head tangent of reverse, bias", bias, terms: 4 * rows,
      product(1, n, inner: rows, start: oldBias.values) { zBarDots[$2 * n + $1] })
    compare(
      "head tangent of reverse, weights", head, terms: rows,
      product(a, n, inner: rows, start: oldHead.values) { gDots[$2 * a + $0] * ys[$2 * n + $1] })
  }

  private mutating func checkBottom() {
    var generator = SeededGenerator(seed: 6)
    func matrix(_ count: Int) -> GuardedMatrix<Scalar> { GuardedMatrix(generator.numbers(count)) }
    let (n, inputs) = (columns, width)
    let (y, x, wDot, bDot) = (
      matrix(rows * n), matrix(rows * inputs), matrix(inputs * n), matrix(n)
    )
    let (upstream, oldGradient, oldBias) = (matrix(rows * n), matrix(n * inputs), matrix(n))
    let (ys, xs) = (y.values, x.values)

    var tangent = GuardedMatrix<Scalar>([Double](repeating: .nan, count: rows * n))
    withPointers([y, x, wDot, bDot]) { p in
      tangent.write {
        Scalar.bottomTangent(
          kind, $0, y: p[0], x: p[1], weightTangent: p[2], biasTangent: p[3], inputs: inputs,
          rows: rows, columns: n)
      }
    }
    let zDots = product(
      rows, n, inner: inputs, start: (0..<rows * n).map { bDot.values[$0 % n] }
    ) { xs[$0 * inputs + $2] * wDot.values[$2 * n + $1] }
    compare("bottom tangent", tangent, terms: inputs, zip(ys, zDots).map { slope($0) * $1 })

    var (gradient, bias) = (oldGradient, oldBias)
    withPointers([upstream, y, x]) { p in
      gradient.write { gradient in
        bias.write { bias in
          Scalar.bottomReverse(
            kind, outputGradient: p[0], y: p[1], x: p[2], gradient: gradient,
            biasGradient: bias, inputs: inputs, rows: rows, columns: n)
        }
      }
    }
    let zBars = zip(ys, upstream.values).map { slope($0) * $1 }
    compare(
      "bottom reverse", gradient, terms: rows,
      product(n, inputs, inner: rows, start: oldGradient.values) {
        zBars[$2 * n + $0] * xs[$2 * inputs + $1]
      })
    compare(
      "bottom reverse, bias", bias, terms: rows,
      product(1, n, inner: rows, start: oldBias.values) { zBars[$2 * n + $1] })
  }

  private func withPointers(
    _ matrices: [GuardedMatrix<Scalar>], _ body: ([UnsafePointer<Scalar>]) -> Void
  ) {
    func open(_ index: Int, _ pointers: [UnsafePointer<Scalar>]) {
      if index == matrices.count { return body(pointers) }
      matrices[index].read { open(index + 1, pointers + [$0]) }
    }
    open(0, [])
  }
}

/// The sizes at which the passes are compared: every width, columns on all sides of a vector.
func fusedPassFailures() -> [String] {
  var failures: [String] = []
  for kind in [ActivationKind.tanh, .relu] {
    for width in 1...8 {
      for columns in [16, 17, 31, 64, 100] {
        failures += FusedPassReference<Float>.failures(
          kind, rows: 32, columns: columns, width: width)
        failures += FusedPassReference<Double>.failures(
          kind, rows: 32, columns: columns, width: width)
      }
    }
  }
  return failures
}
