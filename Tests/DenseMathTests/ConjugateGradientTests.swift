import DenseMath
import TestSupport
import Testing

@Suite("Conjugate gradient")
struct ConjugateGradientTests {
  /// A symmetric positive definite matrix Bᵀ B + I and a right-hand side.
  private func system(_ n: Int) -> (matrix: [Double], rightHandSide: [Double]) {
    var generator = SeededGenerator(seed: 5)
    let b = generator.numbers(n * n)
    var a = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        for k in 0..<n { a[i * n + j] += b[k * n + i] * b[k * n + j] }
      }
      a[i * n + i] += 1
    }
    return (a, generator.numbers(n))
  }

  private func product(_ a: [Double], _ x: [Double]) -> [Double] {
    let n = x.count
    return (0..<n).map { i in (0..<n).reduce(0) { $0 + a[i * n + $1] * x[$1] } }
  }

  @Test("n iterations solve a system of n unknowns")
  func solves() async {
    let (a, b) = system(12)
    let found = await conjugateGradient(rightHandSide: b, iterations: 12) { product(a, $0) }
    let closeness = Closeness(product(a, found.solution), b, absolute: 1e-8)
    #expect(closeness.isWithin, "\(closeness)")
    #expect(found.squaredResiduals.count == 12)
  }

  @Test(
    "The reported residuals and quadratic form are those of the solution", arguments: [1, 3, 7])
  func residualIdentity(iterations: Int) async throws {
    let (a, b) = system(12)
    let found = await conjugateGradient(rightHandSide: b, iterations: iterations) {
      product(a, $0)
    }
    let image = product(a, found.solution)
    let residual = zip(b, image).map { $0 - $1 }
    let last = try #require(found.squaredResiduals.last)
    #expect(Closeness(last, dot(residual, residual), relative: 1e-9).isWithin)
    #expect(Closeness(found.quadraticForm, dot(found.solution, image), relative: 1e-12).isWithin)
  }

  @Test("After k steps the error is the least in the A-norm over the Krylov space")
  func optimality() async {
    // Equivalent: the residual is orthogonal to every earlier direction's residual.
    let (a, b) = system(9)
    var residuals: [[Double]] = []
    for iterations in 0..<5 {
      let found = await conjugateGradient(rightHandSide: b, iterations: iterations) {
        product(a, $0)
      }
      residuals.append(zip(b, product(a, found.solution)).map { $0 - $1 })
    }
    for i in residuals.indices {
      for j in 0..<i {
        let size = (dot(residuals[i], residuals[i]) * dot(residuals[j], residuals[j])).squareRoot()
        #expect(abs(dot(residuals[i], residuals[j])) < 1e-9 * max(size, 1e-12))
      }
    }
  }

  @Test("It stops at the tolerance, and at once for a zero right-hand side")
  func stopsEarly() async throws {
    let (a, b) = system(12)
    let found = await conjugateGradient(rightHandSide: b, iterations: 100, tolerance: 1e-6) {
      product(a, $0)
    }
    let last = try #require(found.squaredResiduals.last)
    #expect(last <= 1e-6)
    #expect(found.squaredResiduals.dropLast().allSatisfy { $0 > 1e-6 })
    #expect(found.squaredResiduals.count < 100)
    let zero = [Double](repeating: 0, count: 12)
    let nothing = await conjugateGradient(rightHandSide: zero, iterations: 5) { direction in
      Issue.record("no product is needed")
      return direction
    }
    #expect(nothing.solution == zero && nothing.squaredResiduals.isEmpty)
  }

  @Test("It stops before a direction of no curvature and keeps what it has")
  func stopsAtFlatDirections() async {
    // A = diag(1, 0): the second direction is flat.
    let found = await conjugateGradient(rightHandSide: [1, 0], iterations: 5) { [$0[0], 0] }
    #expect(found.solution == [1, 0])
    let flat = await conjugateGradient(rightHandSide: [1, 1], iterations: 5) { _ in [0, 0] }
    #expect(flat.solution == [0, 0] && flat.squaredResiduals.isEmpty)
  }

  @Test("What the product throws comes out")
  func errorsPass() async {
    struct Failure: Error {}
    await #expect(throws: Failure.self) {
      try await conjugateGradient(rightHandSide: [1], iterations: 1) { _ in throw Failure() }
    }
  }
}
