import DenseMath
import Environments
import MetaLearning
import Networks
import Testing

@testable import Experiments
@testable import Files
@testable import Replays

/// The policy that `metarl adapt` writes is the one that an evaluation measures, to the bit.
@Suite struct PolicyAdaptationTests {
  private struct Fixture {
    let family: DefinedTaskFamily
    let checkpoint: Checkpoint
    let location: CheckpointLocation

    func policy<Scalar: DenseScalar>(_ type: Scalar.Type) -> Policy<Scalar> {
      Policy<Scalar>(family: family, configuration: checkpoint.learner.policy)
    }
  }

  /// An untrained policy, in a file.
  private func fixture<Scalar: DenseScalar>(
    _ type: Scalar.Type, family name: String = "navigation-2d",
    estimator: InnerEstimator = .logLikelihood, in folder: String
  ) throws -> Fixture {
    let family = try BuiltInFamilies.named(name)
    var learner = LearnerConfiguration()
    learner.policy.hidden = [8]
    learner.sampling.rolloutsPerTask = 4
    learner.adaptation.innerLearningRate = 0.3
    learner.adaptation.estimator = estimator
    let policy = Policy<Scalar>(family: family, configuration: learner.policy)
    let state = LearnerState<Scalar>(
      parameters: policy.initialParameters(seed: 5, initialStandardDeviation: 0.5),
      outer: OuterState(),
      iteration: 0, seed: 5, environmentSteps: EnvironmentSteps(), consecutiveRejections: 0)
    let checkpoint = state.checkpoint(
      family: family.qualifiedName, definitionDigest: family.definitionDigest, policy: policy,
      learner: learner, best: nil)
    let path = "\(folder)/policy.safetensors"
    try checkpoint.write(to: path)
    return Fixture(
      family: family, checkpoint: checkpoint, location: try CheckpointLocation(path: path))
  }

  private func request(_ rates: [Double], seed: UInt64 = 5) -> EvaluationRequest {
    var request = EvaluationRequest(innerLearningRates: rates, seed: seed)
    (request.tasks, request.rolloutsPerTask) = (4, 3)
    return request
  }

  @Test(arguments: NetworkPrecision.allCases, ["navigation-2d", "bernoulli-bandit"])
  func `the adapted policy earns what an evaluation earns after as many steps, to the bit`(
    precision: NetworkPrecision, family: String
  ) async throws {
    switch precision {
    case .float: try await expectSameReturns(Float.self, family)
    case .double: try await expectSameReturns(Double.self, family)
    }
  }

