import DenseMath
import MetaLearning
import Networks
import Testing

@Suite("Adaptation check")
struct AdaptationCheckTests {
  private func policy(_ distribution: ActionDistribution) -> Policy<Double> {
    Policy(
      network: Network(
        inputWidth: 2, hidden: [4], outputWidth: distribution.outputWidth, activation: .tanh),
      distribution: distribution)
  }

  @Test(
    "Derivatives through one, two and three inner steps pass",
    arguments: [ActionDistribution.gaussian(actionSize: 1), .categorical(actionCount: 3)], 0...3)
  func passes(distribution: ActionDistribution, steps: Int) async throws {
    for estimator in InnerEstimator.allCases {
      for order in DerivativeOrder.allCases {
        var configuration = AdaptationConfiguration()
        configuration.steps = steps
        configuration.estimator = estimator
        configuration.order = order
        let deviations = try await AdaptationCheck(
          policy: policy(distribution), configuration: configuration
        ).deviations()
        #expect(deviations.count == (order == .exact ? 5 : 2))
        for deviation in deviations {
          #expect(deviation.relativeError < 1e-7, "\(estimator), \(order): \(deviation)")
        }
      }
    }
  }

  @Test(
    "Every row's whole meta-gradient, curvature and Jacobians pass",
    arguments: Algorithm.allCases.filter(\.adaptsInTraining),
    [ActionDistribution.gaussian(actionSize: 2), .categorical(actionCount: 3)])
  func rows(algorithm: Algorithm, distribution: ActionDistribution) async throws {
    var learner = algorithm.configuration
    learner.adaptation.steps = 2
    learner.adaptation.innerLearningRate = 0.2
    let policy = Policy<Double>(
      network: Network(
        inputWidth: 2, hidden: [4, 3], outputWidth: distribution.outputWidth, activation: .tanh),
      distribution: distribution, contextSize: learner.policy.context)
    let deviations = try await AdaptationCheck(
      policy: policy, configuration: learner.adaptation,
      objective: learner.outer.makeObjective()
    ).deviations()
    for deviation in deviations { #expect(deviation.relativeError < 1e-7, "\(deviation)") }
  }

  @Test("A learned rate that is left out of a Jacobian is seen", arguments: LearnedRates.allCases)
  func ratesOfBothSigns(rates: LearnedRates) async throws {
    var configuration = AdaptationConfiguration()
    configuration.steps = 3
    configuration.learnedRates = rates
    // The start is about zero, so that rates of both signs are drawn.
    configuration.innerLearningRate = 0
    configuration.part = .headAndDeviation
    for estimator in InnerEstimator.allCases {
      configuration.estimator = estimator
      configuration.diceLambda = 0.6
      let deviations = try await AdaptationCheck(
        policy: policy(.gaussian(actionSize: 2)), configuration: configuration,
        objective: CreditedObjective(
          ClippedObjective(range: 0.05, innerKLPenalty: 0.3), credit: 0.7)
      ).deviations()
      for deviation in deviations { #expect(deviation.relativeError < 1e-7, "\(deviation)") }
    }
  }

  @Test("The Gaussian's log σ at its floor has no derivative, and is checked so")
  func floor() async throws {
    var configuration = AdaptationConfiguration()
    configuration.steps = 2
    let policy = Policy<Double>(
      network: Network(inputWidth: 2, hidden: [4], outputWidth: 2, activation: .tanh),
      distribution: .gaussian(actionSize: 2), logStandardDeviationFloor: -1)
    let deviations = try await AdaptationCheck(policy: policy, configuration: configuration)
      .deviations(logStandardDeviations: [-1.5, -0.5])
    // Small σ make higher derivatives, and with them the differences' own error, larger.
    for deviation in deviations { #expect(deviation.relativeError < 1e-6, "\(deviation)") }
  }
}
