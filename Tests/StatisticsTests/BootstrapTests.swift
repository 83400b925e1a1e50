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
    #expect(hierarchicalBootstrapInterval(of: [values]) == nil)
    #expect(hierarchicalBootstrapInterval(of: [[1, 2], [3, 4]]) == nil)
  }

  @Test func `strata keep their share: differences between them are not noise`() throws {
    let strata = [[0.0, 1, 2, 3, 4, 5], [1000.0, 1001, 1002, 1003, 1004, 1005]]
    let stratified = try #require(stratifiedBootstrapInterval(of: strata))
    let plain = try #require(bootstrapInterval(of: strata.flatMap(\.self)))
    #expect(stratified.contains(502.5))
    #expect(stratified.upper - stratified.lower < 4)
    #expect(plain.upper - plain.lower > 100)
  }

  @Test func `runs that differ widen the hierarchical interval`() throws {
    let alike = Array(repeating: values, count: 6)
    let different = alike.enumerated().map { index, run in run.map { $0 + 10 * Double(index) } }
    let narrow = try #require(hierarchicalBootstrapInterval(of: alike))
    let wide = try #require(hierarchicalBootstrapInterval(of: different))
    #expect(narrow.contains(mean(of: values)))
    #expect(wide.contains(mean(of: values) + 25))
    #expect(wide.upper - wide.lower > narrow.upper - narrow.lower + 20)
  }

  @Test func `tasks do not average out over runs that share them`() throws {
    let one = try #require(bootstrapInterval(of: values))
    let runs = Array(repeating: values, count: 12)
    let twelve = try #require(hierarchicalBootstrapInterval(of: runs))
    #expect(abs(twelve.upper - one.upper) < 0.3 && abs(twelve.lower - one.lower) < 0.3)
  }

  @Test func `equal values have an interval of no width`() {
    let interval = bootstrapInterval(of: [2, 2, 2, 2, 2], statistic: .interquartileMean)
    #expect(interval == Interval(lower: 2, upper: 2))
  }
}
