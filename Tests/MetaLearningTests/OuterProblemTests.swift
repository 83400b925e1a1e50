import DenseMath
import Networks
import TestSupport
import Testing

@testable import MetaLearning

/// How tasks adapt in a test.
struct AdaptationCase: Sendable, CustomTestStringConvertible {
  let isDiscrete: Bool
  let steps: Int
  let estimator: InnerEstimator
  let order: DerivativeOrder

  static let all: [AdaptationCase] = [false, true].flatMap { isDiscrete in
    (0...2).flatMap { steps in
      InnerEstimator.allCases.flatMap { estimator in
        DerivativeOrder.allCases.map {
          AdaptationCase(isDiscrete: isDiscrete, steps: steps, estimator: estimator, order: $0)
        }
      }
    }
  }

  var testDescription: String {
    "\(isDiscrete ? "categorical" : "Gaussian"), \(steps) steps, \(estimator), \(order)"
  }

  func sampled<Scalar: DenseScalar>(_ type: Scalar.Type) throws -> SampledTasks<Scalar> {
    try SampledTasks<Scalar>(isDiscrete: isDiscrete) {
      $0.steps = steps
      $0.estimator = estimator
      $0.order = order
    }
  }
}

@Suite("Outer objective")
struct OuterProblemTests {
  @Test(
    "Adapting again from θ gives a ratio of exactly 1 and a KL of exactly 0",
    arguments: AdaptationCase.all)
  func recomputation(adaptation: AdaptationCase) async throws {
    try await expectExact(adaptation.sampled(Float.self))
    try await expectExact(adaptation.sampled(Double.self))
  }

  private func expectExact<Scalar>(_ sampled: SampledTasks<Scalar>) async throws {
    let objective = sampled.objective()
    let metaGradient = try await objective.metaGradient()
    let (surrogate, kl) = try await objective.evaluate(sampled.theta)
    #expect(kl == 0)
    #expect(surrogate == metaGradient.surrogateLoss)
    // With all ratios 1 to the bit the surrogate is −mean Â of normalized advantages.
    let means = sampled.tasks.map { task in
      let batch = task.batches[task.steps]
      let scale = 1 / Double(batch.stepCount)
      return batch.advantages.reduce(0) { $0 - $1 * scale }
    }
    #expect(surrogate == means.reduce(0, +) * (1 / Double(means.count)))
  }

  @Test(
    "Away from θ the KL is positive and grows with the square of the distance",
    arguments: InnerEstimator.allCases, [1, 2])
  func divergenceGrows(estimator: InnerEstimator, steps: Int) async throws {
    let sampled = try SampledTasks<Double> {
      $0.estimator = estimator
      $0.steps = steps
    }
    let objective = sampled.objective()
    _ = try await objective.metaGradient()
    var generator = SeededGenerator(seed: 51)
    let v = generator.numbers(sampled.policy.parameterCount)
    let half = try await 0.5 * dot(v, objective.fisherProduct(v))
    for distance in [1e-3, 2e-3] {
      let moved = zip(sampled.theta, v).map { $0 + distance * $1 }
      let kl = try await objective.evaluate(moved).kl
      // The Fisher product is the KL's second derivative through the adaptation.
      let closeness = Closeness(kl / (distance * distance), half, relative: 0.02)
      #expect(closeness.isWithin, "\(closeness)")
    }
  }

  @Test("The objective of several tasks is the mean of theirs, in any number of workers")
  func meanOverTasks() async throws {
    let sampled = try SampledTasks<Float>(taskCount: 5)
    var generator = SeededGenerator(seed: 52)
    let v = generator.numbers(sampled.policy.parameterCount)
    let moved = zip(sampled.theta, v).map { $0 + Float(0.01 * $1) }
    let whole = sampled.objective()
    let gradient = try await whole.metaGradient()
    let product = try await whole.fisherProduct(v)
    let (surrogate, kl) = try await whole.evaluate(moved)
    var (gradients, products): ([[Double]], [[Double]]) = ([], [])
    var (surrogates, kls) = (0.0, 0.0)
    for task in sampled.tasks {
      let alone = OuterProblem(
        policy: sampled.policy, adaptations: [task], workers: Workers(count: 1))
      gradients.append(try await alone.metaGradient().gradient)
      products.append(try await alone.fisherProduct(v))
      let part = try await alone.evaluate(moved)
      surrogates += part.surrogateLoss / 5
      kls += part.kl / 5
    }
    #expect(Closeness(gradient.gradient, mean(gradients), absolute: 1e-12).isWithin)
    #expect(Closeness(product, mean(products), absolute: 1e-12).isWithin)
    #expect(Closeness([surrogate, kl], [surrogates, kls], absolute: 1e-12).isWithin)
    #expect(gradient.taskNorms.count == 5)
    for (norm, part) in zip(gradient.taskNorms, gradients) {
      #expect(Closeness(norm, dot(part, part).squareRoot(), relative: 1e-12).isWithin)
    }
    for workers in [2, 5, 8] {
      let other = sampled.objective(workers: workers)
      #expect(try await other.metaGradient().gradient == gradient.gradient)
      #expect(try await other.fisherProduct(v) == product)
      let again = try await other.evaluate(moved)
      #expect(again.surrogateLoss == surrogate && again.kl == kl)
    }
  }

  @Test(
    "A Float and a Double learner's first meta-gradients agree to 2e-4",
    arguments: AdaptationCase.all.filter { $0.order == .exact })
  func precisions(adaptation: AdaptationCase) async throws {
    let single = try adaptation.sampled(Float.self)
    let double = try adaptation.sampled(Double.self)
    let (found, expected) = (
      try await single.objective().metaGradient().gradient,
      try await double.objective().metaGradient().gradient
    )
    let error = DerivativeDeviation.relativeError(
      found, expected, tensors: double.policy.tensors.map(\.range))
    #expect(error < 2e-4)
  }
}
