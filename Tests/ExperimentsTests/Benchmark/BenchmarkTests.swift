import Statistics
import Testing

@testable import Experiments
@testable import Files
@testable import Reports

@Suite struct BenchmarkTests {
  private let plan = BenchmarkPlan.all[0]

  private func result(_ returns: [[Double]], iteration: Int = 40) -> BenchmarkResult {
    BenchmarkResult(returns: returns, key: "k", iteration: iteration, trainedIterations: 50)
  }

  /// Forty values about a mean with a standard error of about `error`.
  private func values(_ mean: Double, error: Double) -> [Double] {
    (0..<40).map { mean + ($0 % 2 == 0 ? 1 : -1) * error * 40.0.squareRoot() }
  }

  @Test func `the verdict is beyond both uncertainties or none, and never equal unshown`() {
    let paper = SampleSummary(mean: -11.7, standardError: 1.1, count: 40)
    func verdict(_ mean: Double, _ error: Double, margin: Double? = nil) -> BenchmarkTable.Verdict {
      let ours = CrossedMean(SampleSummary(mean: mean, standardError: error, count: 40))
      return BenchmarkTable.verdict(ours.minus(paper), margin: margin).0
    }
    #expect(verdict(-8, 0.5) == .better)
    #expect(verdict(-10.5, 0.5) == .noDifferenceShown)
    #expect(verdict(-8, 3) == .noDifferenceShown)
    #expect(verdict(-16, 0.5) == .worse)
    // 1.2 + 1.67 · √(0.5² + 1.1²) is 3.2.
    #expect(verdict(-10.5, 0.5, margin: 3) == .noDifferenceShown)
    #expect(verdict(-10.5, 0.5, margin: 3.5) == .equivalent)
    #expect(verdict(-8, 0.5, margin: 100) == .better, "a difference that is shown is told")
  }

  /// Seeds of −22.5, −27.7 and −19.5 are no evidence against −19.7, however sharp each of them is.
  @Test func `seeds that differ more than tasks leave no difference shown`() throws {
    var table = BenchmarkTable()
    for (seed, mean) in [-22.5, -27.7, -19.5].enumerated() {
      let step = values(mean, error: 0.5)
      table.add(
        result([values(-40, error: 2), step]), plan: plan, method: .pretrained, seed: UInt64(seed))
    }
    let row = try #require(table.tables.first?.rows[1])
    #expect(row[3] == "-19.7" && row[5] == "no difference shown")
    #expect(try #require(Double(row[6])) > 0.25, "\(row)")
    #expect(row[7] == "-22.5, -27.7, -19.5")
  }

  @Test func `every cell of the paper stands beside ours`() throws {
    var table = BenchmarkTable()
    let curve = [-40, -8, -3.2, -3.0].map { values($0, error: 0.4) }
    table.add(result(curve), plan: plan, method: .maml, seed: 1)
    table.add(result(curve), plan: plan, method: .maml, seed: 2)
    table.add(result([values(-2.3, error: 0.1)]), plan: plan, method: .oracle, seed: 1)
    let rows = try #require(table.tables.first).rows
    #expect(table.tables.count == 1)
    #expect(rows.map { $0[0] } == ["maml", "maml", "maml", "maml", "maml, gain", "oracle"])
    #expect(rows[1][2].hasPrefix("-8.0 ± ") && rows[1][3] == "-11.7 ± 1.1")
    let none = "no difference shown"
    #expect(rows.map { $0[5] } == [none, "better", none, none, none, none])
    #expect(rows[1][4].hasPrefix("3.7 [") && rows[1][4].hasSuffix("]"))
    #expect(rows[5][3] == "-2.3", "the oracle's error is not known")
    #expect(rows[1][7] == "-8.0, -8.0")
    #expect(table.markdown(command: "metarl benchmark finn2017").contains("| maml | 1 | -8.0"))
    #expect(table.notes.contains { $0.contains("maml seed 2: 40 of 50") })
  }

  @Test func `the paper's table is whole`() {
    #expect(Set(PaperResults.families.keys) == Set(BenchmarkPlan.all.map(\.family)))
    for family in PaperResults.families.values {
      #expect(family.figures[.maml]?.count == 4 && family.figures[.oracle]?.count == 1)
      #expect(family.gain.interval.contains(family.gain.mean))
    }
  }

