import DenseMath
import TestSupport
import Testing

@testable import MetaLearning

@Suite("Adam")
struct AdamStepTests {
  private func metaGradient(_ gradient: [Double]) -> MetaGradient {
    MetaGradient(gradient: gradient, surrogateLoss: 0.5, entropy: 0, taskNorms: [1])
  }

  private func moments(_ state: OuterState, _ name: String) throws -> [Double] {
    try #require(state.vectors[name])
  }

  @Test("Two steps are those of the paper's algorithm, worked out by hand")
  func twoSteps() throws {
    // β = 0.1. Step 1, g = (1, −2): m̂ = g and v̂ = g², so that each entry moves by 0.1.
    // Step 2, g = (0.5, 0): m = (0.14, −0.18), v = (0.001249, 0.003996), divided by
    // 1 − 0.9² = 0.19 and 1 − 0.999² = 0.001999; moves of 0.0932180 and −0.0670058.
    let step = AdamStep(learningRate: 0.1)
    var state = step.initialState(count: 2)
    let first: [Double] = try step.step([0, 0], metaGradient([1, -2]), &state).get()
    #expect(Closeness(first, [-0.1, 0.1], absolute: 1e-8).isWithin)
    let second = try step.step(first, metaGradient([0.5, 0]), &state).get()
    #expect(Closeness(second, [-0.1932180, 0.1670058], absolute: 1e-7).isWithin)
    #expect(
      Closeness(try moments(state, "first_moment"), [0.14, -0.18], absolute: 1e-12).isWithin)
    #expect(
      Closeness(try moments(state, "second_moment"), [0.001249, 0.003996], absolute: 1e-12)
        .isWithin)
    #expect(state.counts == ["step": 2])
  }

  @Test(
    "A gradient that is not finite leaves θ and the state alone",
    arguments: [Double.nan, .infinity])
  func notFinite(bad: Double) async throws {
    let sampled = try SampledTasks<Float>()
    let problem = sampled.objective()
    _ = try await problem.metaGradient()
    let step = AdamStep(learningRate: 0.1)
    var state = step.initialState(count: sampled.theta.count)
    let before = state
    let gradient = [bad] + Array(repeating: 1, count: sampled.theta.count - 1)
    let result = try await step.take(
      sampled.theta, problem: problem, metaGradient: metaGradient(gradient), state: &state)
    #expect(result.outcome == .rejected(.gradientNotFinite))
    #expect(result.parameters == sampled.theta && state == before)
  }

  @Test("A step beyond the KL bound leaves θ and the moments alone; one within it says its KL")
  func bound() async throws {
    let sampled = try SampledTasks<Float>()
    let problem = sampled.objective()
    let metaGradient = try await problem.metaGradient()
    let fresh = AdamStep(learningRate: 1e-3).initialState(count: problem.count)
    var state = fresh
    let refused = try await AdamStep(learningRate: 1e-3, maximumKL: 1e-12).take(
      sampled.theta, problem: problem, metaGradient: metaGradient, state: &state)
    #expect(refused.outcome == .rejected(.divergenceTooLarge))
    #expect(refused.parameters == sampled.theta && state == fresh)
    let taken = try await AdamStep(learningRate: 1e-3, maximumKL: 1).take(
      sampled.theta, problem: problem, metaGradient: metaGradient, state: &state)
    #expect(taken.outcome == .accepted && state.counts == ["step": 1])
    let (surrogate, kl) = try await problem.evaluate(taken.parameters)
    #expect(taken.kl == kl && kl > 0 && taken.surrogateAfter == surrogate)
    #expect(surrogate < metaGradient.surrogateLoss)
  }

  @Test("Later epochs differentiate the objective at the moved θ")
  func epochs() async throws {
    let sampled = try SampledTasks<Double>()
    func problem() -> OuterProblem<Double> {
      sampled.objective(ClippedObjective(range: 0.2, innerKLPenalty: 0.1))
    }
    let start = try await problem().metaGradient()
    let step = AdamStep(learningRate: 1e-2, epochs: 3)
    var state = step.initialState(count: start.gradient.count)
    let whole = try await step.take(
      sampled.theta, problem: problem(), metaGradient: start, state: &state)
    #expect(state.counts == ["step": 3] && whole.outcome == .accepted)
    // By hand: the gradient anew at every point.
    var (point, byHand) = (sampled.theta, step.initialState(count: start.gradient.count))
    for epoch in 0..<3 {
      let gradient = epoch == 0 ? start : try await problem().gradient(at: point)
      point = try step.step(point, gradient, &byHand).get()
    }
    #expect(point == whole.parameters && byHand == state)
  }
}

