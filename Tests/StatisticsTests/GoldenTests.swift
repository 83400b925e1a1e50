import Testing

@testable import Statistics

@Suite struct GoldenTests {
  private let golden: Golden

  init() throws { golden = try Golden.load() }

  @Test func `means, deviations and robust means equal SciPy's`() {
    for summary in golden.summaries {
      let values = summary.values
      #expect(agrees(mean(of: values), summary.mean))
      #expect(agrees(sampleStandardDeviation(of: values), summary.sampleSd))
      #expect(agrees(populationStandardDeviation(of: values), summary.populationSd))
      #expect(agrees(SummaryStatistic.mean.value(of: values), summary.mean))
      #expect(agrees(SummaryStatistic.interquartileMean.value(of: values), summary.iqm))
      #expect(agrees(SummaryStatistic.worstTenthMean.value(of: values), summary.worstTenth))
    }
  }

  @Test func `Student intervals equal SciPy's at every level`() throws {
    for summary in golden.summaries {
      for student in summary.student {
        let interval = try #require(studentInterval(of: summary.values, level: student.level))
        #expect(agrees(interval.lower, student.interval[0], tolerance: 1e-7))
        #expect(agrees(interval.upper, student.interval[1], tolerance: 1e-7))
      }
    }
  }

  @Test(arguments: [SummaryStatistic.mean, .interquartileMean])
  func `bootstrap intervals equal SciPy's, up to the noise of resampling`(
    statistic: SummaryStatistic
  ) throws {
    var compared = 0
    for summary in golden.summaries {
      guard let bootstrap = summary.bootstrap else { continue }
      let expected =
        statistic == .mean ? bootstrap.mean : bootstrap.interquartileMean
      let options = BootstrapOptions(resamples: 20_000, seed: 3)
      let interval = try #require(
        bootstrapInterval(of: summary.values, statistic: statistic, options: options))
      // A quantile at 2 % of 20,000 draws has a standard error of about 0.02 of theirs.
      #expect(abs(interval.lower - expected[0]) < 0.12 * bootstrap.sem)
      #expect(abs(interval.upper - expected[1]) < 0.12 * bootstrap.sem)
      compared += 1
    }
    #expect(compared == 3)
  }

  @Test func `paired t tests equal SciPy's`() throws {
    for paired in golden.paired {
      let result = try #require(pairedTTest(of: paired.differences))
      #expect(agrees(result.statistic, paired.t))
      #expect(agrees(result.pValue, paired.tP))
    }
  }

  @Test func `Wilcoxon tests equal SciPy's, exact and approximate`() throws {
    for paired in golden.paired {
      let result = try #require(wilcoxonTest(of: paired.differences))
      #expect((result.method == .exact) == paired.wilcoxonExact)
      #expect(result.count == paired.nonzero)
      #expect(agrees(result.statistic, paired.wilcoxon))
      #expect(agrees(result.pValue, paired.wilcoxonP))
    }
    #expect(Set(golden.paired.map(\.wilcoxonExact)).count == 2)
  }

  @Test func `Welch tests equal SciPy's`() throws {
    for welch in golden.welch {
      let x = try #require(SampleSummary(of: welch.x))
      let y = try #require(SampleSummary(of: welch.y))
      let result = try #require(welchTest(x, y))
      #expect(agrees(result.statistic, welch.t))
      #expect(agrees(result.degreesOfFreedom, welch.df))
      #expect(agrees(result.pValue, welch.p, tolerance: 1e-8))
    }
  }

  @Test func `probabilities of improvement equal SciPy's U statistics`() {
    for improvement in golden.improvement {
      #expect(
        probabilitiesOfImprovement(of: improvement.x, over: improvement.y)
          == improvement.probabilities)
    }
  }

  @Test func `intervals of proportions equal SciPy's`() {
    for proportion in golden.proportions {
      let interval = proportionInterval(
        successes: proportion.successes, of: proportion.count)
      #expect(agrees(interval.lower, proportion.lower, tolerance: 1e-8))
      #expect(agrees(interval.upper, proportion.upper, tolerance: 1e-8))
      #expect(interval.lower < interval.upper)
    }
    #expect(golden.proportions.count > 5)
  }
}
