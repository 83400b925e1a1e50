/// The result of a conjugate-gradient run.
public struct ConjugateGradientSolution: Sendable {
  /// x, the approximate solution of A x = b, [P].
  public var solution: [Double]
  /// rᵀr after every iteration, [iterations done].
  public var squaredResiduals: [Double]
  /// xᵀ A x = xᵀ (b − r), from the residual and without another product.
  public var quadraticForm: Double
}

/// Solves A x = b for a symmetric positive semidefinite A given by its products.
///
/// From x = 0: α = rᵀr / pᵀAp; x ← x + αp; r ← r − αAp; p ← r + (r′ᵀr′ / rᵀr) p.
/// Source: Hestenes, Stiefel 1952, doi:10.6028/jres.049.044.
///
/// Stops early when the squared residual is at most `tolerance`, or when pᵀAp is not positive
/// (rounding has used up the curvature); the iterations done are then fewer than asked for.
///
/// - Parameters:
///   - rightHandSide: b, [P].
///   - iterations: greatest number of products.
///   - tolerance: bound on rᵀr.
///   - product: p ↦ A p.
/// - Returns: x with its residuals.
/// - Throws: what `product` throws.
public func conjugateGradient(
  rightHandSide: [Double], iterations: Int, tolerance: Double = 0,
  product: ([Double]) async throws -> [Double]
) async rethrows -> ConjugateGradientSolution {
  let count = rightHandSide.count
  var x = [Double](repeating: 0, count: count)
  var (r, p) = (rightHandSide, rightHandSide)
  var rr = dot(r, r)
  var residuals: [Double] = []
  for _ in 0..<iterations where rr > tolerance {
    let ap = try await product(p)
    precondition(ap.count == count, "product: \(ap.count) entries, \(count) expected")
    let curvature = dot(p, ap)
    guard curvature > 0 else { break }
    let alpha = rr / curvature
    addScaled(&x, alpha, p)
    addScaled(&r, -alpha, ap)
    let next = dot(r, r)
    let beta = next / rr
    for i in 0..<count { p[i] = r[i] + beta * p[i] }
    rr = next
    residuals.append(rr)
  }
  var form = 0.0
  for i in 0..<count { form += x[i] * (rightHandSide[i] - r[i]) }
  return ConjugateGradientSolution(
    solution: x, squaredResiduals: residuals, quadraticForm: form)
}

/// aᵀb.
///
/// - Precondition: equal counts.
public func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "dot: \(a.count) and \(b.count) entries")
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

/// y ← y + scale · x.
///
/// - Precondition: equal counts.
public func addScaled(_ y: inout [Double], _ scale: Double, _ x: [Double]) {
  precondition(y.count == x.count, "addScaled: \(y.count) and \(x.count) entries")
  for i in y.indices { y[i] += scale * x[i] }
}
