import MetaLearning
import Testing

@testable import Experiments
@testable import Reports

@Suite struct GainDiagnosisTests {
  private var request: EvaluationRequest {
    var request = EvaluationRequest(innerLearningRates: [0.1, 0.05], seed: 1)
    request.tasks = 8
    request.rolloutsPerTask = 20
    return request
  }

  /// A diagnosis in which some trials gain, given by what is multiplied.
  private func diagnosis(
    gaining: [GainDiagnosis.Trial: Double], request: EvaluationRequest? = nil
  ) -> GainDiagnosis {
    let before = (0..<8).map { -50.0 + ($0.isMultiple(of: 2) ? 10 : -10) }
    let curves = GainDiagnosis.trials.map { trial in
      let gain = gaining[trial] ?? 0
      // ±0.5 around it: an interval of about ±0.7 at the diagnosis' level.
      let after = before.enumerated().map { $1 + gain + ($0 / 2 % 2 == 0 ? 0.5 : -0.5) }
      return [AdaptationCurve(returns: [before, before, after])]
    }
    return GainDiagnosis(request ?? self.request, curves: curves)
  }

  @Test func `a step that is too long is not told to be too short`() {
    let long = diagnosis(gaining: [.init(rateFactor: 0.1): 20, .init(rateFactor: 0.3): 9])
    #expect(long.cause.hasPrefix("The inner step is too long: with 0.01 in its place"))
    let short = diagnosis(gaining: [.init(rateFactor: 10): 20])
    #expect(short.cause.hasPrefix("The inner step is too short: with 1 in its place"))
    let noisy = diagnosis(gaining: [.init(rateFactor: 1, episodeFactor: 4): 20])
    #expect(noisy.cause.hasPrefix("The inner gradient is too noisy: with 80 episodes a step"))
  }

  @Test func `without a trial that gains no cause is made up`() {
    let none = diagnosis(gaining: [:])
    #expect(none.best == nil)
    #expect(none.cause.hasPrefix("Neither steps of a tenth to ten times the length nor"))
    let harmful = diagnosis(gaining: [.init(rateFactor: 10): -20])
    #expect(harmful.best == nil)
  }

  @Test func `trials are on validation tasks and change one thing at a time`() {
    var listed = request
    listed.listedTasks = [TaskParameters([.init(name: "target", values: [0.5])])]
    for trial in GainDiagnosis.trials {
      let asked = GainDiagnosis.request(trial, like: request)
      #expect(asked.split == .validation && asked.tasks == 8 && asked.seed == 1)
      #expect(asked.innerLearningRates == [0.1 * trial.rateFactor, 0.05 * trial.rateFactor])
      #expect(asked.rolloutsPerTask == 20 * trial.episodeFactor)
      #expect(trial.rateFactor == 1 || trial.episodeFactor == 1)
      let unlisted = GainDiagnosis.request(trial, like: listed)
      #expect(unlisted.listedTasks == nil && unlisted.tasks == 1)
    }
  }

  @Test func `of examples the support grows, not what judges it`() {
    var examples = request
    (examples.shots, examples.rolloutsPerTask) = (5, 15)
    let asked = GainDiagnosis.trials.map { GainDiagnosis.request($0, like: examples) }
    #expect(asked.map(\.shots) == [5, 5, 5, 5, 5, 20])
    #expect(asked.allSatisfy { $0.rolloutsPerTask == 15 })
    let noisy = diagnosis(
      gaining: [.init(rateFactor: 1, episodeFactor: 4): 20], request: examples)
    #expect(
      noisy.cause.hasPrefix("The inner gradient is too noisy: with 20 support examples a step"))
    #expect(noisy.table.header[1] == "support examples")
    #expect(noisy.table.rows.map { $0[1] } == ["5", "5", "5", "5", "5", "20"])
  }

  @Test func `runs that disagree show less than tasks of one run`() {
    let before = (0..<8).map { -50.0 + ($0.isMultiple(of: 2) ? 10 : -10) }
    func run(_ gain: Double) -> AdaptationCurve {
      let after = before.enumerated().map { $1 + gain + ($0 / 2 % 2 == 0 ? 0.5 : -0.5) }
      return AdaptationCurve(returns: [before, before, after])
    }
    let curves = GainDiagnosis.trials.map { _ in [run(20), run(-1), run(1)] }
    #expect(GainDiagnosis(request, curves: curves).best == nil)
    #expect(GainDiagnosis(request, curves: curves.map { [$0[0]] }).best != nil)
  }

  @Test func `the table has a row a trial, at a level that holds for all of them`() {
    let table = diagnosis(gaining: [.init(rateFactor: 0.1): 20]).table
    #expect(table.title.contains("99.2 %"))
    #expect(table.rows.map { $0[0] } == ["0.01", "0.03", "0.1", "0.3", "1", "0.1"])
    #expect(table.rows.map { $0[1] } == ["20", "20", "20", "20", "20", "80"])
    #expect(table.rows.map { $0[5] }.first == "a gain")
  }
}
