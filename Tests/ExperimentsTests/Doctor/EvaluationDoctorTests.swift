import MetaLearning
import Testing

@testable import Experiments

@Suite struct EvaluationDoctorTests {
  private func symptoms(
    _ after: [Double], kind: EvaluationReport.PolicyKind = .trained(.maml), deviation: Double? = 0.7
  ) -> [Symptom] {
    var request = EvaluationRequest(innerLearningRates: [0.1, 0.05], seed: 1)
    request.tasks = after.count
    let before = Array(repeating: -10.0, count: after.count)
    let report = EvaluationReport(
      family: SlopeFamily(), policy: "run", policyKind: kind, request: request,
      estimator: .logLikelihood, curve: AdaptationCurve(returns: [before, after, after]))
    return EvaluationDoctor.findings(report, deviation: deviation, start: 1).map(\.symptom)
  }

  private let better = [-5.0, -4, -6, -5.5, -4.5, -5]
  private let same = [-9.0, -11, -10.5, -9.5, -11, -9.1]
  private let worse = [-15.0, -14, -16, -15.5, -14.5, -15]

  @Test func `an adaptation that helps is left alone`() {
    #expect(symptoms(better) == [])
  }

  @Test func `no gain and a negative gain are told once each`() {
    #expect(symptoms(same) == [.noGain])
    #expect(symptoms(worse) == [.negativeGain])
  }

  @Test func `policies that promise no gain are not asked for one`() {
    #expect(symptoms(same, kind: .random) == [])
    #expect(symptoms(worse, kind: .trained(.multiTask)) == [])
  }

  @Test func `too few tasks prove nothing`() {
    #expect(symptoms([-10, -11, -9.5]) == [])
  }

  @Test func `an evaluation in which episodes break down is told so, and how many`() throws {
    var request = EvaluationRequest(innerLearningRates: [0.1], seed: 1)
    (request.tasks, request.rolloutsPerTask) = (6, 20)
    func finding(_ diverged: [Int]) -> Finding? {
      let report = EvaluationReport(
        family: SlopeFamily(), policy: "run", request: request, estimator: .logLikelihood,
        curve: AdaptationCurve(
          returns: [Array(repeating: -10, count: 6), better], divergedByStep: diverged,
          episodesPerStep: 120))
      return EvaluationDoctor.findings(report, deviation: nil, start: 1)
        .first { $0.symptom == .episodesBreakDown }
    }
    #expect(finding([0, 2]) == nil)
    #expect(try #require(finding([1, 2])).description.hasPrefix("3 of 240 episodes (1.2 %)"))
  }

  @Test func `the deviation of the evaluated policy is looked at`() {
    #expect(symptoms(better, deviation: 0.02) == [.deviationCollapsed])
    #expect(symptoms(better, deviation: 9) == [.deviationExploded])
    #expect(symptoms(better, deviation: nil) == [])
  }
}
