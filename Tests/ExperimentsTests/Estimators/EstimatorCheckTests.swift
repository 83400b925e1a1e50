import DenseMath
import Environments
import MetaLearning
import Networks
import Testing

@testable import Experiments

@Suite struct EstimatorCheckTests {
  private func policy(_ family: any TaskFamily) -> Policy<Double> {
    var configuration = PolicyConfiguration()
    configuration.hidden = [5]
    return Policy(family: family, configuration: configuration)
  }

  /// Parameters away from the symmetric start.
  private func parameters(_ policy: Policy<Double>) -> [Double] {
    policy.initialParameters(seed: 4, initialStandardDeviation: 0.8).enumerated().map {
      $1 + 0.1 * Double($0 % 7) - 0.3
    }
  }

  @Test(arguments: ["tabular-mdp", "bernoulli-bandit", "gaussian-bandit"])
  func `the enumerated meta-gradient is the derivative of the enumerated return`(
    name: String
  ) throws {
    let family = try BuiltInFamilies.named(name)
    let policy = policy(family)
    let theta = parameters(policy)
    let task = family.task(split: .train, index: 2, seed: 3)
    let problem = try #require(TabularProblem(task, family: family))
    let (alpha, scale) = (0.7, 1.5)
    let unit = 1 / (Double(family.horizon) * scale)
    let curvature = InnerCurvature(policy: policy, workspace: policy.makeWorkspace())
    func adaptedLoss(_ theta: [Double]) -> Double {
      let inner = problem.gradient(theta, policy: policy, curvature: curvature, scale: scale)
      return -unit * problem.value(zip(theta, inner).map { $0 - alpha * $1 }, policy: policy)
    }
    let exact = problem.metaGradient(
      theta, policy: policy, innerLearningRate: alpha, scale: scale)
    let inner = problem.gradient(theta, policy: policy, curvature: curvature, scale: scale)
    for index in stride(from: 0, to: theta.count, by: 5) {
      func difference(_ body: ([Double]) -> Double) -> Double {
        var (up, down) = (theta, theta)
        up[index] += 1e-5
        down[index] -= 1e-5
        return (body(up) - body(down)) / 2e-5
      }
      let slope = difference { -unit * problem.value($0, policy: policy) }
      #expect(abs(inner[index] - slope) < 1e-8)
      #expect(abs(exact[index] - difference(adaptedLoss)) < 1e-8)
    }
  }

  @Test func `scores are the derivatives of log-probabilities along a direction`() throws {
    for name in ["navigation-2d", "tabular-mdp"] {
      let family = try BuiltInFamilies.named(name)
      let policy = policy(family)
      let theta = parameters(policy)
      let workspace = policy.makeWorkspace()
      let sampler = RolloutSampler(policy: policy, family: family, workspace: workspace)
      let prepared = policy.makeParameters()
      prepared.set(theta)
      let task = family.task(split: .train, index: 0, seed: 1)
      let batch = sampler.rollOut(
        prepared, lanes: try family.makeLanes(task: task, laneCount: 2),
        address: RolloutAddress(seed: 1, use: .training, task: 0))
      let v = theta.indices.map { Double(($0 * 7) % 11) / 11 - 0.4 }
      func logProbabilities(_ theta: [Double]) -> [Double] {
        prepared.set(theta)
        let rows = LearningBatch<Double>(observationSize: family.observationSize)
        rows.set(batch, advantages: Array(repeating: 0, count: batch.stepCount))
        let outputs = policy.outputs(prepared, inputs: rows.inputs, workspace: workspace)
        return policy.distribution.logProbabilities(
          OutputBlock(
            firstRow: 0, rowCount: batch.stepCount, outputs: outputs,
            logStandardDeviations: policy.logStandardDeviations(prepared)),
          actions: batch.actions)
      }
      let h = 1e-6
      let up = logProbabilities(zip(theta, v).map { $0 + h * $1 })
      let down = logProbabilities(zip(theta, v).map { $0 - h * $1 })
      let curvature = InnerCurvature(policy: policy, workspace: workspace)
      _ = curvature.begin(
        theta, batch, advantages: Array(repeating: 1, count: batch.stepCount))
      for (score, slope) in zip(curvature.scores(v), zip(up, down).map { ($0 - $1) / (2 * h) }) {
        #expect(abs(score - slope) < 1e-6 * max(1, abs(score)))
      }
    }
  }

