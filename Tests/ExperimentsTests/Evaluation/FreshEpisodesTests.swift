import DenseMath
import Environments
import Foundation
import MetaLearning
import Networks
import Statistics
import Testing

@testable import Experiments
@testable import Replays

/// An adapted policy is judged on luck that it has not adapted to, on tasks where any reuse shows.
@Suite struct FreshEpisodesTests {
  private func bandit(
    _ name: String, means: [Double], tasks: Int, rates: [Double], episodes: Int
  ) throws -> (family: DefinedTaskFamily, request: EvaluationRequest) {
    let family = try BuiltInFamilies.named(name)
    var request = EvaluationRequest(innerLearningRates: rates, seed: 3)
    request.listedTasks = Array(
      repeating: TaskParameters([.init(name: "means", values: means)]), count: tasks)
    request.rolloutsPerTask = episodes
    return (family, request)
  }

  private var learner: LearnerConfiguration {
    var learner = LearnerConfiguration()
    learner.policy.hidden = [4]
    return learner
  }

  private func curve(
    _ family: DefinedTaskFamily, _ request: EvaluationRequest
  ) async throws -> AdaptationCurve {
    let policy = Policy<Double>(family: family, configuration: learner.policy)
    return try await AdaptationCurve(
      theta: policy.initialParameters(seed: 1, initialStandardDeviation: 1), policy: policy,
      family: family, learner: learner, request: request, workers: Workers(count: 1))
  }

