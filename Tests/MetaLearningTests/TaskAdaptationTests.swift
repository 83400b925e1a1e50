import DenseMath
import Networks
import TestSupport
import Testing

@testable import MetaLearning

@Suite("Adaptation")
struct TaskAdaptationTests {
  private func expectClose(
    _ found: [Double], _ expected: [Double], absolute: Double = 1e-12, _ label: String = ""
  ) {
    let closeness = Closeness(found, expected, absolute: absolute, relative: 1e-10)
    #expect(closeness.isWithin, "\(label) \(closeness)")
  }

  @Test(
    "With α = 0 the meta-gradient is the plain policy gradient", arguments: [false, true], 0...2)
  func zeroRate(isDiscrete: Bool, steps: Int) async throws {
    let sampled = try SampledTasks<Double>(isDiscrete: isDiscrete) {
      $0.steps = steps
      $0.innerLearningRate = 0
    }
    let found = try await sampled.objective().metaGradient().gradient
    let plain = sampled.tasks.map {
      sampled.gradient($0.parameters[0], $0.batches[steps], sampled.loss($0.batches[steps]))
    }
    expectClose(found, mean(plain))
    #expect(sampled.tasks.allSatisfy { $0.adapted.vector.values == sampled.theta })
  }

  @Test("Each inner step is θ − α∇L on its own batch, from its own task's parameters")
  func ownBatchesAndParameters() throws {
    let sampled = try SampledTasks<Double> { $0.steps = 3 }
    var adapted: Set<[Double]> = []
    for task in sampled.tasks {
      var theta = sampled.theta
      for step in 0..<3 {
        let parameters = sampled.policy.makeParameters()
        parameters.set(theta)
        let gradient = sampled.gradient(
          parameters, task.batches[step], sampled.loss(task.batches[step]))
        let rate = step == 0 ? 0.2 : 0.1
        theta = zip(theta, gradient).map { $0 - rate * $1 }
        expectClose(task.parameters[step + 1].vector.values, theta)
      }
      adapted.insert(task.adapted.vector.values)
      // Fresh data for every step.
      #expect(Set(task.batches.map(\.actions)).count == 4)
    }
    #expect(adapted.count == 3)
  }

  @Test("Tasks adapted in turns, step by step, end where they end alone")
  func interleaved() throws {
    let sampled = try SampledTasks<Double> { $0.steps = 2 }
    let copies = sampled.tasks.map {
      TaskAdaptation(policy: sampled.policy, configuration: $0.configuration)
    }
    for (copy, task) in zip(copies, sampled.tasks) {
      copy.begin(sampled.theta)
      for (to, from) in zip(copy.batches, task.batches) {
        let rows = from.stepCount * 2
        to.set(
          observations: Array(from.inputs.values.prefix(rows)), actions: from.actions,
          advantages: from.advantages)
      }
    }
    for step in 0..<2 {
      for copy in copies { copy.takeStep(step, workspace: sampled.workspace) }
    }
    for (copy, task) in zip(copies, sampled.tasks) {
      #expect(copy.adapted.vector.values == task.adapted.vector.values)
    }
  }

