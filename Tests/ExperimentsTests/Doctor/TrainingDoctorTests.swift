import Testing

@testable import Experiments
@testable import Files
@testable import MetaLearning

@Suite struct TrainingDoctorTests {
  private func configuration(
    _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) -> LearnerConfiguration {
    var configuration = LearnerConfiguration()
    configuration.policy.hidden = [4]
    configuration.sampling.metaBatchSize = 4
    configuration.sampling.rolloutsPerTask = 4
    change(&configuration)
    return configuration
  }

  /// What a doctor finds in a short training.
  private func findings(
    _ configuration: LearnerConfiguration, iterations: Int = 25
  ) async throws -> [Finding] {
    let learner = MetaLearner<Double>(
      configuration: configuration, family: SlopeFamily(), seed: 3, workers: Workers(count: 1))
    var doctor = TrainingDoctor(configuration)
    var findings: [Finding] = []
    for _ in 0..<iterations { findings += doctor.examine(try await learner.iterate()) }
    return findings
  }

  /// A report in which all is well.
  private func soundReport(_ iteration: Int) -> IterationReport {
    var report = IterationReport()
    report.iteration = iteration
    report.returnsBefore = [-20, -21, -22, -23]
    report.returnsAfter = [-10, -11, -12, -13 + 0.1 * Double(iteration % 3)]
    report.standardDeviation = 0.8
    report.explainedVariance = 0.6
    report.largestTaskShare = 0.3
    report.episodeLength = 100
    report.initialDifference = iteration == 1 ? 1e-7 : nil
    return report
  }

  private func symptoms(
    _ configuration: LearnerConfiguration? = nil,
    _ change: (inout IterationReport) -> Void = { _ in }
  ) -> [Symptom] {
    var doctor = TrainingDoctor(configuration ?? self.configuration())
    var symptoms: [Symptom] = []
    for iteration in 1...60 {
      var report = soundReport(iteration)
      change(&report)
      symptoms += doctor.examine(report).map(\.symptom)
    }
    return symptoms
  }

  @Test func `the metrics tell again what was found while the training ran`() async throws {
    var run = RunConfiguration()
    run.learner = configuration {
      $0.outer.maximumKL = 1e-300
      $0.advantages.baselineRidge = 1e12
    }
    let learner = MetaLearner<Double>(
      configuration: run.learner, family: SlopeFamily(), seed: 3, workers: Workers(count: 1))
    var doctor = TrainingDoctor(run.learner)
    var (told, rows): ([String], [JSONValue]) = ([], [])
    for _ in 0..<25 {
      let report = try await learner.iterate()
      told += doctor.examine(report).map { "\(report.iteration): \($0)" }
      let row = MetricsRow(report, total: learner.state.environmentSteps, validation: nil)
      rows.append(try JSONValue(parsing: Array(row.jsonLine.dropLast().utf8)))
    }
    let found = TrainingDoctor.findings(
      in: LearningHistory(run: "run", configuration: run, rows: rows))
    #expect(told.count >= 2, "\(told)")
    #expect(found.map { "\($0.iteration): \($0.finding)" } == told)
  }

  @Test func `a sound training is left alone`() {
    #expect(symptoms().isEmpty)
  }

  @Test func `a learning rate of zero gains nothing`() async throws {
    let found = try await findings(configuration { $0.adaptation.innerLearningRate = 0 })
    #expect(found.map(\.symptom) == [.noGain])
    #expect(found[0].description.contains("inner learning rate is 0.0"))
  }

  @Test func `a learning rate beyond all measure makes things worse`() async throws {
    let found = try await findings(configuration { $0.adaptation.innerLearningRate = 30 })
    #expect(found.map(\.symptom).contains(.negativeGain), "\(found)")
  }

  @Test func `training without adaptation is not asked for a gain`() async throws {
    for algorithm in [Algorithm.multiTask, .oracle] {
      let found = try await findings(configuration { $0.algorithm = algorithm })
      #expect(!found.contains { [.noGain, .negativeGain].contains($0.symptom) }, "\(found)")
    }
  }

  @Test func `a trust region that nothing fits into rejects step after step`() async throws {
    let found = try await findings(
      configuration {
        $0.outer.maximumKL = 1e-300
      }, iterations: 5)
    #expect(found.map(\.symptom) == [.stepsRejected])
    #expect(found[0].description.hasPrefix("3 outer steps in a row were rejected"))
  }

  @Test func `divergences are told of, and again when few have become many`() {
    var doctor = TrainingDoctor(configuration())
    var told: [String] = []
    for iteration in 1...60 {
      var report = soundReport(iteration)
      report.episodes = 800
      report.divergedEpisodes = iteration < 10 ? 8 : iteration < 30 ? 40 : 742
      told += doctor.examine(report).map(\.description)
    }
    #expect(told.count == 3 && told.allSatisfy { $0.contains("episodes-diverge") }, "\(told)")
    #expect(symptoms { ($0.episodes, $0.divergedEpisodes) = (800, 8) } == [])
    #expect(symptoms { ($0.episodes, $0.divergedEpisodes) = (800, 9) } == [.episodesDiverge])
    // Rows of before the count of episodes was written say nothing of shares.
    #expect(symptoms { ($0.episodes, $0.divergedEpisodes) = (0, 0) } == [])
  }