  @Test func `DiCE is unbiased, log-likelihood is not, and low variance costs little bias`()
    async throws
  {
    var request = EstimatorCheck.Request()
    request.tasks = 1
    request.batches = 120
    request.rolloutsPerTask = 150
    request.innerLearningRate = 3
    var shape = PolicyConfiguration()
    shape.hidden = [5]
    let check = try await EstimatorCheck(
      family: try BuiltInFamilies.named("tabular-mdp"), policy: shape, theta: nil,
      request: request, workers: Workers(count: 2))
    #expect(check.isExact)
    func row(_ estimator: MetaGradientEstimator) throws -> EstimatorCheck.Row {
      try #require(check.rows.first { $0.estimator == estimator })
    }
    let (dice, plain) = (try row(.dice), try row(.logLikelihood))
    let smooth = try row(.lowVarianceCurvature)
    #expect(dice.relativeBias < 3 * dice.biasNoise)
    #expect(plain.relativeBias > 2 * dice.relativeBias)
    #expect(smooth.relativeBias < plain.relativeBias)
    #expect(smooth.relativeDeviation < dice.relativeDeviation)
  }

  @Test func `a bandit has one step, so that DiCE and low variance are one`() async throws {
    var request = EstimatorCheck.Request()
    request.tasks = 2
    request.batches = 4
    var shape = PolicyConfiguration()
    shape.hidden = []
    let check = try await EstimatorCheck(
      family: try BuiltInFamilies.named("gaussian-bandit"), policy: shape, theta: nil,
      request: request, workers: Workers(count: 1))
    let rows = check.rows.filter { [.dice, .lowVarianceCurvature].contains($0.estimator) }
    #expect(rows.count == 2)
    #expect(abs(rows[0].relativeBias - rows[1].relativeBias) < 1e-9)
    #expect(abs(rows[0].relativeDeviation - rows[1].relativeDeviation) < 1e-9)
  }

  @Test(arguments: 1...3)
  func `the log-likelihood Hessian of a linear policy's bandit vanishes, as the first order's does`(
    seed: UInt64
  ) async throws {
    var request = EstimatorCheck.Request()
    (request.tasks, request.batches, request.rolloutsPerTask) = (1, 300, 20)
    (request.innerLearningRate, request.seed) = (3, seed)
    var shape = PolicyConfiguration()
    shape.hidden = []
    let check = try await EstimatorCheck(
      family: try BuiltInFamilies.named("bernoulli-bandit"), policy: shape, theta: nil,
      request: request, workers: Workers(count: 2))
    let rows = check.rows.filter { [.firstOrder, .logLikelihood].contains($0.estimator) }
    #expect(rows.count == 2)
    // Its mean is the baseline's error times the Fisher matrix, which must average out.
    #expect(
      abs(rows[0].relativeBias - rows[1].relativeBias)
        < rows[0].biasNoise + rows[1].biasNoise, "\(rows)")
  }

  @Test func `numbers do not depend on the workers`() async throws {
    var request = EstimatorCheck.Request()
    (request.tasks, request.batches, request.rolloutsPerTask) = (2, 5, 3)
    (request.referenceBatches, request.referenceRollouts) = (3, 5)
    var shape = PolicyConfiguration()
    shape.hidden = [3]
    var seen: [[Double]] = []
    for workers in [1, 3] {
      let check = try await EstimatorCheck(
        family: SlopeFamily(), policy: shape, theta: nil, request: request,
        workers: Workers(count: workers))
      #expect(!check.isExact)
      seen.append(check.rows.flatMap { [$0.cosine, $0.relativeBias, $0.relativeDeviation] })
    }
    #expect(seen[0] == seen[1])
  }
}
