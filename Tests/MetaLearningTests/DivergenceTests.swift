import TestSupport
import Testing

@testable import MetaLearning

/// What diverges is named, costs nothing but its iteration, and never reaches θ.
@Suite("Divergence")
struct DivergenceTests {
  private func configuration(
    _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) -> LearnerConfiguration {
    var configuration = LearnerConfiguration()
    configuration.policy.hidden = [8]
    configuration.sampling.metaBatchSize = 3
    configuration.sampling.rolloutsPerTask = 4
    change(&configuration)
    return configuration
  }

  private func learner(
    _ configuration: LearnerConfiguration, family: any TaskFamily
  ) -> MetaLearner<Float> {
    MetaLearner(
      configuration: configuration, family: family, seed: 1, workers: Workers(count: 2))
  }

  @Test(
    "A task that diverges rejects its iteration alone, and is named",
    arguments: ExplodingFamily.Divergence.allCases, OuterStepKind.allCases)
  func divergence(_ divergence: ExplodingFamily.Divergence, outer: OuterStepKind) async throws {
    let learner = learner(
      configuration { $0.outer.step = outer },
      family: ExplodingFamily(divergence: divergence, brokenTask: 4))
    #expect(try await learner.iterate().outcome == .accepted)
    let before = learner.state
    let report = try await learner.iterate()
    let expected: StepOutcome =
      switch divergence {
      case .nothing: .accepted
      case .rewardNotANumber, .rewardInfinite, .rewardHuge: .rejected(.returnExploded)
      case .observationNotANumber: .rejected(.baselineNotFinite)
      }
    #expect(report.outcome == expected)
    #expect(report.rejectedTask == (divergence == .nothing ? nil : 4))
    #expect(learner.state.iteration == 2)
    if divergence != .nothing {
      #expect(learner.state.parameters == before.parameters)
      #expect(learner.state.outer == before.outer)
      #expect(learner.state.consecutiveRejections == 1)
      #expect(report.returnsAfter[0].isFinite && !report.gain.isFinite)
    }
    #expect(try await learner.iterate().outcome == .accepted)
    #expect(learner.state.consecutiveRejections == 0)
  }

  @Test(
    "Inner steps beyond the arithmetic are rejected with their task",
    arguments: [1e12, 1e25, 1e39, 1e300], [false, true])
  func innerRate(_ rate: Double, isDiscrete: Bool) async throws {
    let learner = learner(
      configuration {
        $0.adaptation.innerLearningRate = rate
        $0.adaptation.steps = 2
      }, family: TargetFamily(isDiscrete: isDiscrete))
    let before = learner.state.parameters
    for iteration in 1...3 {
      let report = try await learner.iterate()
      guard case .rejected = report.outcome else {
        // A huge step may also leave a policy that no longer moves: then nothing failed.
        #expect(learner.state.parameters.allSatisfy { $0.isFinite })
        return
      }
      #expect(learner.state.consecutiveRejections == iteration)
      #expect(learner.state.parameters == before)
      if rate > 1e30 {
        #expect(report.outcome == .rejected(.adaptationNotFinite))
        #expect(report.rejectedTask == 3 * (iteration - 1))
      }
    }
  }

  @Test("A step of Adam that leaves the range or the trust is taken back, moments too")
  func adam() async throws {
    for (change, reason) in [
      ({ $0.outer.outerLearningRate = 1e39 }, StepRejection.parametersNotFinite),
      ({ $0.outer.maximumStepKL = 1e-12 }, .divergenceTooLarge),
    ] as [((inout LearnerConfiguration) -> Void, StepRejection)] {
      let learner = learner(
        configuration {
          $0.outer.step = .adam
          change(&$0)
        }, family: TargetFamily())
      let before = learner.state
      let report = try await learner.iterate()
      #expect(report.outcome == .rejected(reason))
      #expect(learner.state.parameters == before.parameters)
      #expect(learner.state.outer == before.outer)
      #expect(report.rejectedTask == nil)
    }
  }

  @Test("A trust-region step whose KL stays beyond the bound is rejected for that")
  func trustRegion() async throws {
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    let honest = try await objective.metaGradient()
    // Everything improves on this surrogate, so that the KL alone decides.
    let humble = MetaGradient(
      gradient: honest.gradient, surrogateLoss: 1e9, entropy: 0, taskNorms: honest.taskNorms)
    var none = OuterState()
    var configuration = OuterConfiguration()
    configuration.maximumBacktracks = 1
    var outcomes: [StepOutcome] = []
    for maximumKL in [1e-4, 0.01, 0.1, 0.5, 2, 10, 100] {
      configuration.maximumKL = maximumKL
      let result = try await TrustRegionStep(configuration: configuration).take(
        sampled.theta, problem: objective, metaGradient: humble, state: &none)
      outcomes.append(result.outcome)
      #expect(result.outcome != .accepted || (result.kl ?? .nan) <= maximumKL)
      #expect(result.outcome == .accepted || result.parameters == sampled.theta)
    }
    #expect(outcomes.contains(.rejected(.divergenceTooLarge)), "\(outcomes)")
  }

  @Test("A loss that is not finite is named")
  func loss() async throws {
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    let honest = try await objective.metaGradient()
    let broken = MetaGradient(
      gradient: honest.gradient, surrogateLoss: .nan, entropy: 0, taskNorms: honest.taskNorms)
    var none = OuterState()
    let region = try await TrustRegionStep(configuration: OuterConfiguration()).take(
      sampled.theta, problem: objective, metaGradient: broken, state: &none)
    #expect(region.outcome == .rejected(.lossNotFinite))
    var state = AdamStep(learningRate: 0.1).initialState(count: sampled.theta.count)
    let adam = try await AdamStep(learningRate: 0.1).take(
      sampled.theta, problem: objective, metaGradient: broken, state: &state)
    #expect(adam.outcome == .rejected(.lossNotFinite))
    #expect(state.counts == ["step": 0] && adam.parameters == sampled.theta)
  }
}