  @Test(arguments: [(1, false), (1, true), (4, true)])
  func `a meta-gradient of zero is told as what it is, and does not stop the run`(
    episodes: Int, isFlat: Bool
  ) async throws {
    var alike = configuration { $0.sampling.rolloutsPerTask = episodes }
    alike.outer.maximumConsecutiveRejections = 3
    let learner = MetaLearner<Double>(
      configuration: alike, family: SlopeFamily(horizon: 1, isFlat: isFlat), seed: 3,
      workers: Workers(count: 1))
    var doctor = TrainingDoctor(alike)
    var findings: [Finding] = []
    for _ in 0..<6 {
      let report = try await learner.iterate()
      #expect(report.outcome == .rejected(.gradientZero))
      findings += doctor.examine(report)
    }
    #expect(findings.map(\.symptom) == [.gradientZero], "\(findings)")
    #expect(!findings.contains { $0.description.contains("trust_region.maximum_kl") })
    #expect(learner.state.consecutiveRejections == 0)
  }

  @Test func `a zero gradient neither adds to rejections in a row nor ends them`() {
    #expect(StepOutcome.rejected(.lossNotFinite).rejections(afterInARow: 2) == 3)
    #expect(StepOutcome.rejected(.gradientZero).rejections(afterInARow: 2) == 2)
    #expect(StepOutcome.accepted.rejections(afterInARow: 2) == 0)
  }

  @Test func `a baseline held at zero explains nothing`() async throws {
    let found = try await findings(configuration { $0.advantages.baselineRidge = 1e12 })
    #expect(found.map(\.symptom).contains(.baselineExplainsNothing), "\(found)")
  }

  @Test func `the ratio is one before the first step, and is missed when it is not`() async throws {
    let learner = MetaLearner<Double>(
      configuration: configuration { $0.adaptation.steps = 2 }, family: SlopeFamily(), seed: 1,
      workers: Workers(count: 1))
    let first = try await learner.iterate().initialDifference
    #expect(try #require(first) < 1e-12)
    #expect(try await learner.iterate().initialDifference == nil)
    #expect(symptoms { if $0.iteration == 1 { $0.initialDifference = 0.01 } } == [.ratioNotOne])
    #expect(symptoms { if $0.iteration == 1 { $0.initialDifference = .nan } } == [.ratioNotOne])
  }

  @Test func `deviations that collapse or explode are told once`() {
    #expect(symptoms { $0.standardDeviation = 0.01 } == [.deviationCollapsed])
    #expect(symptoms { $0.standardDeviation = 6 } == [.deviationExploded])
    #expect(symptoms { $0.standardDeviation = nil } == [])
    let narrow = configuration { $0.policy.initialStandardDeviation = 0.1 }
    #expect(symptoms(narrow) { $0.standardDeviation = 0.02 } == [])
  }

  @Test func `a task that makes most of the gradient is told, in batches that are not tiny`() {
    #expect(symptoms { $0.largestTaskShare = 0.8 } == [.taskDominates])
    // Of four tasks that are alike with exponential norms, one has 52 % of the sum on average.
    #expect(symptoms { $0.largestTaskShare = 0.55 } == [])
    #expect(abs(TrainingDoctor.dominance(tasks: 4) - (1 + 25.0 / 48) / 2) < 1e-12)
    let large = configuration { $0.sampling.metaBatchSize = 20 }
    #expect(symptoms(large) { $0.largestTaskShare = 0.507 } == [])
    #expect(symptoms(large) { $0.largestTaskShare = 0.6 } == [.taskDominates])
    let tiny = configuration { $0.sampling.metaBatchSize = 2 }
    #expect(symptoms(tiny) { $0.largestTaskShare = 0.8 } == [])
  }

  @Test func `two rejections are no pattern, and an accepted step begins anew`() {
    #expect(
      symptoms { if $0.iteration % 3 != 0 { $0.outcome = .rejected(.lineSearchFailed) } } == [])
  }

  @Test func `a return that falls from its peak is told, noise is not`() {
    let falling = symptoms { report in
      let lost = Double(max(0, report.iteration - 30)) * 0.2
      report.returnsAfter = report.returnsAfter.map { $0 - lost }
    }
    #expect(falling == [.pastPeak])
    let noisy = symptoms { report in
      let noise = report.iteration.isMultiple(of: 3) ? -3.0 : 1.5
      report.returnsAfter = report.returnsAfter.map { $0 + noise }
    }
    #expect(noisy == [])
  }
}
