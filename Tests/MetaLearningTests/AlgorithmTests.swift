import DenseMath
import Networks
import TestSupport
import Testing

@testable import MetaLearning

@Suite("Algorithms")
struct AlgorithmTests {
  private static let adapting = Algorithm.allCases.filter(\.adaptsInTraining)

  private func sampled(_ algorithm: Algorithm, steps: Int = 2) throws -> SampledTasks<Double> {
    try SampledTasks(context: algorithm.configuration.policy.context) {
      $0 = algorithm.configuration.adaptation
      $0.steps = steps
    }
  }

  @Test("Names are found again, former ones too, and are said once")
  func names() {
    for algorithm in Algorithm.allCases {
      #expect(Algorithm(rawValue: algorithm.name) == algorithm)
      #expect(algorithm.configuration.algorithm == algorithm)
      #expect(!algorithm.source.isEmpty && !algorithm.summary.isEmpty)
    }
    #expect(Set(Algorithm.allCases.map(\.name)).count == Algorithm.allCases.count)
    #expect(Algorithm(rawValue: "pretrained") == .multiTask)
    #expect(Algorithm(rawValue: "mamal") == nil)
  }

  @Test(
    "Before the first step the ratio is 1, the KL 0, and the objective the same both ways",
    arguments: adapting)
  func start(algorithm: Algorithm) async throws {
    let sampled = try sampled(algorithm)
    let problem = sampled.objective(algorithm.configuration.outer.makeObjective())
    let start = try await problem.metaGradient()
    let (loss, kl) = try await problem.evaluate(sampled.theta)
    #expect(abs(kl) < 1e-14)
    #expect(Closeness(loss, start.surrogateLoss, absolute: 1e-12).isWithin)
    // Gradients at θ itself, taken as later epochs take them, are the same.
    let again = try await problem.gradient(at: sampled.theta).gradient
    #expect(Closeness(again, start.gradient, absolute: 1e-12).isWithin)
  }

  @Test("ProMP's first epoch is the policy gradient of lvc, and η does not matter in it")
  func firstEpoch() async throws {
    let sampled = try sampled(.promp)
    let plain = try await sampled.objective().metaGradient().gradient
    for penalty in [0.0, 5e-4, 10] {
      let gradient = try await sampled.objective(
        ClippedObjective(range: 0.3, innerKLPenalty: penalty)
      ).metaGradient().gradient
      #expect(gradient == plain)
    }
    var generator = SeededGenerator(seed: 5)
    let moved = zip(sampled.theta, generator.numbers(sampled.theta.count)).map { $0 + 0.02 * $1 }
    let (without, with) = (
      try await sampled.objective(ClippedObjective(range: 0.3, innerKLPenalty: 0))
        .gradient(at: moved).gradient,
      try await sampled.objective(ClippedObjective(range: 0.3, innerKLPenalty: 1))
        .gradient(at: moved).gradient
    )
    #expect(DerivativeDeviation.relativeError(without, with) > 1e-3)
  }

  @Test("Loaded DiCE with λ 0 has all derivatives of lvc", arguments: [false, true])
  func undampedIsLowVariance(isDiscrete: Bool) async throws {
    func made(_ estimator: InnerEstimator, _ lambda: Double) throws -> SampledTasks<Double> {
      try SampledTasks(isDiscrete: isDiscrete) {
        $0.steps = 2
        $0.estimator = estimator
        $0.diceLambda = lambda
      }
    }
    let (lvc, dice, full) = (
      try made(.lowVarianceCurvature, 0), try made(.dice, 0), try made(.dice, 1)
    )
    let v = lvc.theta.indices.map { Double($0 % 5) - 2 }
    let moved = lvc.theta.map { $0 * 1.01 }
    func derivatives(_ sampled: SampledTasks<Double>) async throws -> [[Double]] {
      let problem = sampled.objective()
      return [
        try await problem.metaGradient().gradient, try await problem.fisherProduct(v),
        try await problem.gradient(at: moved).gradient,
      ]
    }
    let wanted = try await derivatives(lvc)
    for (found, wanted) in zip(try await derivatives(dice), wanted) {
      #expect(Closeness(found, wanted, absolute: 1e-11, relative: 1e-10).isWithin)
    }
    for (found, wanted) in zip(try await derivatives(full), wanted) {
      #expect(DerivativeDeviation.relativeError(found, wanted) > 1e-3)
    }
  }

