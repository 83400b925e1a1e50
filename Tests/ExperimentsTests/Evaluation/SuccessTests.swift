import DenseMath
import Environments
import MetaLearning
import Networks
import Statistics
import Testing

@testable import Experiments
@testable import Files

@Suite struct SuccessTests {
  private func report(_ name: String, _ rates: [[Double]]) -> EvaluationReport {
    var request = EvaluationRequest(innerLearningRates: [0.1], seed: 1)
    request.tasks = 3
    return EvaluationReport(
      family: SlopeFamily(), policy: name, policyKind: .trained(.maml), request: request,
      estimator: .logLikelihood,
      curve: AdaptationCurve(returns: [[1, 2, 3], [2, 3, 4]], successRates: rates))
  }

  @Test func `success is told by steps, with an interval that is a share`() throws {
    let rates = [[0.0, 0.1, 0.2], [1, 0.9, 1]]
    let one = EvaluationSet([report("a", rates)])
    let table = try #require(one.tables.first { $0.title.hasPrefix("Share of episodes") })
    let before = try #require(studentInterval(of: rates[0]))
    #expect(before.lower < 0)
    #expect(table.header == ["steps", "a"])
    #expect(
      table.rows[0] == ["0", FigureText.figure(0.1, Interval(lower: 0, upper: before.upper))])
    let curve = try #require(one.json["curve"]?.elements)
    #expect(curve[0]["success"]?.number == mean(of: rates[0]))
    #expect(curve[0]["success95"] == .array([.number(0), .number(before.upper)]))
    #expect(curve[1]["success95"]?.elements?[1].number == 1)
    #expect(curve[1]["success_per_task"] == .numbers(rates[1]))
    let csv = one.csv.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(csv[0].suffix(3) == ["success", "success95_lower", "success95_upper"])
    #expect(csv[1][csv[1].count - 3] == "0.1" || csv[1][csv[1].count - 3].hasPrefix("0.10"))
    // Over runs and tasks for several runs.
    let two = EvaluationSet(
      [report("a", rates), report("b", [[0.2, 0.3, 0.4], [0.5, 0.5, 0.8]])], runCount: 2)
    let figure = try #require(two.groups[0].success(step: 0))
    #expect(abs(figure.mean - 0.2) < 1e-12)
    #expect(
      try #require(two.tables.first { $0.title.hasPrefix("Share") }).title.contains("runs and"))
  }

  @Test func `a family without success tells nothing of it`() {
    let set = EvaluationSet([report("a", [])])
    #expect(!set.tables.contains { $0.title.hasPrefix("Share of episodes") })
    #expect(!set.json.line.contains("success") && !set.csv.contains("success"))
  }

  #if MuJoCo
    @Test func `an episode succeeds when one of its steps does, not only the last`() throws {
      let family = try BuiltInFamilies.named("arm-reach")
      #expect(family.successTerms == [1])
      var configuration = PolicyConfiguration()
      configuration.hidden = [4]
      let policy = Policy<Double>(family: family, configuration: configuration)
      let parameters = policy.makeParameters()
      parameters.set(policy.initialParameters(seed: 2, initialStandardDeviation: 2))
      let sampler = RolloutSampler(
        policy: policy, family: family, workspace: policy.makeWorkspace())
      // A place that a waving arm passes now and then.
      let goal = [0.4, 0.05, 0.2]
      let batch = sampler.rollOut(
        parameters,
        lanes: try family.makeLanes(
          task: TaskParameters([.init(name: "goal", values: goal)]), laneCount: 40),
        address: RolloutAddress(seed: 5, use: .evaluation, iteration: 0, task: 0))
      var start = 0
      var seen: [Bool] = []
      for length in batch.lengths {
        // The tip that is observed before a step is that after the step before.
        seen.append(
          (start + 1..<start + length).contains { row in
            let tip = batch.observations[12 * row + 6..<12 * row + 9]
            let squares = zip(tip, goal).map { ($0 - $1) * ($0 - $1) }
            return squares.reduce(0, +) <= 0.05 * 0.05
          })
        start += length
      }
      #expect(zip(seen, batch.succeeded).allSatisfy { !$0 || $1 })
      // The last step is seen by its reward alone.
      #expect(zip(seen, batch.succeeded).count { $0 != $1 } <= 3)
      #expect(seen.contains(true) && seen.contains(false))
      #expect(batch.successRate == Double(batch.succeeded.count { $0 }) / 40)
    }
  #endif
}
