import DenseMath
import TestSupport
import Testing

@testable import MetaLearning

@Suite("Adam")
struct AdamStepTests {
  private func metaGradient(_ gradient: [Double]) -> MetaGradient {
    MetaGradient(gradient: gradient, surrogateLoss: 0.5, entropy: 0, taskNorms: [1])
  }

  @Test("Two steps are those of the paper's algorithm, worked out by hand")
  func twoSteps() {
    // β = 0.1. Step 1, g = (1, −2): m̂ = g and v̂ = g², so that each entry moves by 0.1.
    // Step 2, g = (0.5, 0): m = (0.14, −0.18), v = (0.001249, 0.003996), divided by
    // 1 − 0.9² = 0.19 and 1 − 0.999² = 0.001999; moves of 0.0932180 and −0.0670058.
    var state = AdamState(parameterCount: 2)
    let step = AdamStep(learningRate: 0.1)
    let first: OuterStepResult<Double> = step.take(
      [0, 0], metaGradient: metaGradient([1, -2]), state: &state)
    #expect(Closeness(first.parameters, [-0.1, 0.1], absolute: 1e-8).isWithin)
    #expect(Closeness(first.stepNorm, 0.1 * 2.0.squareRoot(), absolute: 1e-8).isWithin)
    let second = step.take(
      first.parameters, metaGradient: metaGradient([0.5, 0]), state: &state)
    #expect(Closeness(second.parameters, [-0.1932180, 0.1670058], absolute: 1e-7).isWithin)
    #expect(Closeness(state.firstMoment, [0.14, -0.18], absolute: 1e-12).isWithin)
    #expect(Closeness(state.secondMoment, [0.001249, 0.003996], absolute: 1e-12).isWithin)
    #expect(state.step == 2 && second.outcome == .accepted)
  }

  @Test(
    "A gradient that is not finite leaves θ and the state alone",
    arguments: [Double.nan, .infinity])
  func notFinite(bad: Double) {
    var state = AdamState(firstMoment: [0.1, 0.2], secondMoment: [0.3, 0.4], step: 7)
    let before = state
    let result: OuterStepResult<Float> = AdamStep(learningRate: 0.1).take(
      [1.5, -2], metaGradient: metaGradient([bad, 1]), state: &state)
    #expect(result.outcome == .rejected(.gradientNotFinite))
    #expect(result.parameters == [1.5, -2] && state == before)
  }

  @Test("A step beyond the KL bound leaves θ and the moments alone; one within it says its KL")
  func bound() async throws {
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    let metaGradient = try await objective.metaGradient()
    var state = AdamState(parameterCount: sampled.policy.parameterCount)
    let fresh = state
    let step = AdamStep(learningRate: 1e-3)
    let refused = try await step.take(
      sampled.theta, objective: objective, metaGradient: metaGradient, state: &state,
      maximumKL: 1e-12)
    #expect(refused.outcome == .rejected(.divergenceTooLarge))
    #expect(refused.parameters == sampled.theta && state == fresh)
    let taken = try await step.take(
      sampled.theta, objective: objective, metaGradient: metaGradient, state: &state,
      maximumKL: 1)
    #expect(taken.outcome == .accepted && state.step == 1)
    let (surrogate, kl) = try await objective.evaluate(taken.parameters)
    #expect(taken.kl == kl && kl > 0 && taken.surrogateAfter == surrogate)
    #expect(surrogate < metaGradient.surrogateLoss)
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
    let sampled = try SampledTasks<Float>(isDiscrete: isDiscrete, taskCount: 4)
    let objective = sampled.objective()
    let metaGradient = try await objective.metaGradient()
    let result = try await TrustRegionStep(configuration: outer { $0.maximumKL = maximumKL })
      .take(sampled.theta, objective: objective, metaGradient: metaGradient)
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
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    let honest = try await objective.metaGradient()
    // A surrogate that nothing improves on.
    let unbeatable = MetaGradient(
      gradient: honest.gradient, surrogateLoss: -1e300, entropy: 0,
      taskNorms: honest.taskNorms)
    let adapted = sampled.tasks.map { $0.adapted.vector.values }
    let result = try await TrustRegionStep(configuration: outer { $0.maximumBacktracks = 6 })
      .take(sampled.theta, objective: objective, metaGradient: unbeatable)
    #expect(result.outcome == .rejected(.lineSearchFailed))
    #expect(result.parameters.map(\.bitPattern) == sampled.theta.map(\.bitPattern))
    #expect(result.candidates == 6 && result.stepNorm == 0 && result.kl == 0)
    #expect(sampled.tasks.map { $0.adapted.vector.values } == adapted)
    #expect(try await objective.evaluate(sampled.theta).kl == 0)
    #expect(try await objective.metaGradient().gradient == honest.gradient)
  }

  @Test("A bound that no step can keep is a rejection, too")
  func unreachableBound() async throws {
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    let metaGradient = try await objective.metaGradient()
    // So small that every candidate rounds to θ and cannot improve.
    let result = try await TrustRegionStep(configuration: outer { $0.maximumKL = 1e-100 })
      .take(sampled.theta, objective: objective, metaGradient: metaGradient)
    #expect(result.outcome == .rejected(.lineSearchFailed))
    #expect(result.parameters == sampled.theta)
  }

  @Test("Gradients of zero and gradients that are not finite are named")
  func badGradients() async throws {
    let sampled = try SampledTasks<Float>()
    let objective = sampled.objective()
    _ = try await objective.metaGradient()
    for (value, reason) in [
      (0.0, StepRejection.gradientZero), (.nan, .gradientNotFinite),
      (1e-200, .gradientZero), (1e200, .gradientNotFinite),
    ] {
      let gradient = Array(repeating: value, count: sampled.policy.parameterCount)
      let result = try await TrustRegionStep(configuration: outer()).take(
        sampled.theta, objective: objective,
        metaGradient: MetaGradient(
          gradient: gradient, surrogateLoss: 0, entropy: 0, taskNorms: [0]))
      #expect(result.outcome == .rejected(reason))
      #expect(result.parameters == sampled.theta)
    }
  }
}