  @Test(
    "Meta-SGD with equal rates that are not trained adapts and differentiates as MAML, to the bit")
  func equalRates() async throws {
    let maml = try SampledTasks<Float> { $0.steps = 2 }
    let sgd = try SampledTasks<Float> {
      $0.steps = 2
      $0.learnedRates = .elementwise
    }
    let count = maml.theta.count
    for (a, b) in zip(maml.tasks, sgd.tasks) {
      #expect(a.adapted.vector.values == b.adapted.vector.values)
    }
    let (plain, learned) = (
      try await maml.objective().metaGradient().gradient,
      try await sgd.objective().metaGradient().gradient
    )
    #expect(Array(learned[..<count]) == plain)
    let v = learned.indices.map { $0 < count ? Double($0 % 5) - 2 : 0 }
    #expect(
      try await Array(sgd.objective().fisherProduct(v)[..<count])
        == maml.objective().fisherProduct(Array(v[..<count])))
    #expect(learned[count...].contains { abs($0) > 1e-4 })
  }

  @Test("What does not adapt stays in the inner steps and moves in the outer one")
  func parts() async throws {
    for (algorithm, roles) in [
      (Algorithm.anil, Set([ParameterRole.head])), (.anilWithDeviation, [.head, .deviation]),
      (.boil, [.body]), (.cavia, [.context]),
    ] {
      let sampled = try sampled(algorithm)
      let gradient = try await sampled.objective().metaGradient().gradient
      for tensor in sampled.policy.tensors {
        let moves = roles.contains(tensor.role)
        for task in sampled.tasks {
          let (before, after) = (
            sampled.theta[tensor.range], task.adapted.vector.values[tensor.range]
          )
          #expect((before != after) == moves, "\(algorithm.name): \(tensor.name)")
        }
        let isTrained = gradient[tensor.range].contains { $0 != 0 }
        #expect(isTrained == (tensor.role != .context), "\(algorithm.name): \(tensor.name)")
      }
    }
  }

  @Test("CAVIA's context starts at zero for every task, whatever the outer step did")
  func context() async throws {
    let sampled = try sampled(.cavia)
    let problem = sampled.objective()
    let start = try await problem.metaGradient()
    let step = TrustRegionStep(configuration: OuterConfiguration())
    var state = OuterState()
    let moved = try await step.take(
      sampled.theta, problem: problem, metaGradient: start, state: &state)
    #expect(moved.outcome == .accepted)
    let context = try #require(sampled.policy.tensors.first { $0.role == .context }).range
    #expect(context.count == 5 && moved.parameters[context].allSatisfy { $0 == 0 })
    #expect(moved.parameters != sampled.theta)
    #expect(sampled.tasks.allSatisfy { $0.adapted.vector.values[context].contains { $0 != 0 } })
  }

  @Test("E-MAML's credit is not zero under advantages that are normalized within tasks")
  func credit() async throws {
    let sampled = try sampled(.eMAML, steps: 1)
    #expect(
      sampled.tasks.allSatisfy { abs($0.batches[1].advantages.reduce(0, +)) < 1e-9 })
    let (bare, credited) = (
      try await sampled.objective().metaGradient(),
      try await sampled.objective(CreditedObjective(SurrogateObjective(), credit: 1))
        .metaGradient()
    )
    #expect(DerivativeDeviation.relativeError(credited.gradient, bare.gradient) > 1e-2)
    #expect(abs(credited.surrogateLoss - bare.surrogateLoss) > 1e-3)
  }
}
