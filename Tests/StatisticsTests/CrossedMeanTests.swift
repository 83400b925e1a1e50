import Testing

@testable import Statistics

@Suite struct CrossedMeanTests {
  private let tasks = [-11.5, -8.25, -14.0, -9.75, -3.5, -7.0, -6.5, -20.0]
  private let effects = [0.0, 3.0, -1.0, 2.5]

  /// Runs that differ by `effects` alone, and by `rest` in no regular way.
  private func runs(rest: Double = 0) -> [[Double]] {
    effects.enumerated().map { run, effect in
      tasks.enumerated().map { task, value in
        value + effect + rest * Double((run * 5 + task * 3) % 7 - 3)
      }
    }
  }

  @Test func `runs that are all alike leave Student's interval over tasks`() throws {
    let estimate = CrossedMean(of: Array(repeating: tasks, count: 3))
    let student = try #require(studentInterval(of: tasks))
    #expect(agrees(estimate.interval().lower, student.lower))
    #expect(agrees(estimate.interval().upper, student.upper))
    #expect(agrees(estimate.degreesOfFreedom, 7))
  }

  @Test func `tasks that are all alike leave Student's interval over runs`() throws {
    let estimate = CrossedMean(of: effects.map { Array(repeating: $0, count: 40) })
    let student = try #require(studentInterval(of: effects))
    #expect(agrees(estimate.interval().lower, student.lower))
    #expect(agrees(estimate.interval().upper, student.upper))
    #expect(agrees(estimate.pValue() ?? 0, pairedTTest(of: effects)?.pValue ?? 1))
  }

  @Test func `mean squares are those of the analysis of variance`() {
    // NumPy: r = y.mean(1), c = y.mean(0); r.var(ddof=1)/4, c.var(ddof=1)/8 and
    // ((y - r[:, None] - c + y.mean())**2).sum()/(3*7)/32.
    let layout = RunLayout(runs(rest: 1), strata: nil)
    #expect(agrees(layout.meanSquares.runs, 1.0426432291666667))
    #expect(agrees(layout.tasks.meanSquare, 3.8436104910714284))
    #expect(agrees(layout.meanSquares.residual, 0.17545572916666666))
    let estimate = CrossedMean(of: runs(rest: 1))
    let variance = 1.0426432291666667 + 3.8436104910714284 - 0.17545572916666666
    #expect(agrees(estimate.standardError * estimate.standardError, variance))
  }

