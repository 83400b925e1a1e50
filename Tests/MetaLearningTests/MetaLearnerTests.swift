import DenseMath
import TestSupport
import Testing

@testable import MetaLearning

@Suite("Meta-learner")
struct MetaLearnerTests {
  private static func configuration(
    steps: Int = 1, outer: OuterStepKind = .trpo
  ) -> LearnerConfiguration {
    var configuration = LearnerConfiguration()
    configuration.policy.hidden = [8]
    configuration.sampling.metaBatchSize = 6
    configuration.sampling.rolloutsPerTask = 4
    configuration.adaptation.steps = steps
    configuration.outer.step = outer
    return configuration
  }

  private func learner(
    _ configuration: LearnerConfiguration, family: TargetFamily = TargetFamily(),
    state: LearnerState<Float>? = nil, seed: UInt64 = 1, workers: Int = 2
  ) -> MetaLearner<Float> {
    MetaLearner(
      configuration: configuration, family: family, state: state, seed: seed,
      workers: Workers(count: workers))
  }

  private func train(_ learner: MetaLearner<Float>, _ iterations: Int) async throws {
    for _ in 0..<iterations { _ = try await learner.iterate() }
  }

  private func bits(_ learner: MetaLearner<Float>) -> [UInt32] {
    learner.state.parameters.map(\.bitPattern)
  }

  @Test(
    "One seed gives the same bits with 1, 2 and 5 workers and again; another seed gives others",
    arguments: OuterStepKind.allCases, [false, true])
  func reproducible(outer: OuterStepKind, isDiscrete: Bool) async throws {
    let configuration = Self.configuration(outer: outer)
    func run(seed: UInt64, workers: Int) async throws -> ([UInt32], OuterState, [[Double]]) {
      let learner = learner(
        configuration, family: TargetFamily(isDiscrete: isDiscrete), seed: seed,
        workers: workers)
      var returns: [[Double]] = []
      for _ in 0..<3 {
        let report = try await learner.iterate()
        returns += [report.returnsBefore, report.returnsAfter]
      }
      return (bits(learner), learner.state.outer, returns)
    }
    let first = try await run(seed: 1, workers: 1)
    for workers in [1, 2, 5] {
      let again = try await run(seed: 1, workers: workers)
      #expect(again.0 == first.0, "\(workers) workers")
      #expect(again.1 == first.1, "\(workers) workers")
      #expect(again.2 == first.2, "\(workers) workers")
    }
    #expect(try await run(seed: 2, workers: 2).0 != first.0)
  }

  @Test(
    "Going on from a state gives the bits of going on without a break",
    arguments: OuterStepKind.allCases)
  func resumable(outer: OuterStepKind) async throws {
    let configuration = Self.configuration(outer: outer)
    let whole = learner(configuration)
    try await train(whole, 4)
    let first = learner(configuration)
    try await train(first, 2)
    let second = learner(configuration, state: first.state)
    try await train(second, 2)
    #expect(bits(second) == bits(whole))
    #expect(second.state.outer == whole.state.outer)
    #expect(second.state.iteration == 4)
    #expect(second.state.environmentSteps == whole.state.environmentSteps)
  }

  @Test("Every environment step of every batch is counted by what it was for", arguments: 0...3)
  func stepsAreCounted(steps: Int) async throws {
    let learner = learner(Self.configuration(steps: steps))
    let report = try await learner.iterate()
    let batch = 6 * 4 * 8
    var expected = EnvironmentSteps()
    expected.postAdaptation = batch
    if steps > 0 { expected.preAdaptation = batch }
    if steps > 1 { expected.duringAdaptation = (steps - 1) * batch }
    #expect(report.environmentSteps == expected)
    #expect(report.environmentSteps.total == (steps + 1) * batch)
    _ = try await learner.iterate()
    learner.countValidationSteps(11)
    #expect(learner.state.environmentSteps.total == 2 * (steps + 1) * batch + 11)
    #expect(learner.state.environmentSteps.validation == 11)
    #expect(report.returnsBefore.count == 6 && report.returnsAfter.count == 6)
    #expect((report.returnsBefore == report.returnsAfter) == (steps == 0))
    #expect(report.episodeLength == 8)
  }

  @Test("Meta-training takes fresh tasks of the training split every iteration")
  func freshTasks() async throws {
    let family = TargetFamily()
    try await train(learner(Self.configuration(), family: family, seed: 7), 3)
    let requests = family.requests.withLock { $0 }
    #expect(requests.allSatisfy { $0.split == .train && $0.seed == 7 })
    #expect(requests.map(\.index).sorted() == Array(0..<18))
  }

