import DenseMath
import MetaLearning
import Networks
import Testing

@testable import Experiments

/// What a learner holds is what its checkpoint gives back, every part of it.
@Suite struct CheckpointStateTests {
  @Test(arguments: OuterStepKind.allCases)
  func `a state comes back whole from its checkpoint`(outer: OuterStepKind) throws {
    let family = try BuiltInFamilies.named("navigation-2d")
    var learner = LearnerConfiguration()
    learner.policy.hidden = [3]
    learner.outer.step = outer
    learner.adaptation.learnedRates = .elementwise
    let policy = Policy<Float>(family: family, configuration: learner.policy)
    let count = MetaLayout(policy: policy, configuration: learner.adaptation).count
    // Every number another one, so that no two can be exchanged.
    var steps = EnvironmentSteps()
    (steps.preAdaptation, steps.duringAdaptation) = (11, 12)
    (steps.postAdaptation, steps.validation) = (13, 14)
    var remembered = learner.outer.makeStep().initialState(count: count)
    for (offset, name) in remembered.vectors.keys.sorted().enumerated() {
      remembered.vectors[name] = (0..<count).map { Double($0 + 1000 * (offset + 1)) }
    }
    for name in remembered.counts.keys { remembered.counts[name] = 17 }
    let parameters = (0..<count).map { Float($0) + 0.5 }
    let state = LearnerState<Float>(
      parameters: parameters, outer: remembered, iteration: 5, seed: 6, environmentSteps: steps,
      consecutiveRejections: 7)
    let best = Checkpoint.Best(iteration: 4, score: -2.5)
    let written = state.checkpoint(
      family: family.qualifiedName, definitionDigest: family.definitionDigest, policy: policy,
      learner: learner, best: best)
    let read = try Checkpoint(parsing: written.encoded(), path: "c")
    let back = try LearnerState<Float>(read, policy: policy, path: "c")
    #expect(back.parameters == state.parameters)
    #expect(back.outer == state.outer)
    #expect(back.iteration == 5 && back.seed == 6)
    #expect(back.environmentSteps == steps)
    #expect(back.consecutiveRejections == 7)
    #expect(read.best == best)
    #expect(read.family == family.qualifiedName)
    #expect(read.definitionDigest == family.definitionDigest && read.learner == learner)
  }
}