@Suite("Reptile's step")
struct AverageStepTests {
  @Test("With one inner step θ moves along the mean inner gradient")
  func oneStep() async throws {
    let sampled = try SampledTasks<Double> { $0.order = .first }
    let problem = sampled.objective()
    let metaGradient = try await problem.metaGradient()
    let step = AverageStep(rate: 0.5)
    var state = step.initialState(count: problem.count)
    let result = try await step.take(
      sampled.theta, problem: problem, metaGradient: metaGradient, state: &state)
    let gradients = sampled.tasks.map {
      sampled.gradient($0.parameters[0], $0.batches[0], sampled.loss($0.batches[0]))
    }
    let wanted = zip(sampled.theta, mean(gradients)).map { $0 - 0.5 * 0.2 * $1 }
    let closeness = Closeness(result.parameters, wanted, absolute: 1e-14)
    #expect(result.outcome == .accepted && closeness.isWithin, "\(closeness)")
    #expect(state.counts == ["step": 1])
  }

  @Test("ε falls linearly to zero, and a step beyond the KL bound is refused")
  func annealing() async throws {
    let sampled = try SampledTasks<Double> { $0.order = .first }
    let problem = sampled.objective()
    let metaGradient = try await problem.metaGradient()
    let step = AverageStep(rate: 1, annealIterations: 4)
    var lengths: [Double] = []
    for taken in 0...4 {
      var state = OuterState(counts: ["step": taken])
      lengths.append(
        try await step.take(
          sampled.theta, problem: problem, metaGradient: metaGradient, state: &state
        ).stepNorm)
    }
    #expect(
      Closeness(lengths.map { $0 / lengths[0] }, [1, 0.75, 0.5, 0.25, 0], absolute: 1e-9).isWithin)
    var state = step.initialState(count: problem.count)
    let refused = try await AverageStep(rate: 1, maximumKL: 1e-12).take(
      sampled.theta, problem: problem, metaGradient: metaGradient, state: &state)
    #expect(refused.outcome == .rejected(.divergenceTooLarge))
    #expect(refused.parameters == sampled.theta && state.counts == ["step": 0])
  }
}

@Suite("Trust-region step")
struct TrustRegionStepTests {
  private func outer(_ change: (inout OuterConfiguration) -> Void = { _ in }) -> OuterConfiguration
  {
    var configuration = OuterConfiguration()
    change(&configuration)
    return configuration
  }

  @Test(
    "An accepted step improves the surrogate with a KL within the bound",
    arguments: [false, true], [0.001, 0.01, 0.1])
  func acceptance(isDiscrete: Bool, maximumKL: Double) async throws {
    var none = OuterState()
    let sampled = try SampledTasks<Float>(isDiscrete: isDiscrete, taskCount: 4)
    let objective = sampled.objective()
    let metaGradient = try await objective.metaGradient()
    let result = try await TrustRegionStep(configuration: outer { $0.maximumKL = maximumKL })
      .take(sampled.theta, problem: objective, metaGradient: metaGradient, state: &none)
    #expect(result.outcome == .accepted)
    let kl = try #require(result.kl)
    #expect(kl > 0 && kl <= maximumKL)
    #expect(result.surrogateAfter < metaGradient.surrogateLoss)
    // The figures are those of the parameters that are returned.
    let (surrogate, measured) = try await objective.evaluate(result.parameters)
    #expect(surrogate == result.surrogateAfter && measured == kl)
    let change = zip(result.parameters, sampled.theta).map { Double($0 - $1) }
    #expect(Closeness(dot(change, change).squareRoot(), result.stepNorm, relative: 1e-3).isWithin)
  }

