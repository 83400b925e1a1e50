import Testing

@testable import Statistics

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

  @Test func `gains that are equal have the exact p-value of their signs`() throws {
    // All five of one sign: 2 of 2⁵ assignments, whatever the ties.
    let result = try #require(wilcoxonTest(of: [0.5, 0.5, 0.5, 0.5, 0.25]))
    #expect(result.pValue == 0.0625 && result.method == .exact)
    // Of ranks 2, 2, 2, 4: sums up to 2 are made by {} and by each of the three, of 16.
    #expect(try #require(wilcoxonTest(of: [1, -1, 1, 3])).pValue == 0.5)
  }

  /// Zeros and ties as of bandits: the least p-value of 8 tasks must not be reached too often.
  @Test func `at most one in twenty null experiments with ties is rejected`() {
    var random = SimulatedNumbers(seed: 11)
    var rejected = 0
    for _ in 0..<2000 {
      let gains = (0..<8).map { _ in Double(random.index(below: 5) - 2) }
      if let result = wilcoxonTest(of: gains), result.pValue < 0.05 { rejected += 1 }
    }
    #expect(rejected < 115, "\(rejected) of 2000")
  }

  @Test func `beyond exact counts the approximation is continuity corrected`() throws {
    let gains = (1...51).map { Double($0) * ($0 % 3 == 0 ? -1 : 1) }
    let result = try #require(wilcoxonTest(of: gains))
    #expect(result.method == .normalApproximation)
    #expect(try #require(wilcoxonTest(of: Array(gains[..<50]))).method == .exact)
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

  @Test func `always better is not certainly better`() throws {
    let wins = ProbabilityOfImprovement(
      of: Array(repeating: [1], count: 40), over: Array(repeating: [0], count: 40))
    let interval = try #require(wins.interval)
    // 1 − 0.975 = p⁴⁰.
    #expect(wins.value == 1 && interval.upper == 1)
    #expect(agrees(interval.lower, 0.9119030, tolerance: 1e-6))
  }

  @Test func `runs of both sides count as often as the fewer of them`() throws {
    let wins = ProbabilityOfImprovement(
      of: Array(repeating: [1, 1, 2], count: 40), over: Array(repeating: [0, 0, 0, 0], count: 40))
    #expect(wins.interval == proportionInterval(successes: 3, of: 3))
    let refused = ProbabilityOfImprovement(of: [[1, 1], [1, 1]], over: [[0], [0]])
    #expect(refused.value == 1 && refused.interval == nil, "one run shows nothing of others")
  }
}
