import Statistics
import Testing

@Suite struct RidgeSolutionTests {
  private let gram = [4, 1, 0.5, 1, 3, 0.25, 0.5, 0.25, 2]
  private let moment = [1.0, 2, 3]

  @Test func `the solution satisfies the ridge equations`() throws {
    let ridge = 0.125
    let (weights, used) = try solveRidge(gram: gram, moment: moment, ridge: ridge)
    #expect(used == ridge)
    for row in 0..<3 {
      var left = ridge * weights[row]
      for column in 0..<3 { left += gram[row * 3 + column] * weights[column] }
      #expect(abs(left - moment[row]) < 1e-14)
    }
  }

  @Test func `a singular system is solved by a grown ridge`() throws {
    // Rank 1 and so large that the first ridges vanish in rounding.
    let large = [Double](repeating: 1e15, count: 9)
    let (weights, used) = try solveRidge(gram: large, moment: [1e15, 1e15, 1e15], ridge: 1e-5)
    #expect(used > 1e-5)
    let finite = weights.allSatisfy(\.isFinite)
    #expect(finite)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-2)
  }

  @Test func `a matrix that no ridge helps is an error that names the operation`() {
    let error = #expect(throws: StatisticsError.self) {
      _ = try solveRidge(gram: [-1e30], moment: [1], ridge: 1e-5)
    }
    #expect(error?.operation == "ridge least squares")
    #expect(error?.input == "1 features")
  }

  @Test(arguments: [Double.nan, .infinity])
  func `sums that are not finite are an error`(bad: Double) {
    #expect(throws: StatisticsError.self) {
      _ = try solveRidge(gram: [bad], moment: [1], ridge: 1e-5)
    }
    #expect(throws: StatisticsError.self) {
      _ = try solveRidge(gram: [1], moment: [bad], ridge: 1e-5)
    }
  }

  @Test func `no features have no weights`() throws {
    #expect(try solveRidge(gram: [], moment: [], ridge: 1).weights.isEmpty)
  }
}
