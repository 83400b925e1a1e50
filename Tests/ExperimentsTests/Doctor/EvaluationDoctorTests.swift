import MetaLearning
import Testing

@testable import Experiments

@Suite struct EvaluationDoctorTests {
  private func symptoms(
    _ after: [Double], kind: EvaluationReport.PolicyKind = .trained(.maml),
    deviation: Double? = 0.7, rates: [Double] = [0.1, 0.05]
  ) -> [Symptom] {
    var request = EvaluationRequest(innerLearningRates: rates, seed: 1)
    request.tasks = after.count
    // Standard deviation 2.9 over tasks: a gain of 0.58 would matter.
    let before = after.indices.map { -10.0 + [-4, -2, 0, 0, 2, 4][$0 % 6] }
    let gained = zip(before, after).map { $0 + $1 }
    let report = EvaluationReport(
      family: SlopeFamily(), policy: "run", policyKind: kind, request: request,
      estimator: .logLikelihood, curve: AdaptationCurve(returns: [before, gained, gained]))
    return [
      EvaluationDoctor.gainFinding(EvaluationSet([report])),
      EvaluationDoctor.deviationFinding(report, deviation: deviation, start: 1),
    ].compactMap { $0?.symptom }
  }

  private let better = [5.0, 6, 4, 4.5, 5.5, 5]
  private let same = [0.1, -0.1, 0.2, -0.2, 0.1, 0]
  private let scattered = [10.0, -11, 10.5, -9.5, 11, -4.1]
  private let worse = [-5.0, -4, -6, -5.5, -4.5, -5]

  @Test func `an adaptation that helps is left alone`() {
    #expect(symptoms(better) == [])
  }

  @Test func `no gain that matters, an unknown one and a loss are told apart`() {
    #expect(symptoms(same) == [.noGain])
    #expect(symptoms(scattered) == [.gainNotKnown])
    #expect(symptoms(worse) == [.negativeGain])
  }

  @Test func `an inner learning rate of 0 needs no statistics`() {
    #expect(symptoms(scattered, rates: [0, 0]) == [.noGain])
  }

  @Test func `policies that promise no gain are not asked for one`() {
    #expect(symptoms(same, kind: .random) == [])
    #expect(symptoms(worse, kind: .trained(.multiTask)) == [])
  }

  @Test func `too few tasks prove nothing`() {
    #expect(symptoms([3]) == [])
  }

  @Test func `an evaluation in which episodes diverge is told so, and how many`() throws {
    var request = EvaluationRequest(innerLearningRates: [0.1], seed: 1)
    (request.tasks, request.rolloutsPerTask) = (6, 20)
    func finding(_ diverged: [Int]) -> Finding? {
      let report = EvaluationReport(
        family: SlopeFamily(), policy: "run", request: request, estimator: .logLikelihood,
        curve: AdaptationCurve(
          returns: [Array(repeating: -10, count: 6), better], divergedByStep: diverged,
          episodesPerStep: 120))
      return EvaluationDoctor.divergenceFinding(report)
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
