import Foundation
import MetaLearning
import Statistics
import Testing

@testable import Experiments
@testable import Reports

@Suite struct EvaluationSetTests {
  private func report(
    _ policy: String, _ kind: EvaluationReport.PolicyKind, _ returns: [[Double]],
    family: any TaskFamily = SlopeFamily()
  ) -> EvaluationReport {
    var request = EvaluationRequest(
      innerLearningRates: AdaptationConfiguration().innerLearningRates(
        steps: returns.count - 1, from: 0.4),
      seed: 3)
    request.tasks = returns[0].count
    request.rolloutsPerTask = 2
    return EvaluationReport(
      family: family, policy: policy, policyKind: kind, request: request,
      estimator: .logLikelihood, curve: AdaptationCurve(returns: returns, environmentSteps: 10))
  }

  private let before = [-10.0, -12, -9, -14, -11, -10.5]
  private let after = [-5.0, -6, -9.5, -6, -4, -5.5]

  @Test func `the report keeps its first keys and gives every step its gain`() throws {
    let json = EvaluationSet([report("run", .trained(.maml), [before, after, after])]).json
    for key in [
      "family", "preset", "split", "tasks", "rollouts_per_task", "curve", "paired_gain",
      "share_worse",
    ] { #expect(json[key] != nil, "\(key)") }
    let curve = try #require(json["curve"]?.elements)
    #expect(curve.count == 3)
    #expect(curve[1]["mean"]?.number == -6)
    #expect(curve[1]["per_task"]?.elements?.compactMap(\.number) == after)
    let student = try #require(studentInterval(of: after))
    #expect(curve[1]["ci95"] == .array([.number(student.lower), .number(student.upper)]))
    #expect(curve[1]["worst_tenth"]?.number == -9.5)
    let gains = try #require(json["gains"]?.elements)
    #expect(gains.compactMap { $0["step"]?.integer } == [1, 2])
    let mean = 30.5 / 6
    #expect(abs((gains[1]["mean"]?.number ?? 0) - mean) < 1e-12)
    #expect(json["paired_gain"]?["mean"] == gains[0]["mean"])
    #expect(json["share_worse"]?.number == 1.0 / 6)
    #expect(json["comparisons"] == nil && json["across_runs"] == nil)
  }

  @Test func `comparisons are paired task by task, and scaled between random and oracle`() throws {
    let oracle = before.map { $0 + 8 }
    let set = EvaluationSet([
      report("run", .trained(.maml), [before, after]),
      report("random", .random, [before.map { $0 - 2 }, before]),
      report("told", .trained(.oracle), [oracle]),
    ])
    let comparisons = try #require(set.json["comparisons"]?.elements)
    let first = try #require(comparisons[0]["first_against_this"]?.elements)
    #expect(first[0]["mean"]?.number == 2)
    #expect(first[0]["paired_t_p"] == .null, "equal differences have no t")
    #expect(first[0]["probability_of_improvement"]?.number == 1)
    #expect(first[1]["share_worse"]?.number == 1.0 / 6)
    let told = try #require(comparisons[1]["first_against_this"]?.elements)
    #expect(told.map { $0["other_step"]?.integer } == [0, 0])
    // Random scores −10.0833 − 1 − … before adapting; the run is 2 of the 10 above it.
    let scores = try #require(set.json["curve"]?.elements).map { $0["normalized"]?.number }
    #expect(abs((scores[0] ?? 9) - 0.2) < 1e-12)
    #expect(comparisons[1]["curve"]?.elements?[0]["normalized"]?.number == 1)
    #expect(set.csv.split(separator: "\n").count == 1 + 2 + 2 + 1)
    #expect(set.markdown.contains("| told |"))
  }

  @Test func `runs are taken together, and are no rivals of each other`() throws {
    let other = after.map { $0 - 2 }
    let set = EvaluationSet(
      [
        report("a", .trained(.maml), [before, after]),
        report("b", .trained(.maml), [before, other]),
        report("random", .random, [before, before]),
      ], runCount: 2)
    let runs = try #require(set.json["across_runs"])
    #expect(runs["runs"]?.integer == 2)
    #expect(runs["curve"]?.elements?[1]["mean"]?.number == -7)
    #expect(runs["curve"]?.elements?[1]["per_run"]?.elements?.compactMap(\.number) == [-6, -8])
    #expect(set.runs?.returns[1].interval == CrossedMean(of: [after, other]).interval())
    #expect(set.comparisons.count == 1)
    // Run a beats random on five tasks, run b on five: of task 2, neither.
    #expect(abs(set.comparisons[0].points[1].improvement.value - 10.0 / 12) < 1e-12)
    #expect(set.notes.contains { $0.contains("2 runs") })
  }

  @Test func `several runs are not tested against one, and the report says why`() throws {
    let set = EvaluationSet(
      [
        report("nav-1", .trained(.maml), [before, after]),
        report("nav-2", .trained(.maml), [before, after.map { $0 - 2 }]),
        report("other", .trained(.multiTask), [before, before]),
      ], runCount: 2)
    let point = set.comparisons[0].points[1]
    #expect(point.evidence == .none && point.interval == nil && point.pValue == nil)
    #expect(point.improvement.interval == nil)
    #expect(
      set.notes.contains {
        $0.hasPrefix("no test of nav, 2 seeds against other: of other there is one run")
      })
    let json = try #require(set.json["comparisons"]?.elements?[1]["first_against_this"]?.elements)
    #expect(json[1]["mean"]?.number == point.mean)
    for key in ["ci95", "wilcoxon_p", "paired_t_p", "runs_p", "probability95"] {
      #expect(json[1][key] == .null, "\(key)")
    }
  }

