import CGSL

/// Solves (G + ridge · I) w = m by Cholesky factorization, growing the ridge where it must.
///
/// The ridge is multiplied by ten until the factorization succeeds and the solution is finite,
/// at most 20 times.
///
/// - Parameters:
///   - gram: G = XᵀX, row-major [F, F], symmetric; only the lower triangle is read.
///   - moment: m = Xᵀy, [F].
///   - ridge: the first ridge to try, > 0.
/// - Returns: the weights w [F] and the ridge that was used; no weights when F is 0.
/// - Throws: `StatisticsError` when an input is not finite or no ridge helped.
/// - Precondition: `gram` has F² entries for the F of `moment`.
/// - Complexity: O(F³) a try; allocates the factor and the solution.
public func solveRidge(
  gram: [Double], moment: [Double], ridge: Double
) throws(StatisticsError) -> (weights: [Double], ridge: Double) {
  let size = moment.count
  precondition(
    gram.count == size * size,
    "gram has \(gram.count) entries; expected F² = \(size * size) for a moment of \(size)")
  precondition(ridge > 0, "ridge: \(ridge), more than 0 expected")
  guard size > 0 else { return ([], ridge) }
  guard gram.allSatisfy(\.isFinite), moment.allSatisfy(\.isFinite) else {
    throw ridgeError(size: size, reason: "the sums of features or targets are not finite")
  }
  var tried = ridge
  for _ in 0...largestRidgeGrowth {
    if let weights = choleskySolution(gram: gram, moment: moment, ridge: tried) {
      return (weights, tried)
    }
    tried *= 10
  }
  throw ridgeError(size: size, reason: "no ridge from \(ridge) to \(tried / 10) gave a solution")
}

/// How often the ridge grows tenfold before giving up.
private let largestRidgeGrowth = 20

private func ridgeError(size: Int, reason: String) -> StatisticsError {
  StatisticsError(
    operation: "ridge least squares", input: "\(size) features", reason: reason)
}

/// The finite solution for one ridge, or nil.
private func choleskySolution(gram: [Double], moment: [Double], ridge: Double) -> [Double]? {
  GSL.prepare()
  let size = moment.count
  var factor = gram
  for index in 0..<size { factor[index * size + index] += ridge }
  var weights = moment
  let status = factor.withUnsafeMutableBufferPointer { factorBuffer in
    weights.withUnsafeMutableBufferPointer { weightBuffer -> Int32 in
      var matrix = gsl_matrix_view_array(factorBuffer.baseAddress, size, size)
      var vector = gsl_vector_view_array(weightBuffer.baseAddress, size)
      let factored = gsl_linalg_cholesky_decomp1(&matrix.matrix)
      guard factored == GSL.success else { return factored }
      return gsl_linalg_cholesky_svx(&matrix.matrix, &vector.vector)
    }
  }
  guard status == GSL.success, weights.allSatisfy(\.isFinite) else { return nil }
  return weights
}