  @Test("The full step lies on the quadratic bound, and along the damped system's solution")
  func fullStep() async throws {
    let sampled = try SampledTasks<Double>()
    let objective = sampled.objective()
    let gradient = try await objective.metaGradient().gradient
    let configuration = outer {
      $0.damping = 0.1
      $0.conjugateGradientIterations = 60
    }
    let (solution, scale) = try await TrustRegionStep(configuration: configuration)
      .direction(objective, gradient: gradient)
    let step = solution.solution.map { $0 * scale }
    var curved = try await objective.fisherProduct(step)
    addScaled(&curved, 0.1, step)
    #expect(Closeness(0.5 * dot(step, curved), 0.01, relative: 1e-8).isWithin)
    let closeness = Closeness(curved, gradient.map { $0 * scale }, absolute: 1e-7)
    #expect(closeness.isWithin, "\(closeness)")
  }

  @Test("When no candidate will do, θ stays bit for bit and the objective is as it was")
  func rejection() async throws {
    var none = OuterState()
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    let honest = try await objective.metaGradient()
    // A surrogate that nothing improves on.
    let unbeatable = MetaGradient(
      gradient: honest.gradient, surrogateLoss: -1e300, entropy: 0,
      taskNorms: honest.taskNorms)
    let adapted = sampled.tasks.map { $0.adapted.vector.values }
    let result = try await TrustRegionStep(configuration: outer { $0.maximumBacktracks = 6 })
      .take(sampled.theta, problem: objective, metaGradient: unbeatable, state: &none)
    #expect(result.outcome == .rejected(.lineSearchFailed))
    #expect(result.parameters.map(\.bitPattern) == sampled.theta.map(\.bitPattern))
    #expect(result.candidates == 6 && result.stepNorm == 0 && result.kl == 0)
    #expect(sampled.tasks.map { $0.adapted.vector.values } == adapted)
    #expect(try await objective.evaluate(sampled.theta).kl == 0)
    #expect(try await objective.metaGradient().gradient == honest.gradient)
  }

  @Test("A bound that no step can keep is a rejection, too")
  func unreachableBound() async throws {
    var none = OuterState()
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    let metaGradient = try await objective.metaGradient()
    // So small that every candidate rounds to θ and cannot improve.
    let result = try await TrustRegionStep(configuration: outer { $0.maximumKL = 1e-100 })
      .take(sampled.theta, problem: objective, metaGradient: metaGradient, state: &none)
    #expect(result.outcome == .rejected(.lineSearchFailed))
    #expect(result.parameters == sampled.theta)
  }

  @Test("Gradients of zero and gradients that are not finite are named")
  func badGradients() async throws {
    var none = OuterState()
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    _ = try await objective.metaGradient()
    for (value, reason) in [
      (0.0, StepRejection.gradientZero), (.nan, .gradientNotFinite),
      (1e-200, .gradientZero), (1e200, .gradientNotFinite),
    ] {
      let gradient = Array(repeating: value, count: sampled.policy.parameterCount)
      let result = try await TrustRegionStep(configuration: outer()).take(
        sampled.theta, problem: objective,
        metaGradient: MetaGradient(
          gradient: gradient, surrogateLoss: 0, entropy: 0, taskNorms: [0]), state: &none)
      #expect(result.outcome == .rejected(reason))
      #expect(result.parameters == sampled.theta)
    }
  }
}