  @Test func `groups on both sides are compared over runs and tasks, under one name`() throws {
    func run(_ name: String, _ kind: Algorithm, shift: Double) -> EvaluationReport {
      report(name, .trained(kind), [before, after.map { $0 + shift }])
    }
    let set = EvaluationSet(
      PolicyGroup.groups(
        [
          run("runs/nav-1", .maml, shift: 0), run("runs/nav-2", .maml, shift: 3),
          run("runs/pre-1", .multiTask, shift: -2), run("runs/pre-2", .multiTask, shift: 1),
          run("runs/pre-3", .multiTask, shift: 0.5), run("random, seed 1", .maml, shift: -9),
        ], counts: [2, 3, 1]))
    let expected = CrossedMean(
      of: [after, after.map { $0 + 3 }],
      minus: [-2, 1, 0.5].map { shift in after.map { $0 + shift } })
    let point = set.comparisons[0].points[1]
    #expect(point.evidence == .runs(expected) && point.interval == expected.interval())
    #expect(point.pValue == expected.pValue() && set.comparisons[0].refusal == nil)
    #expect(set.groups.map(\.name) == ["nav, 2 seeds", "pre, 3 seeds", "random, seed 1"])
    let markdown = set.markdown
    #expect(markdown.contains("| steps | alpha | nav, 2 seeds | pre, 3 seeds |"))
    #expect(markdown.contains("nav, 2 seeds against pre, 3 seeds, over runs and tasks"))
    #expect(markdown.contains("pre, 3 seeds: 3 runs together"))
    let picture = AdaptationFigure.figure(set)
    #expect(picture.commands.contains("nav, 2 seeds") && picture.commands.contains("pre, 3 seeds"))
    #expect(!picture.commands.contains("pre-2"))
    let others = try #require(set.json["comparisons"]?.elements)
    #expect(
      others.map { $0["group"]?.text }
        == ["nav, 2 seeds"] + Array(repeating: "pre, 3 seeds", count: 3) + ["random, seed 1"])
    #expect(others[1]["across_runs"]?["runs"]?.integer == 3)
    #expect(others[2]["first_against_this"] == nil, "what is said of a group stands once")
  }

  @Test func `what is too few is said`() {
    let few = EvaluationSet([report("run", .trained(.maml), [[1, 2, 3], [2, 3, 4]])])
    #expect(few.notes.contains { $0.hasPrefix("3 tasks: no bootstrap interval") })
    #expect(few.json["curve"]?.elements?[0]["bootstrap95"] == .null)
    let one = EvaluationSet([report("run", .trained(.maml), [[1], [2]])])
    #expect(one.notes == ["1 task: no interval"])
    #expect(one.json["curve"]?.elements?[0]["ci95"] == .null)
  }

  @Test func `direction families say that they have two tasks, and resample within them`() throws {
    let family = try BuiltInFamilies.named("half-cheetah-direction")
    let returns = (0..<12).map {
      (family.task(split: .heldOut, index: $0, seed: 3).vector[0]) * 100 + Double($0)
    }
    let set = EvaluationSet([
      report("run", .trained(.maml), [returns, returns], family: family)
    ])
    #expect(set.json["different_tasks"]?.integer == 2)
    #expect(set.notes.contains { $0.hasPrefix("12 draws of 2 different tasks: direction") })
    let stratified = try #require(set.reports[0].steps[0].bootstrap)
    let plain = try #require(bootstrapInterval(of: returns))
    #expect(stratified.upper - stratified.lower < 0.3 * (plain.upper - plain.lower))
  }

  @Test func `every return is a row with the numbers of its task`() throws {
    let set = EvaluationSet([
      report("run", .trained(.maml), [before, after]), report("random", .random, [before, before]),
    ])
    let lines = set.taskTable(seeds: [7, 8]).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(
      lines[0] == [
        "policy", "algorithm", "run_seed", "split", "task", "step", "inner_learning_rate",
        "return", "gain", "target", "slope",
      ])
    #expect(lines.count == 1 + 2 * 2 * 6)
    let target = try #require(set.reports[0].tasks[2]["target"]?.first)
    #expect(
      lines[9] == [
        "run", "maml", "7", "held_out", "2", "1", "0.4", "-9.5", "-0.5", "\(target)", "0.5",
      ])
    #expect(lines[3][8] == "" && lines[15][2] == "8")
  }

  @Test func `the JSON has the tasks' numbers, and every table the digest of the tasks`() throws {
    let set = EvaluationSet([
      report("run", .trained(.maml), [before, after]), report("random", .random, [before, before]),
    ])
    let values = try #require(set.json["task_values"]?.elements)
    #expect(values.count == 6)
    let task = SlopeFamily().task(split: .heldOut, index: 4, seed: 3)
    #expect(values[4]["target"] == .numbers(try #require(task["target"])))
    let digest = String(EvaluationReport.digest(of: set.reports[0].tasks).prefix(12))
    #expect(set.tables.count >= 4)
    #expect(set.tables.allSatisfy { $0.title.contains(digest) })
    #expect(set.headline.contains("tasks \(digest)"))
    #expect(set.csv.contains("task_digest\n") && set.csv.contains(digest))
  }
}
