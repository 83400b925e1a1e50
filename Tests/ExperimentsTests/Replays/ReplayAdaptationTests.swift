import DenseMath
import Environments
import Foundation
import MetaLearning
import Networks
import Testing

@testable import Experiments
@testable import Replays

/// A policy that a replay adapts is the one that an evaluation measures.
@Suite struct ReplayAdaptationTests {
  /// A family, and a checkpoint of an untrained policy of it in a file.
  private func withCheckpoint(
    _ body: (DefinedTaskFamily, Checkpoint, String) throws -> Void
  ) throws {
    let family = try BuiltInFamilies.named("navigation-2d")
    var learner = LearnerConfiguration()
    learner.policy.hidden = [8]
    learner.sampling.rolloutsPerTask = 4
    learner.adaptation.innerLearningRate = 0.3
    let policy = Policy<Float>(family: family, configuration: learner.policy)
    let state = LearnerState<Float>(
      parameters: policy.initialParameters(seed: 5, initialStandardDeviation: 0.5),
      outer: OuterState(),
      iteration: 0, seed: 5, environmentSteps: EnvironmentSteps(), consecutiveRejections: 0)
    let checkpoint = state.checkpoint(
      family: family.qualifiedName, definitionDigest: family.definitionDigest, policy: policy,
      learner: learner, best: nil)
    try withTemporaryFolder { folder in
      let path = "\(folder)/policy.safetensors"
      try checkpoint.write(to: path)
      try body(family, checkpoint, path)
    }
  }

  private func digest(
    _ family: DefinedTaskFamily, _ path: String, steps: Int, rates: [Double]? = nil
  ) throws -> String {
    let policies = TrainedReplayPolicies(family: family) { _ in }
    return try policies.load(
      ReplayScript.PolicyRequest(
        path: path, adaptationSteps: steps, deterministic: false, rolloutsPerTask: nil,
        innerLearningRates: rates),
      for: family.task(split: .heldOut, index: 2, seed: 5), address: .replay(seed: 5)
    ).parametersDigest
  }

  @Test func `without step sizes of its own, a replay takes α first and α/2 after it`() throws {
    try withCheckpoint { family, checkpoint, path in
      let alpha = checkpoint.learner.adaptation.innerLearningRate
      #expect(alpha == 0.3)
      let own = try digest(family, path, steps: 3)
      #expect(own == (try digest(family, path, steps: 3, rates: [0.3, 0.15, 0.15])))
      #expect(own != (try digest(family, path, steps: 3, rates: [0.3, 0.3, 0.3])))
      #expect(own != (try digest(family, path, steps: 3, rates: [0.3, 0.15, 0.075])))
      #expect(
        checkpoint.learner.adaptation.innerLearningRates(steps: 3) == [0.3, 0.15, 0.15])
    }
  }
}
