import DenseMath
import Environments
import Foundation
import MetaLearning
import Networks
import Statistics
import Testing

@testable import Experiments

@Suite("Training runs")
struct TrainingRunTests {
  /// A folder that goes away with the value's last reference.
  private final class Folder: Sendable {
    let path: String

    init() throws {
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("metarl-run-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static let families = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Environments/Families").path

  private static func family() throws -> DefinedTaskFamily {
    try FamilyCatalog(folders: [families]).family(named: "navigation-2d@finn2017")
  }

  private static func small(workers: Int = 1) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d@finn2017"
    configuration.iterations = 4
    configuration.workers = workers
    configuration.checkpointEvery = 2
    configuration.validation.every = 2
    configuration.validation.tasks = 2
    configuration.validation.rolloutsPerTask = 2
    configuration.learner.policy.hidden = [8]
    configuration.learner.sampling.metaBatchSize = 5
    configuration.learner.sampling.rolloutsPerTask = 3
    return configuration
  }

  private func run(_ configuration: RunConfiguration, _ path: String) throws -> TrainingRun {
    TrainingRun(
      folder: try RunFolder.create(
        path, force: false, configuration: configuration,
        provenance: Provenance(metarl: "test")),
      configuration: configuration, family: try Self.family())
  }

  /// The bytes of the newest and of the best checkpoint.
  private func checkpoints(
    _ run: TrainingRun, _ summary: TrainingSummary
  ) throws -> [Data] {
    try [summary.checkpoint, run.folder.checkpointsPath + "/best.safetensors"].map {
      try Data(contentsOf: URL(fileURLWithPath: $0))
    }
  }