  @Test("Held-out tasks are not the first training tasks again")
  func splitsDiffer() {
    let family = TargetFamily()
    for index in 0..<20 {
      #expect(
        family.task(split: .heldOut, index: index, seed: 1)
          != family.task(split: .train, index: index, seed: 1))
    }
  }

  @Test("Training iterations draw new noise and start states")
  func freshNoise() async throws {
    var configuration = Self.configuration()
    // θ cannot move, so that the same tasks under the same noise would give the same returns.
    configuration.outer.maximumKL = 1e-100
    let learner = learner(configuration)
    let first = try await learner.iterate()
    let second = try await learner.iterate()
    #expect(Set(first.returnsBefore).isDisjoint(with: second.returnsBefore))
  }

  @Test("A rejected step is reported, leaves θ bit for bit, and is counted until one is accepted")
  func rejections() async throws {
    var configuration = Self.configuration()
    configuration.outer.maximumKL = 1e-100
    let stuck = learner(configuration)
    let before = bits(stuck)
    for count in 1...3 {
      let report = try await stuck.iterate()
      #expect(report.outcome == .rejected(.lineSearchFailed))
      #expect(report.stepNorm == 0 && report.kl == 0)
      #expect(bits(stuck) == before)
      #expect(stuck.state.consecutiveRejections == count && stuck.state.iteration == count)
    }
    let free = learner(Self.configuration(), state: stuck.state)
    let report = try await free.iterate()
    #expect(report.outcome == .accepted && free.state.consecutiveRejections == 0)
    #expect(bits(free) != before)
  }

  @Test("A task that cannot be made is thrown, and leaves the state as it was")
  func failure() async throws {
    let goal = TargetFamily().task(split: .train, index: 8, seed: 1)["goal"]?[0]
    let learner = learner(
      Self.configuration(), family: TargetFamily(brokenGoal: goal), seed: 1)
    try await train(learner, 1)
    let (before, steps) = (bits(learner), learner.state.environmentSteps)
    await #expect(throws: TargetFamily.Broken.self) { try await learner.iterate() }
    #expect(bits(learner) == before && learner.state.environmentSteps == steps)
    #expect(learner.state.iteration == 1)
  }

  @Test("The report's figures are those of the step", arguments: OuterStepKind.allCases)
  func report(outer: OuterStepKind) async throws {
    let learner = learner(Self.configuration(outer: outer))
    let before = learner.state.parameters
    let report = try await learner.iterate()
    let change = zip(learner.state.parameters, before).map { Double($0 - $1) }
    #expect(Closeness(report.stepNorm, dot(change, change).squareRoot(), relative: 1e-3).isWithin)
    #expect((report.kl ?? 0) > 0)
    #expect(report.iteration == 1 && report.outcome == .accepted)
    #expect(report.gain == report.returnAfter - report.returnBefore)
    #expect(report.metaGradientNorm > 0 && report.innerGradientNorm > 0)
    #expect(report.largestTaskShare >= 1 / 6 && report.largestTaskShare <= 1)
    #expect(Closeness(report.standardDeviation ?? 0, 1, absolute: 1e-6).isWithin)
    // Advantages are normalized: the surrogate at ratio 1 is −mean Â = 0.
    #expect(abs(report.surrogateBefore) < 1e-12)
    let parts = report.secondsSampling + report.secondsAdaptation + report.secondsOuter
    #expect(Closeness(parts, report.seconds, absolute: 0.01, relative: 0.05).isWithin)
  }

  @Test("Adapting helps after a few meta-iterations", arguments: [1, 2])
  func learns(steps: Int) async throws {
    var configuration = Self.configuration(steps: steps)
    configuration.sampling.metaBatchSize = 20
    configuration.sampling.rolloutsPerTask = 10
    configuration.adaptation.innerLearningRate = 0.3
    let learner = learner(configuration)
    var reports: [IterationReport] = []
    for _ in 0..<25 { reports.append(try await learner.iterate()) }
    func after(_ part: ArraySlice<IterationReport>) -> Double {
      part.reduce(0) { $0 + $1.returnAfter } / Double(part.count)
    }
    #expect(after(reports.suffix(5)) > after(reports.prefix(5)) + 0.5)
    #expect(reports.suffix(5).allSatisfy { $0.gain > 0 })
  }
}
