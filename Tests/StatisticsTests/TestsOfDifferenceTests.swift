import Statistics
import Testing

@Suite struct TestsOfDifferenceTests {
  @Test func `three gains of one sign have the exact p-value of a quarter`() throws {
    // All 2³ signs are equally likely; two of them are as extreme.
    let result = try #require(wilcoxonTest(of: [1, 2.5, 4]))
    #expect(result.pValue == 0.25)
    #expect(result.method == .exact)
    #expect(result.statistic == 0)
  }

  @Test func `zeros are left out, and only zeros leave nothing`() throws {
    #expect(try #require(wilcoxonTest(of: [0, 1, 2.5, 0, 4])).count == 3)
    #expect(wilcoxonTest(of: [0, 0]) == nil)
    #expect(wilcoxonTest(of: []) == nil)
  }

  @Test func `signs exchanged give the same p-values`() throws {
    let differences = [0.5, -1.25, 3, 2, -0.75, 4.5]
    let exchanged = differences.map { -$0 }
    #expect(wilcoxonTest(of: differences) == wilcoxonTest(of: exchanged))
    #expect(pairedTTest(of: differences)?.pValue == pairedTTest(of: exchanged)?.pValue)
  }

  @Test func `no spread is no test`() {
    #expect(pairedTTest(of: [1, 1, 1]) == nil)
    #expect(pairedTTest(of: [1]) == nil)
    let exact = SampleSummary(mean: 1, standardError: 0, count: 5)
    #expect(welchTest(exact, exact) == nil)
  }

  @Test func `published summaries are compared as their samples would be`() throws {
    // t = 1.1 / √(1.1² + 1.2²).
    let result = try #require(
      welchTest(
        SampleSummary(mean: -10.6, standardError: 1.1, count: 40),
        SampleSummary(mean: -11.7, standardError: 1.2, count: 40)))
    #expect(agrees(result.statistic, 1.1 / (1.21 + 1.44).squareRoot()))
    #expect(result.pValue > 0.4)
  }

  @Test func `equal results improve with probability one half`() {
    #expect(probabilitiesOfImprovement(of: [[1], [2]], over: [[1], [1]]) == [0.5, 1])
  }
}
