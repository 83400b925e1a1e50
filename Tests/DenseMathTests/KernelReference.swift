import DenseMath
import Foundation
import TestSupport
import Testing

/// Sizes of a matrix product: rows, inner, columns.
struct ProductShape: Sendable, CustomTestStringConvertible {
  let rows, inner, columns: Int

  var testDescription: String { "\(rows) × \(inner) × \(columns)" }

  /// Odd, tiny and large sizes on all sides of every limit in the kernels.
  static let all: [ProductShape] = {
    var generator = SeededGenerator(seed: 1)
    let rows = [1, 2, 7, 31, 32, 33, 128, 129, 300]
    let widths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 64, 100]
    func pick(_ values: [Int]) -> Int { values[Int.random(in: values.indices, using: &generator)] }
    return (0..<30).map { _ in
      ProductShape(rows: pick(rows), inner: pick(widths), columns: pick(widths))
    } + [
      ProductShape(rows: 1, inner: 1, columns: 1), ProductShape(rows: 64, inner: 2, columns: 100),
      ProductShape(rows: 4128, inner: 3, columns: 2),
    ]
  }()
}

/// One matrix with untouchable numbers before and behind it.
struct GuardedMatrix<Scalar: DenseScalar> {
  private var storage: [Scalar]
  private static var guardCount: Int { 5 }
  private static var sentinel: Scalar { Scalar(12345.0) }

  init(_ values: [Double]) {
    let wall = Array(repeating: Self.sentinel, count: Self.guardCount)
    storage = wall + Scalar.rounded(values) + wall
  }

  /// The numbers in double precision, exactly.
  var values: [Double] {
    Scalar.widened(Array(storage[Self.guardCount..<(storage.count - Self.guardCount)]))
  }

  /// Whether nothing outside was written.
  var isIntact: Bool {
    (storage.prefix(Self.guardCount) + storage.suffix(Self.guardCount)).allSatisfy {
      $0 == Self.sentinel
    }
  }

  mutating func write(_ body: (UnsafeMutablePointer<Scalar>) -> Void) {
    storage.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { body(base + Self.guardCount) }
    }
  }

  func read(_ body: (UnsafePointer<Scalar>) -> Void) {
    storage.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { body(base + Self.guardCount) }
    }
  }
}

/// The unit roundoff of a type, 2⁻²⁴ or 2⁻⁵³.
func roundoff<Scalar: DenseScalar>(_ type: Scalar.Type) -> Double { Double(Scalar.ulpOfOne) / 2 }

