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
        #expect(deviations.count == 4)
        for deviation in deviations {
          #expect(deviation.relativeError < 1e-7, "\(estimator), \(order): \(deviation)")
        }
      }
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
    for deviation in deviations { #expect(deviation.relativeError < 1e-7, "\(deviation)") }
  }
}