  @Test("Memory of an earlier, larger iteration leaves no trace")
  func memoryIsReused() async throws {
    let family = TargetFamily(horizon: 9)
    let sampled = try SampledTasks<Double>(taskCount: 1, episodes: 9) { $0.steps = 2 }
    _ = try await sampled.objective().metaGradient()
    let fresh = try SampledTasks<Double>(taskCount: 1, episodes: 4) { $0.steps = 2 }
    try SampledTasks.sample(
      sampled.tasks[0], theta: sampled.theta, family: family, index: 0, episodes: 4,
      workspace: sampled.workspace)
    let (again, expected) = (
      try await sampled.objective().metaGradient().gradient,
      try await fresh.objective().metaGradient().gradient
    )
    #expect(again == expected)
    let v = expected.map { _ in 1.0 }
    #expect(
      try await sampled.objective().fisherProduct(v) == fresh.objective().fisherProduct(v))
  }

  @Test(
    "The estimators adapt alike and differ in the meta-gradient alone", arguments: [false, true])
  func estimators(isDiscrete: Bool) async throws {
    let plain = try SampledTasks<Double>(isDiscrete: isDiscrete) {
      $0.estimator = .logLikelihood
    }
    let curved = try SampledTasks<Double>(isDiscrete: isDiscrete) {
      $0.estimator = .lowVarianceCurvature
    }
    for (a, b) in zip(plain.tasks, curved.tasks) {
      expectClose(a.adapted.vector.values, b.adapted.vector.values)
    }
    let (first, second) = (
      try await plain.objective().metaGradient().gradient,
      try await curved.objective().metaGradient().gradient
    )
    #expect(DerivativeDeviation.relativeError(first, second) > 1e-3)
  }

  @Test(
    "First order leaves sampling alone and passes over every Jacobian",
    arguments: [false, true])
  func firstOrder(isDiscrete: Bool) async throws {
    let exact = try SampledTasks<Double>(isDiscrete: isDiscrete) { $0.steps = 2 }
    let first = try SampledTasks<Double>(isDiscrete: isDiscrete) {
      $0.steps = 2
      $0.order = .first
    }
    for (a, b) in zip(exact.tasks, first.tasks) {
      #expect(a.adapted.vector.values == b.adapted.vector.values)
      #expect(a.batches[2].actions == b.batches[2].actions)
    }
    let gradient = try await first.objective().metaGradient().gradient
    let atAdapted = first.tasks.map {
      first.gradient($0.adapted, $0.batches[2], first.loss($0.batches[2]))
    }
    expectClose(gradient, mean(atAdapted), "gradient")
    let v = (0..<first.policy.parameterCount).map { Double($0 % 7) - 3 }
    let product = try await first.objective().fisherProduct(v)
    let direction = first.policy.makeParameters()
    let fishers = first.tasks.map { task in
      direction.set(v)
      task.applyFisher(to: direction, workspace: first.workspace)
      return direction.vector.values
    }
    expectClose(product, mean(fishers), "Fisher")
    let through = (
      try await exact.objective().metaGradient().gradient,
      try await exact.objective().fisherProduct(v)
    )
    #expect(DerivativeDeviation.relativeError(gradient, through.0) > 1e-3)
    #expect(DerivativeDeviation.relativeError(product, through.1) > 1e-3)
  }

  @Test("A step out of turn is refused")
  func outOfTurn() async {
    await #expect(processExitsWith: .failure) {
      let sampled = try SampledTasks<Float>(taskCount: 1)
      sampled.tasks[0].begin(sampled.theta)
      sampled.tasks[0].takeStep(1, workspace: sampled.workspace)
    }
  }

  @Test("An adapter of evaluations takes the learner's steps, each with its own α")
  func adapter() throws {
    let sampled = try SampledTasks<Double>(taskCount: 1) { $0.steps = 2 }
    let family = TargetFamily(horizon: 9)
    var learner = LearnerConfiguration()
    learner.adaptation.estimator = .logLikelihood
    let adapter = TaskAdapter(policy: sampled.policy, family: family, learner: learner)
    func adapt(_ rates: [Double], last: Bool = true) throws -> ([TrajectoryBatch], [Double]) {
      try adapter.adapt(
        sampled.theta, to: family.task(split: .train, index: 0, seed: 2),
        innerLearningRates: rates, rolloutsPerTask: 6,
        address: RolloutAddress(seed: 2, use: .training, task: 0), lastRollouts: last)
    }
    let (trajectories, parameters) = try adapt([0.2, 0.1])
    #expect(parameters == sampled.tasks[0].adapted.vector.values)
    #expect(trajectories.map(\.actions) == sampled.tasks[0].batches.map(\.actions))
    let (without, same) = try adapt([0.2, 0.1], last: false)
    #expect(without.count == 2 && same == parameters)
    #expect(try adapt([]).1 == sampled.theta && adapt([]).0.count == 1)
    let doubled = try adapt([0.2, 0.2]).1
    let middle = try adapt([0.2]).1
    expectClose(
      zip(doubled, middle).map { $0 - $1 }, zip(parameters, middle).map { 2 * ($0 - $1) },
      "second α")
  }
}