  @Test func `the residual is taken off the side with more degrees of freedom`() {
    let values = runs(rest: 1)
    let exchanged = values[0].indices.map { task in values.map { $0[task] } }
    #expect(agrees(CrossedMean(of: exchanged).standardError, CrossedMean(of: values).standardError))
    #expect(
      agrees(CrossedMean(of: exchanged).interval().upper, CrossedMean(of: values).interval().upper))
  }

  @Test func `an interval is never narrower than that of a part`() throws {
    let estimate = CrossedMean(of: runs(rest: 0.5))
    let means = runs(rest: 0.5).map { mean(of: $0) }
    let student = try #require(studentInterval(of: means))
    #expect(estimate.interval().lower <= student.lower + 1e-12)
    #expect(estimate.interval().upper >= student.upper - 1e-12)
  }

  @Test func `intervals end where the p-value is 1 minus their level`() throws {
    let estimate = CrossedMean(of: runs(rest: 1), minus: runs().map { $0.map { $0 * 0.9 } })
    for level in [0.5, 0.9, 0.95, 0.999] {
      let interval = estimate.interval(level: level)
      #expect(agrees(estimate.pValue(ofMean: interval.lower) ?? 2, 1 - level, tolerance: 1e-7))
      #expect(agrees(estimate.pValue(ofMean: interval.upper) ?? 2, 1 - level, tolerance: 1e-7))
    }
    #expect(agrees(estimate.pValue(ofMean: estimate.mean) ?? 0, 1))
  }

  @Test func `tasks are paired: what both policies share is no noise`() throws {
    let better = runs(rest: 0.5).map { $0.map { $0 + 1 } }
    let difference = CrossedMean(of: better, minus: runs(rest: 0.5))
    #expect(agrees(difference.mean, 1))
    // Only runs vary: their mean squares of both sides are left.
    let layout = RunLayout(runs(rest: 0.5), strata: nil)
    #expect(
      agrees(
        difference.standardError * difference.standardError, 2 * layout.meanSquares.runs))
  }

  @Test func `equal seeds on both sides widen as runs do, although tasks agree`() throws {
    let first = effects.map { effect in tasks.map { $0 + effect } }
    let second = first.map { $0.map { $0 - 1.5 } }
    let interval = CrossedMean(of: first, minus: second).interval()
    #expect(interval.contains(0), "runs differ by 3, policies by 1.5")
  }

  @Test func `draws of one kind alone are noise, not what strata differ by`() {
    let strata = [[0, 2, 4, 6], [1, 3, 5, 7]]
    let draws = (0..<8).map { ($0 % 2 == 0 ? 100.0 : -100) + Double($0 / 2) }
    let split = [0, 0.1, 0.2].map { effect in draws.map { $0 + effect } }
    let byKind = CrossedMean(of: split, strata: strata)
    #expect(byKind.standardError < 1 && CrossedMean(of: split).standardError > 30)
    #expect(agrees(byKind.mean, 1.6))
  }

  @Test func `a published figure adds its own error`() throws {
    let estimate = CrossedMean(of: runs(rest: 1))
    let exact = estimate.minus(SampleSummary(mean: -10, standardError: 0, count: 40))
    #expect(agrees(exact.mean, estimate.mean + 10))
    #expect(exact.standardError == estimate.standardError)
    let noisy = estimate.minus(SampleSummary(mean: -10, standardError: 2, count: 40))
    let variance = exact.standardError * exact.standardError + 4
    #expect(agrees(noisy.standardError * noisy.standardError, variance))
  }

  @Test func `two samples known by their summaries are compared as by Welch`() throws {
    let (x, y) = (
      SampleSummary(mean: -10.6, standardError: 1.1, count: 40),
      SampleSummary(mean: -11.7, standardError: 1.2, count: 30)
    )
    let welch = try #require(welchTest(x, y))
    let difference = CrossedMean(x).minus(y)
    #expect(agrees(difference.pValue() ?? 0, welch.pValue))
    #expect(agrees(difference.degreesOfFreedom, welch.degreesOfFreedom))
  }

  @Test func `equivalence is shown where the 90 % interval lies within the margin`() throws {
    let estimate = CrossedMean(of: runs(rest: 1), minus: runs(rest: 1).map { $0.map { $0 - 0.1 } })
    let interval = estimate.interval(level: 0.9)
    let reach = max(abs(interval.lower), abs(interval.upper))
    #expect(agrees(estimate.equivalencePValue(margin: reach) ?? 2, 0.05, tolerance: 1e-7))
    #expect(try #require(estimate.equivalencePValue(margin: reach * 1.1)) < 0.05)
    #expect(try #require(estimate.equivalencePValue(margin: reach * 0.9)) > 0.05)
    #expect(try #require(estimate.equivalencePValue(margin: 0.05)) > 0.5, "it lies outside")
  }

  @Test func `the interquartile mean is that of each run, and leaves outliers out`() {
    let values = runs(rest: 0.5)
    let expected = mean(of: values.map { SummaryStatistic.interquartileMean.value(of: $0) })
    #expect(agrees(CrossedMean.interquartile(of: values).mean, expected))
    let wild = values.map { run in run.map { $0 == run.min() ? -1000 : $0 } }
    let (mean, robust) = (CrossedMean(of: wild), CrossedMean.interquartile(of: wild))
    #expect(robust.standardError < 0.1 * mean.standardError)
  }

  @Test func `without any spread there is no test`() {
    let flat = CrossedMean(of: [[1, 1, 1], [1, 1, 1]])
    #expect(flat.interval() == Interval(lower: 1, upper: 1))
    #expect(flat.pValue() == nil && flat.equivalencePValue(margin: 1) == nil)
  }
}