  @Test func `results are used again for the same parameters only`() throws {
    let family = SlopeFamily()
    var request = EvaluationRequest(innerLearningRates: [0.5], seed: 1)
    request.tasks = 3
    let report = EvaluationReport(
      family: family, policy: "maml", request: request, estimator: .logLikelihood,
      curve: AdaptationCurve(returns: [[1, 2, 3], [2, 3, 4.5]]))
    let written = result(report.curve.returns)
    try withTemporaryFolder { folder in
      let path = folder + "/evaluation/benchmark-maml.json"
      #expect(try BenchmarkResult(contentsOf: path, key: "k", tasks: 3) == nil)
      try written.write(report, to: path)
      #expect(try BenchmarkResult(contentsOf: path, key: "k", tasks: 3) == written)
      #expect(try BenchmarkResult(contentsOf: path, key: "other", tasks: 3) == nil)
      #expect(try BenchmarkResult(contentsOf: path, key: "k", tasks: 4) == nil)
    }
  }

  @Test func `settings are the paper's`() throws {
    for plan in BenchmarkPlan.all {
      let run = try plan.configuration(algorithm: .maml, seed: 2, iterations: 7, workers: 1)
      try run.validate()
      #expect(run.family == plan.family + "@finn2017")
      #expect(run.learner.policy.hidden == [100, 100] && run.learner.policy.activation == .relu)
      #expect(
        run.learner.outer.maximumKL == (plan.family == "half-cheetah-direction" ? 0.02 : 0.01))
      _ = try BuiltInFamilies.named(plan.reference)
    }
    let request = try BenchmarkPlan.all[0].request(.maml, seed: 2)
    #expect(request.innerLearningRates == [0.5, 0.25, 0.25])
    #expect(request.tasks == 40 && request.rolloutsPerTask == 40)
    #expect(try BenchmarkPlan.all[0].request(.oracle, seed: 2).innerLearningRates == [])
    #expect(try BenchmarkPlan.all[1].request(.pretrained, seed: 2).innerLearningRates[0] == 0.02)
    let last = try BenchmarkPlan.all[4].request(.maml, seed: 2)
    #expect(last.innerLearningRates == [0.1, 0.001, 0.001] && last.rolloutsPerTask == 40)
  }

  /// Goals as NumPy prints them.
  @Test func `tasks are the paper's own`() throws {
    let goals = PaperTasks.tasks(of: "navigation-2d").compactMap { $0["goal"] }
    #expect(goals[0] == [-0.082977995297426, 0.2203244934421581] && goals.count == 40)
    let velocities = PaperTasks.tasks(of: "half-cheetah-velocity").compactMap { $0["velocity"] }
    #expect(velocities[..<2] == [[0.834044009405148], [1.4406489868843162]])
    #expect(PaperTasks.tasks(of: "half-cheetah-direction").filter { $0.vector == [-1] }.count == 22)
    #expect(PaperTasks.tasks(of: "ant-direction").filter { $0.vector == [-1] }.count == 25)
    for plan in BenchmarkPlan.all {
      let family = try BuiltInFamilies.named(plan.reference)
      for task in PaperTasks.tasks(of: plan.family) { #expect(try family.validated(task) == task) }
    }
  }

  @Test func `a task is one value, however many seeds met it`() throws {
    var table = BenchmarkTable()
    let values = values(-8, error: 0.4)
    for seed in 1...3 {
      table.add(result([values]), plan: plan, method: .oracle, seed: UInt64(seed))
    }
    let ours = try #require(SampleSummary(of: values))
    let row = try #require(table.tables.first?.rows.first)
    #expect(row[2] == "-8.0 ± \(FigureText.fixed(ours.standardError, decimals: 1))")
  }

  @Test func `settings of the user are the plan's, its own keys excepted`() throws {
    var plan = BenchmarkPlan.all[0]
    plan.settings = ["adaptation.estimator=lvc", "adaptation.inner_learning_rate=0.2"]
    let run = try plan.configuration(algorithm: .maml, seed: 2, iterations: 7, workers: 1)
    #expect(run.learner.adaptation.estimator == .lowVarianceCurvature)
    #expect(try plan.request(.maml, seed: 2).innerLearningRates == [0.2, 0.1, 0.1])
    for setting in ["seed=3", "algorithm=oracle", "nothing=1", "advantages.gae_lambda=2"] {
      plan.settings = [setting]
      #expect(throws: ConfigurationError.self) {
        try plan.configuration(algorithm: .maml, seed: 2, iterations: 7, workers: 1)
      }
    }
  }
}