  private func expectSameReturns<Scalar: DenseScalar>(
    _ type: Scalar.Type, _ name: String
  ) async throws {
    let folder = try Folder()
    for estimator in InnerEstimator.allCases {
      let fixture = try fixture(type, family: name, estimator: estimator, in: folder.path)
      let request = request([0.3, 0.15])
      let evaluation = try PolicyEvaluation(fixture.location, on: fixture.family)
      let curve = try await evaluation.curve(request, workers: Workers(count: 2))
      let adaptation = try PolicyAdaptation(fixture.location, on: fixture.family)
      for index in 0..<4 {
        let outcome = try adaptation.adapted(to: index, of: request)
        #expect(outcome.returns == [curve.returns[0][index], curve.returns[1][index]])
        #expect(outcome.checkpoint.counters[PolicyAdaptation.stepsCounter] == 2)
        // The rollouts that the evaluation made after both steps, with the policy that was written.
        let policy = fixture.policy(type)
        let parameters = policy.makeParameters()
        parameters.set(
          try LearnerState<Scalar>(outcome.checkpoint, policy: policy, path: "").parameters)
        var address = request.address(task: index)
        address.batch = 2
        let sampler = RolloutSampler(
          policy: policy, family: fixture.family, workspace: policy.makeWorkspace())
        let lanes = try fixture.family.makeLanes(
          task: request.task(index, of: fixture.family), laneCount: 3)
        #expect(
          sampler.rollOut(parameters, lanes: lanes, address: address).meanReturn
            == curve.returns[2][index])
      }
    }
  }

  @Test func `episodes in a file give the bits of the same episodes rolled out here`() throws {
    try withTemporaryFolder { folder in
      let fixture = try fixture(Float.self, in: folder)
      let policy = fixture.policy(Float.self)
      let request = request([0.3])
      let parameters = policy.makeParameters()
      parameters.set(fixture.checkpoint.parameterVector.map { Float($0) })
      let sampler = RolloutSampler(
        policy: policy, family: fixture.family, workspace: policy.makeWorkspace())
      let batch = sampler.rollOut(
        parameters,
        lanes: try fixture.family.makeLanes(
          task: request.task(1, of: fixture.family), laneCount: 3),
        address: request.address(task: 1))
      let adaptation = try PolicyAdaptation(fixture.location, on: fixture.family)
      let expected = try adaptation.adapted(to: 1, of: request).checkpoint
      for text in [Self.lines(batch), Self.table(batch)] {
        let read = try RecordedEpisodes.read(
          bytes: Array(text.utf8), origin: "robot", family: fixture.family)
        #expect(read.observations == batch.observations && read.actions == batch.actions)
        #expect(read.rewards == batch.rewards && read.lengths == batch.lengths)
        let adapted = try adaptation.adapted(to: read, innerLearningRate: 0.3)
        #expect(adapted.checkpoint == expected)
        #expect(adapted.checkpoint.parameterDigest != fixture.checkpoint.parameterDigest)
      }
    }
  }

  @Test func `a second file of episodes is a second step, of half the size`() throws {
    try withTemporaryFolder { folder in
      let fixture = try fixture(Float.self, in: folder)
      let adaptation = try PolicyAdaptation(fixture.location, on: fixture.family)
      #expect(adaptation.innerLearningRates(steps: 3) == [0.3, 0.15, 0.15])
      let once = try adaptation.adapted(to: 0, of: request([0.3])).checkpoint
      try once.write(to: "\(folder)/once.safetensors")
      let again = try PolicyAdaptation(
        CheckpointLocation(path: "\(folder)/once.safetensors"), on: fixture.family)
      #expect(again.innerLearningRates(steps: 2) == [0.15, 0.15])
      #expect(
        try again.adapted(to: 0, of: request([0.15])).checkpoint
          .counters[PolicyAdaptation.stepsCounter] == 2)
    }
  }

  @Test func `an oracle does not adapt`() throws {
    try withTemporaryFolder { folder in
      let fixture = try fixture(Float.self, in: folder)
      var oracle = fixture.checkpoint
      oracle.learner.algorithm = .oracle
      try oracle.write(to: "\(folder)/oracle.safetensors")
      let location = try CheckpointLocation(path: "\(folder)/oracle.safetensors")
      #expect(throws: PolicyAdaptationError.self) {
        try PolicyAdaptation(location, on: fixture.family)
      }
    }
  }

  /// A batch as JSON Lines, an episode a line.
  static func lines(_ batch: TrajectoryBatch) -> String {
    var (start, text) = (0, "")
    for (episode, length) in batch.lengths.enumerated() {
      func rows(_ values: [Double]) -> JSONValue {
        let width = values.count / batch.stepCount
        return .array(
          (start..<start + length).map { .numbers(values[$0 * width..<($0 + 1) * width]) })
      }
      text +=
        JSONValue.object([
          .init("observations", rows(batch.observations)), .init("actions", rows(batch.actions)),
          .init("rewards", .numbers(batch.rewards[start..<start + length])),
          .init("terminated", .boolean(batch.terminated[episode])),
        ]).line + "\n"
      start += length
    }
    return text
  }

  /// A batch as a table, a step a row.
  static func table(_ batch: TrajectoryBatch) -> String {
    let (o, a) = (
      batch.observations.count / batch.stepCount, batch.actions.count / batch.stepCount
    )
    var text =
      (["episode", "time"] + (0..<o).map { "observation_\($0)" } + (0..<a).map { "action_\($0)" }
      + ["reward"]).joined(separator: ",") + "\n"
    var row = 0
    for (episode, length) in batch.lengths.enumerated() {
      for step in 0..<length {
        let numbers =
          batch.observations[row * o..<(row + 1) * o] + batch.actions[row * a..<(row + 1) * a]
          + [batch.rewards[row]]
        text += "e\(episode),\(step)," + numbers.map { "\($0)" }.joined(separator: ",") + "\n"
        row += 1
      }
    }
    return text
  }

  /// A folder that goes away with the value's last reference.
  private final class Folder: Sendable {
    let path: String

    init() throws { path = try makeTemporaryFolder() }

    deinit { try? FileSystem.removeTree(path) }
  }
}