  @Test(
    "Checkpoints are equal byte for byte with 1, 2 and 5 workers, and in two runs of a seed",
    arguments: OuterStepKind.allCases, NetworkPrecision.allCases)
  func workers(outer: OuterStepKind, precision: NetworkPrecision) async throws {
    let root = try Folder()
    var all: [[Data]] = []
    for (index, workers) in [1, 1, 2, 5].enumerated() {
      var configuration = Self.small(workers: workers)
      configuration.learner.outer.step = outer
      configuration.precision = precision
      let run = try run(configuration, "\(root.path)/\(index)")
      all.append(try checkpoints(run, try await run.train()))
    }
    #expect(all[0][0].count > 500)
    for other in all.dropFirst() { #expect(other == all[0]) }
    var configuration = Self.small()
    configuration.learner.outer.step = outer
    configuration.precision = precision
    configuration.seed = 2
    let run = try run(configuration, "\(root.path)/seed")
    #expect(try checkpoints(run, try await run.train()) != all[0])
  }

  @Test("A run that was stopped goes on to the bytes of one that was not")
  func resuming() async throws {
    let root = try Folder()
    let whole = try run(Self.small(), "\(root.path)/whole")
    let expected = try checkpoints(whole, try await whole.train())
    let parts = try run(Self.small(workers: 2), "\(root.path)/parts")
    let first = try await parts.train(shouldStop: { true })
    #expect(first.wasStopped && first.iteration == 1)
    let second = try await parts.train(resuming: true, shouldStop: { true })
    #expect(second.wasStopped && second.iteration == 2)
    let last = try await parts.train(resuming: true)
    #expect(!last.wasStopped && last.iteration == 4)
    #expect(try checkpoints(parts, last) == expected)
    let rows = try String(contentsOfFile: parts.folder.metricsPath, encoding: .utf8)
    #expect(rows.split(separator: "\n").count == 4)
  }

  @Test("Every environment step is counted, validation's too")
  func stepsAreCounted() async throws {
    let root = try Folder()
    let run = try run(Self.small(), "\(root.path)/run")
    var reported = 0
    let summary = try await run.train(observe: { event in
      if case .iteration(let report, _) = event { reported += report.environmentSteps.total }
    })
    #expect(summary.environmentSteps.total == reported + summary.environmentSteps.validation)
    // Two validations of two tasks with two episodes before and after; episodes may end early.
    #expect((1...1600).contains(summary.environmentSteps.validation))
    #expect((1...12_000).contains(reported))
  }

  @Test("A trial of several adaptation steps scores the mean over them")
  func validationSteps() async throws {
    let root = try Folder()
    var configuration = Self.small()
    configuration.iterations = 1
    configuration.validation.every = 1
    configuration.validation.adaptationSteps = 2
    let run = try run(configuration, "\(root.path)/run")
    var scores: [Double] = []
    let summary = try await run.train(observe: { event in
      if case .validation(_, let score, _) = event { scores.append(score) }
    })
    let checkpoint = try Checkpoint(contentsOf: summary.checkpoint)
    let rate = configuration.learner.adaptation.innerLearningRate
    var request = EvaluationRequest(
      innerLearningRates: [rate, rate / 2], seed: configuration.seed)
    request.split = .validation
    request.tasks = configuration.validation.tasks
    request.rolloutsPerTask = configuration.validation.rolloutsPerTask
    let curve = try await AdaptationCurve(
      theta: checkpoint.parameterVector.map { Float($0) },
      policy: Policy<Float>(family: run.family, configuration: configuration.learner.policy),
      family: run.family, learner: configuration.learner, request: request,
      workers: TrainingRun.workers(0))
    #expect(scores == [(curve.points[1].mean + curve.points[2].mean) / 2])
  }

  @Test("An oracle does not adapt in validation")
  func validationOfOracle() async throws {
    let root = try Folder()
    var trials: [[Double]] = []
    for steps in [0, 2] {
      var configuration = Self.small()
      configuration.iterations = 1
      configuration.learner.algorithm = .oracle
      configuration.validation.every = 1
      configuration.validation.adaptationSteps = steps
      var scores: [Double] = []
      let summary = try await run(configuration, "\(root.path)/\(steps)").train(observe: { event in
        if case .validation(_, let score, _) = event { scores.append(score) }
      })
      trials.append(scores + [Double(summary.environmentSteps.validation)])
    }
    #expect(trials[0] == trials[1] && trials[0].count == 2)
  }

  @Test("Meta-training makes an inner step help on held-out tasks, beyond doubt")
  func learning() async throws {
    let root = try Folder()
    var configuration = Self.small(workers: 0)
    configuration.iterations = 12
    configuration.validation.every = 0
    configuration.learner.policy.hidden = [32, 32]
    configuration.learner.sampling.metaBatchSize = 20
    configuration.learner.sampling.rolloutsPerTask = 10
    configuration.learner.adaptation.innerLearningRate = 0.5
    // As the paper, whose step of 0.5 is for these advantages.
    configuration.learner.advantages.gaeLambda = 1
    let run = try run(configuration, "\(root.path)/run")
    let checkpoint = try Checkpoint(contentsOf: try await run.train().checkpoint)

    let learner = configuration.learner
    let policy = Policy<Float>(family: run.family, configuration: learner.policy)
    let untrained = policy.initialParameters(
      seed: configuration.seed,
      initialStandardDeviation: learner.policy.initialStandardDeviation)
    func curve(_ theta: [Float]) async throws -> AdaptationCurve {
      var request = EvaluationRequest(innerLearningRates: [0.5], seed: configuration.seed)
      request.tasks = 24
      request.rolloutsPerTask = 10
      return try await AdaptationCurve(
        theta: theta, policy: policy, family: run.family, learner: learner, request: request,
        workers: TrainingRun.workers(0))
    }
    let trained = try await curve(checkpoint.parameterVector.map { Float($0) })
    let random = try await curve(untrained)
    // Paired over tasks: after one step against before it, and against the untrained policy's.
    let gain = try #require(studentInterval(of: trained.gains()))
    #expect(gain.lower > 3, "\(gain)")
    let better = zip(trained.returns[1], random.returns[1]).map { $0 - $1 }
    let lead = try #require(studentInterval(of: better))
    #expect(lead.lower > 10, "\(lead)")
  }
}
