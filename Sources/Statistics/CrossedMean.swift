import CGSL

/// A mean over runs (seeds) and tasks, or a difference of such means, with what it varies by.
///
/// Every run was evaluated on the same tasks, so that runs and tasks are crossed. With run effects
/// aᵣ, task effects bₜ and what is left eᵣₜ, the mean of R runs and n tasks has the variance
/// σₐ²/R + σ_b²/n + σₑ²/(Rn). The mean square of the run means, S_R = s²(ȳᵣ.)/R, estimates
/// σₐ²/R + σₑ²/(Rn), that of the task means, S_T = s²(ȳ.ₜ)/n, estimates σ_b²/n + σₑ²/(Rn), and the
/// residual one, S_E, σₑ²/(Rn), which stands in both and is taken off the side that has more
/// degrees of freedom: the scarcer side keeps its mean square whole, and with it an exact t. For
/// R ≤ n that is V = S_R + max(S_T − S_E, 0).
///
/// Goals, in this order: never narrower than its level, exact where one side alone differs, as
/// narrow as the two allow. No interval can be exact everywhere (two variances, one mean: the
/// problem of Behrens and Fisher); docs/Evaluation.md has the coverage by runs and tasks.
/// Sources: Searle, Casella and McCulloch 1992, "Variance Components", section 4.3, for the mean
/// squares; Satterthwaite 1946, doi:10.2307/3002019, for the degrees of freedom.
public struct CrossedMean: Sendable, Equatable {
  /// A part of the variance: that of runs, or of tasks.
  struct Part: Sendable, Equatable {
    /// What it adds to the variance of the mean, ≥ 0.
    let variance: Double
    /// The mean square that this was estimated from, ≥ `variance`.
    let meanSquare: Double
    /// Degrees of freedom of the mean square, ≥ 1.
    let degreesOfFreedom: Double
  }

  /// The mean, or the difference of means.
  public let mean: Double
  /// √V.
  public let standardError: Double
  /// Satterthwaite's ν = V² / Σ xᵢ Sᵢ / fᵢ over parts xᵢ from mean squares Sᵢ with fᵢ degrees of
  /// freedom; never fewer than those of the scarcest part.
  public let degreesOfFreedom: Double
  let parts: [Part]

  /// A mean from what it varies by.
  ///
  /// - Parameters:
  ///   - mean: the estimate.
  ///   - parts: at least one.
  init(mean: Double, parts: [Part]) {
    let variance = parts.reduce(0) { $0 + $1.variance }
    let uncertainty = parts.reduce(0) { $0 + $1.variance * $1.meanSquare / $1.degreesOfFreedom }
    let fewest = parts.map(\.degreesOfFreedom).min() ?? 1
    self.mean = mean
    self.parts = parts
    standardError = variance.squareRoot()
    degreesOfFreedom = uncertainty > 0 ? max(variance * variance / uncertainty, fewest) : fewest
  }

  /// The mean of runs on the same tasks.
  ///
  /// - Parameters:
  ///   - runs: values by run, then task, [R][n]; R ≥ 2 and n ≥ 2.
  ///   - strata: tasks that are the same, as indices; each stratum keeps its share, and only how draws
  ///     of one stratum differ counts as a difference of tasks. Nil: all tasks are draws of one stratum.
  public init(of runs: [[Double]], strata: [[Int]]? = nil) {
    let layout = RunLayout(runs, strata: strata)
    self.init(
      mean: layout.mean,
      parts: Self.parts(
        runs: [layout.meanSquares], tasks: layout.tasks.meanSquare,
        degreesOfFreedom: layout.tasks.degreesOfFreedom))
  }

  /// The mean of some runs less that of others on the same tasks.
  ///
  /// Tasks are paired: S_T is that of the differences of task means. Runs are not, even where
  /// seeds are equal, since one seed does not make two policies alike.
  ///
  /// - Parameters:
  ///   - runs: values by run, then task, [R][n]; R ≥ 2 and n ≥ 2.
  ///   - others: of the other policy, [Q][n]; Q ≥ 2: one run does not show how much its seeds
  ///     differ, and so leaves nothing to compare with.
  ///   - strata: as of `init(of:strata:)`.
  public init(of runs: [[Double]], minus others: [[Double]], strata: [[Int]]? = nil) {
    let (first, second) = (RunLayout(runs, strata: strata), RunLayout(others, strata: strata))
    precondition(
      first.taskMeans.count == second.taskMeans.count,
      "\(first.taskMeans.count) tasks of the one, \(second.taskMeans.count) of the other")
    let tasks = TaskLayout(zip(first.taskMeans, second.taskMeans).map { $0 - $1 }, strata: strata)
    self.init(
      mean: first.mean - second.mean,
      parts: Self.parts(
        runs: [first.meanSquares, second.meanSquares], tasks: tasks.meanSquare,
        degreesOfFreedom: tasks.degreesOfFreedom))
  }

  /// The mean of a sample that is known by its summary: there is one part, and intervals and tests
  /// are Student's.
  public init(_ summary: SampleSummary) {
    let square = summary.standardError * summary.standardError
    self.init(
      mean: summary.mean,
      parts: [
        Part(
          variance: square, meanSquare: square, degreesOfFreedom: Double(summary.count - 1))
      ])
  }

  /// The interquartile mean over tasks of each run, averaged over runs.
  ///
  /// Each value is replaced by its linear contribution: with ⌊n/4⌋ values of a run cut off at each
  /// end, the run's interquartile mean plus n/(n − 2⌊n/4⌋) times the winsorized value less the
  /// winsorized mean; tasks have 2⌊n/4⌋ degrees of freedom fewer.
  /// Source: Tukey and McLaughlin 1963, doi:10.2307/25049278, extended to runs as above.
  ///
  /// - Parameters:
  ///   - runs: values by run, then task, [R][n]; R ≥ 2 and n ≥ 2.
  ///   - strata: as of `init(of:strata:)`.
  /// - Returns: the mean with what it varies by.
  public static func interquartile(of runs: [[Double]], strata: [[Int]]? = nil) -> CrossedMean {
    let contributions = runs.map(interquartileContributions)
    let layout = RunLayout(contributions, strata: strata)
    let count = Double(layout.taskMeans.count)
    let cut = Double(2 * (layout.taskMeans.count / 4))
    let degrees = layout.tasks.degreesOfFreedom * (count - 1 - cut) / (count - 1)
    return CrossedMean(
      mean: layout.mean,
      parts: parts(
        runs: [layout.meanSquares], tasks: layout.tasks.meanSquare,
        degreesOfFreedom: max(1, degrees)))
  }

  private static func interquartileContributions(of run: [Double]) -> [Double] {
    let cut = run.count / 4
    let sorted = run.sorted()
    guard let low = sorted.dropFirst(cut).first, let high = sorted.dropLast(cut).last else {
      return []
    }
    let winsorized = run.map { min(max($0, low), high) }
    let center = Statistics.mean(of: winsorized)
    let robust = SummaryStatistic.interquartileMean.value(of: run)
    let scale = Double(run.count) / Double(run.count - 2 * cut)
    return winsorized.map { robust + scale * ($0 - center) }
  }
}
