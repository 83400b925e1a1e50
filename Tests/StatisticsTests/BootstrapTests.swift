import Statistics
import Testing

@Suite struct BootstrapTests {
  private let values = [-11.5, -8.25, -14.0, -9.75, -3.5, -7.0, -6.5, -20.0]

  @Test func `the seed fixes the interval, and matters`() {
    let first = bootstrapInterval(of: values, options: BootstrapOptions(seed: 1))
    #expect(first == bootstrapInterval(of: values, options: BootstrapOptions(seed: 1)))
    #expect(first != bootstrapInterval(of: values, options: BootstrapOptions(seed: 2)))
    #expect(first != bootstrapInterval(of: values, options: BootstrapOptions(seed: 1 + 1 << 40)))
  }

  @Test func `a higher level is wider`() throws {
    let narrow = try #require(bootstrapInterval(of: values, options: BootstrapOptions(level: 0.5)))
    let wide = try #require(bootstrapInterval(of: values, options: BootstrapOptions(level: 0.99)))
    #expect(wide.lower < narrow.lower && narrow.upper < wide.upper)
  }

  @Test func `too few values have no interval`() {
    #expect(bootstrapInterval(of: [1, 2, 3, 4]) == nil)
    #expect(stratifiedBootstrapInterval(of: [[], []]) == nil)
    #expect(stratifiedBootstrapInterval(of: []) == nil)
  }

  @Test func `strata keep their share: differences between them are not noise`() throws {
    let strata = [[0.0, 1, 2, 3, 4, 5], [1000.0, 1001, 1002, 1003, 1004, 1005]]
    let stratified = try #require(stratifiedBootstrapInterval(of: strata))
    let plain = try #require(bootstrapInterval(of: strata.flatMap(\.self)))
    #expect(stratified.contains(502.5))
    #expect(stratified.upper - stratified.lower < 4)
    #expect(plain.upper - plain.lower > 100)
  }

  @Test func `a kind that was drawn once is as uncertain as a draw of the others`() throws {
    let strata = [[0.0, 1, 2, 3, 4, 5], [1000.0, 1001, 1002, 1003, 1004, 1005]]
    let without = try #require(stratifiedBootstrapInterval(of: strata))
    let with = try #require(stratifiedBootstrapInterval(of: strata + [[2000.0]]))
    // Of 13 values instead of 12 the sum's deviation grows by √(13/12), not by 1.
    let ratio = (13 * (with.upper - with.lower)) / (12 * (without.upper - without.lower))
    #expect(abs(ratio - (13.0 / 12).squareRoot()) < 0.02, "\(ratio)")
  }

  @Test func `too few draws of a kind leave no interval by stratum`() {
    #expect(stratifiedBootstrapInterval(of: [[1, 2], [3, 4], [5], [6]]) == nil)
    #expect(stratifiedBootstrapInterval(of: [[1], [2], [3], [4], [5]]) == nil)
  }

  @Test func `equal values have an interval of no width`() {
    let interval = bootstrapInterval(of: [2, 2, 2, 2, 2], statistic: .interquartileMean)
    #expect(interval == Interval(lower: 2, upper: 2))
  }
}
