import Statistics
import Testing

@Suite struct IntervalTests {
  private let values = [-11.5, -8.25, -14.0, -9.75, -3.5]

  @Test func `Student intervals equal SciPy's`() throws {
    // scipy.stats.t.interval(0.95, 4, mean, sem), SciPy 1.17.1.
    let interval = try #require(studentInterval(of: values))
    #expect(abs(interval.lower - -14.281532171747308) < 1e-9)
    #expect(abs(interval.upper - -4.518467828252692) < 1e-9)
  }

  @Test func `a higher level is wider`() throws {
    let narrow = try #require(studentInterval(of: values, level: 0.5))
    let wide = try #require(studentInterval(of: values, level: 0.99))
    #expect(wide.lower < narrow.lower && narrow.upper < wide.upper)
  }

  @Test func `one value has no interval`() {
    #expect(studentInterval(of: [1]) == nil)
    #expect(studentInterval(of: []) == nil)
  }

  @Test func `the two standard deviations divide by n minus 1 and by n`() {
    #expect(mean(of: values) == -9.4)
    #expect(abs(sampleStandardDeviation(of: values) - 3.931443755161709) < 1e-14)
    #expect(abs(populationStandardDeviation(of: values) - 3.5163901945034484) < 1e-14)
  }
}