/// What of a product is wrong, as sentences; empty when all is right.
///
/// The references are plain loops in double precision. An entry that sums n products may be off
/// by (n + 2) u Σ|terms|, the rounding bound that holds for every order of the sum.
/// Source: Higham 2002, "Accuracy and stability of numerical algorithms", §3.1.
func productFailures<Scalar: DenseScalar>(
  _ type: Scalar.Type, _ shape: ProductShape, seed: UInt64 = 2
) -> [String] {
  var generator = SeededGenerator(seed: seed)
  let (rows, inner, columns) = (shape.rows, shape.inner, shape.columns)
  let x = GuardedMatrix<Scalar>(generator.numbers(rows * inner))
  let w = GuardedMatrix<Scalar>(generator.numbers(inner * columns))
  let z = GuardedMatrix<Scalar>(generator.numbers(rows * columns))
  let old = GuardedMatrix<Scalar>(generator.numbers(rows * columns))
  let oldOuter = GuardedMatrix<Scalar>(generator.numbers(columns * inner))
  var failures: [String] = []

  func compare(
    _ name: String, _ found: GuardedMatrix<Scalar>, _ size: (Int, Int), terms: Int,
    start: [Double]?, _ term: (_ i: Int, _ j: Int, _ t: Int) -> Double
  ) {
    var (expected, allowances): ([Double], [Double]) = ([], [])
    for i in 0..<size.0 {
      for j in 0..<size.1 {
        var sum = start?[i * size.1 + j] ?? 0
        var magnitude = abs(sum)
        for t in 0..<terms {
          let value = term(i, j, t)
          sum += value
          magnitude += abs(value)
        }
        expected.append(sum)
        allowances.append(Double(terms + 2) * roundoff(type) * magnitude)
      }
    }
    let closeness = Closeness(found.values, expected, allowances: allowances)
    if !closeness.isWithin { failures.append("\(name) \(shape.testDescription): \(closeness)") }
    if !found.isIntact { failures.append("\(name) \(shape.testDescription) writes outside") }
  }

  let (xs, ws, zs) = (x.values, w.values, z.values)
  for accumulate in [false, true] {
    // What is overwritten starts as NaN.
    let start = accumulate ? old.values : old.values.map { _ in .nan }
    var product = GuardedMatrix<Scalar>(start)
    product.write { y in
      x.read { x in
        w.read { w in
          Scalar.multiply(
            y, x, w, rows: rows, inner: inner, columns: columns, accumulate: accumulate)
        }
      }
    }
    compare(
      "product", product, (rows, columns), terms: inner, start: accumulate ? old.values : nil
    ) { i, j, t in xs[i * inner + t] * ws[t * columns + j] }
    guard columns <= 8 else { continue }
    var narrow = GuardedMatrix<Scalar>(start)
    narrow.write { y in
      x.read { x in
        w.read { w in
          Scalar.multiplyNarrow(
            y, x, w, rows: rows, inner: inner, columns: columns, accumulate: accumulate)
        }
      }
    }
    compare(
      "narrow product", narrow, (rows, columns), terms: inner,
      start: accumulate ? old.values : nil
    ) { i, j, t in xs[i * inner + t] * ws[j * inner + t] }
  }
  var outer = oldOuter
  outer.write { g in
    z.read { z in
      x.read { x in
        Scalar.addOuterProduct(g, z, x, rows: rows, columns: columns, inner: inner)
      }
    }
  }
  compare("outer product", outer, (columns, inner), terms: rows, start: oldOuter.values) {
    j, i, t in zs[t * columns + j] * xs[t * inner + i]
  }
  var turned = GuardedMatrix<Scalar>(xs.map { _ in .nan })
  turned.write { out in x.read { Scalar.transpose(out, $0, rows: rows, columns: inner) } }
  let expected = (0..<inner).flatMap { j in (0..<rows).map { xs[$0 * inner + j] } }
  if turned.values != expected { failures.append("transpose \(rows) × \(inner)") }
  if !turned.isIntact { failures.append("transpose \(rows) × \(inner) writes outside") }
  return failures
}

/// What of the noise differs from Box–Muller of the Philox words at its addresses.
///
/// Uniform numbers are formed in single precision as in the kernel, all else in double.
func kernelFailures(noiseWidth width: Int) -> [String] {
  let key = RandomKey(seed: 21, purpose: .actionNoise, iteration: 7, batch: 2)
  let (task, first, episodes, steps) = (5, 3, 67, 3)
  var out: [Float] = []
  Noise.fillNormals(
    &out, key: key, task: task, firstEpisode: first, episodes: episodes, steps: steps,
    width: width)
  var expected: [Double] = []
  for step in 0..<steps {
    for episode in first..<(first + episodes) {
      for entry in 0..<width {
        let words = Philox.words(
          counter: SIMD4(UInt32(entry / 4), UInt32(step), UInt32(episode), UInt32(task)),
          key: key.words)
        let pair = entry % 4 / 2 * 2
        let u = Double((Float(words[pair] >> 8) + 0.5) * 0x1p-24)
        let angle = 2 * Double.pi * Double(words[pair + 1] >> 8) * 0x1p-24
        let radius = (-2 * log(u)).squareRoot()
        expected.append(radius * (entry % 2 == 0 ? cos(angle) : sin(angle)))
      }
    }
  }
  let closeness = Closeness(out.map(Double.init), expected, absolute: 1e-5)
  return closeness.isWithin ? [] : ["noise of width \(width): \(closeness)"]
}