  private func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (meanX, meanY) = (mean(of: x), mean(of: y))
    let products = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return products / Double(x.count - 1) / sampleStandardDeviation(of: x)
      / sampleStandardDeviation(of: y)
  }

  /// Equal arms pay alike whichever is pulled: returns of two steps are equal up to the payoffs.
  @Test(arguments: [TaskSplit.heldOut, .validation])
  func `returns of steps do not correlate where the arms are equal`(split: TaskSplit) async throws {
    var (family, request) = try bandit(
      "gaussian-bandit", means: [0.5, 0.5, 0.5, 0.5, 0.5], tasks: 400, rates: [0.1, 0.05],
      episodes: 2)
    request.split = split
    let returns = try await curve(family, request).returns
    // 1/√400 is the standard error of a correlation that is 0.
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
      #expect(abs(correlation(returns[first], returns[second])) < 0.2, "\(first) and \(second)")
    }
  }

  @Test func `held-out tasks are not met with the luck of validation tasks`() async throws {
    var (family, request) = try bandit(
      "gaussian-bandit", means: [0.5, 0.5, 0.5, 0.5, 0.5], tasks: 5, rates: [], episodes: 2)
    var returns: [Double] = []
    for split in TaskSplit.allCases {
      request.split = split
      returns += try await curve(family, request).returns[0]
    }
    #expect(Set(returns).count == 4 * 5)
  }

  /// Two episodes and a long step: the policy becomes what was lucky, which pays no more again.
  ///
  /// θ′ being known, so is its expected return.
  @Test func `the return after adaptation is that of the adapted policy`() async throws {
    let family = try BuiltInFamilies.named("bernoulli-bandit")
    var request = EvaluationRequest(innerLearningRates: [3], seed: 3)
    request.tasks = 8000
    request.rolloutsPerTask = 2
    let told = try await curve(family, request).returns[1]
    let policy = Policy<Double>(family: family, configuration: learner.policy)
    let theta = policy.initialParameters(seed: 1, initialStandardDeviation: 1)
    let adapter = TaskAdapter(policy: policy, family: family, learner: learner)
    let parameters = policy.makeParameters()
    let input = RowMatrix<Double>(rows: 1, columns: 1)
    input.pointer().update(from: [0], count: 1)
    let differences = try told.enumerated().map { index, value in
      let task = request.task(index, of: family)
      parameters.set(
        try adapter.adapt(
          theta, to: task, innerLearningRates: [3],
          rolloutsPerTask: 2, address: request.address(task: index), lastRollouts: false
        ).parameters)
      let logits = policy.outputs(parameters, inputs: input, workspace: policy.makeWorkspace())
      let weights = logits.map { exp($0) }
      let payoffs = zip(weights, task["means"] ?? []).map { $0 * $1 }
      let expected = payoffs.reduce(0, +) / weights.reduce(0, +)
      return value - expected
    }
    let error = sampleStandardDeviation(of: differences) / Double(differences.count).squareRoot()
    #expect(abs(mean(of: differences)) < 3 * error, "\(mean(of: differences)) ± \(error)")
  }

  @Test func `policies that are compared meet the same luck, step by step`() async throws {
    // Without a step, and with equal arms, only the payoffs make the returns.
    let (family, request) = try bandit(
      "gaussian-bandit", means: [0.5, 0.5, 0.5, 0.5, 0.5], tasks: 6, rates: [0.1, 0.05],
      episodes: 3)
    var other = request
    other.innerLearningRates = [2, 1]
    #expect(try await curve(family, request).returns == (try await curve(family, other).returns))
  }

  @Test func `a replay shows other episodes than those that its policy adapted from`() throws {
    let (family, request) = try bandit(
      "gaussian-bandit", means: [0.5, 0.5, 0.5, 0.5, 0.5], tasks: 1, rates: [0.1, 0.05],
      episodes: 4)
    let policy = Policy<Double>(family: family, configuration: learner.policy)
    let theta = policy.initialParameters(seed: 1, initialStandardDeviation: 1)
    var adaptedFrom: [Double] = []
    let runner = ReplayRunner(
      family: family, definitionDigest: "d", software: "metarl test"
    ) { [learner] policyRequest, task, address in
      let adapter = TaskAdapter(policy: policy, family: family, learner: learner)
      adaptedFrom += try adapter.adapt(
        theta, to: task, innerLearningRates: request.innerLearningRates, rolloutsPerTask: 4,
        address: address, lastRollouts: false
      ).trajectories.flatMap(\.rewards)
      return FirstArm()
    }
    let rollout = "task: {means: [0.5, 0.5, 0.5, 0.5, 0.5]}, policy: run, episodes: 4"
    let script = try ReplayScript(
      text: """
        environment: gaussian-bandit
        rollouts:
          - {\(rollout), adaptation_steps: 0}
          - {\(rollout), adaptation_steps: 2}
        """, origin: "s.yaml", folder: ".")
    let outcomes = try runner.run(script) { _ in }
    let shown = outcomes.map { $0.episodes.map(\.undiscountedReturn) }
    #expect(shown[0] == shown[1], "rollouts of one script meet the same luck")
    #expect(adaptedFrom.count == 2 * 2 * 4)
    #expect(Set(adaptedFrom).isDisjoint(with: shown[0]))
  }

  /// Pulls the first arm.
  private struct FirstArm: ReplayPolicy {
    let parametersDigest = "abc"

    func act(_ batch: inout LaneBatch, noise: [Float]?, noiseStart: Int) {
      batch.actions = Array(repeating: 0, count: batch.laneCount)
    }
  }

  @Test func `the estimators' check draws the outer episodes anew`() {
    let request = EstimatorCheck.Request()
    let places = [(0, 0), (0, 1), (EstimatorSampling.baselineIteration, 0)]
    let addresses = places.map {
      EstimatorSampling.address(request, iteration: $0.0, batch: $0.1, task: 0)
    }
    #expect(Set(addresses.map(\.resetKey)).count == 3)
    #expect(Set(addresses.map(\.noiseKey)).count == 3)
  }

  @Test(.enabled(if: muJoCoVersion != nil))
  func `trajectories are of the episodes that were evaluated, after adaptation too`() async throws {
    let family = try BuiltInFamilies.named("half-cheetah-velocity")
    let policy = Policy<Float>(family: family, configuration: learner.policy)
    let theta = policy.initialParameters(seed: 1, initialStandardDeviation: 1)
    var request = EvaluationRequest(innerLearningRates: [0.1], seed: 3)
    request.tasks = 1
    request.rolloutsPerTask = 2
    let adapted = try await AdaptationTrajectories.sample(
      theta: theta, policy: policy, family: family, learner: learner, request: request,
      tasks: [0], workers: Workers(count: 1))
    for episodes in [adapted[0].before, adapted[0].after] {
      let lanes = try family.makeLanes(task: adapted[0].task, laneCount: 2)
      var batch = LaneBatch(family: family, laneCount: 2)
      var streams = (0..<2).map {
        RandomStream(key: episodes.address.resetKey, task: episodes.address.task, episode: $0)
      }
      lanes.reset(&batch, streams: &streams)
      let first = episodes.trajectories.observations.prefix(family.observationSize)
      #expect(Array(batch.observations.prefix(family.observationSize)) == Array(first))
    }
  }
}
