import Environments
import MetaLearning
import Testing

@testable import Experiments

@Suite struct SweepTests {
  @Test func `ranges are read, or refused`() throws {
    let range = try #require(TaskRange("velocity=0:4:0.25"))
    #expect(range.parameter == "velocity" && range.component == nil && range.values.count == 17)
    #expect(TaskRange("goal[1]=1:-1:-0.5")?.values == [1, 0.5, 0, -0.5, -1])
    #expect(TaskRange("goal[1]=1:-1:-0.5")?.component == 1)
    for text in ["velocity", "velocity=1", "=0:1:1", "v=0:1", "v=0:1:0", "v=0:x:1", "g[a]=0:1:1"] {
      #expect(TaskRange(text) == nil, "\(text)")
    }
  }

  @Test func `a range replaces one number of every task`() throws {
    let family = try BuiltInFamilies.named("point-mass")
    let task = family.task(split: .heldOut, index: 0, seed: 1)
    let range = try #require(TaskRange("goal[1]=2:3:1"))
    let changed = try range.applied(2, to: task, of: family)
    #expect(changed["goal"] == [try #require(task["goal"])[0], 2])
    #expect(changed["mass"] == task["mass"])
    for text in ["velocity=0:1:1", "goal[2]=0:1:1", "mass=-1:0:1"] {
      let wrong = try #require(TaskRange(text))
      #expect(throws: EnvironmentError.self, "\(text)") {
        try wrong.applied(wrong.values[0], to: task, of: family)
      }
    }
  }

  @Test func `the grid is every combination on the same tasks`() throws {
    let family = try BuiltInFamilies.named("point-mass")
    var base = EvaluationRequest(innerLearningRates: [], seed: 3)
    base.tasks = 2
    let sweep = try Sweep(
      Sweep.Axes(
        innerLearningRates: [0.2, 0.4], rolloutsPerTask: [3, 5], steps: [0, 2],
        taskRange: TaskRange("mass=1:2:1")),
      base: base, family: family, adaptation: AdaptationConfiguration())
    #expect(sweep.points.map(\.taskValue) == [1, 1, 1, 1, 2, 2, 2, 2])
    #expect(sweep.points.map(\.innerLearningRate) == [0.2, 0.4, 0.2, 0.4, 0.2, 0.4, 0.2, 0.4])
    #expect(sweep.points.map(\.request.rolloutsPerTask) == [3, 3, 5, 5, 3, 3, 5, 5])
    #expect(sweep.points[1].request.innerLearningRates == [0.4, 0.2])
    for point in sweep.points {
      #expect(point.request.task(1, of: family)["goal"] == base.task(1, of: family)["goal"])
      #expect(point.request.task(1, of: family)["mass"]?[0] == point.taskValue)
    }
    let reports = sweep.points.enumerated().map { index, point in
      EvaluationReport(
        family: family, policy: "run", request: point.request, estimator: .logLikelihood,
        curve: AdaptationCurve(
          returns: [[0, 0], [1, 1], [Double(index), Double(index)]],
          divergedByStep: [0, 0, index], episodesPerStep: 10))
    }
    let rows = sweep.table(reports).rows
    #expect(rows.count == 16)
    #expect(rows[15].last == "7/10" && rows[14].last == "0")
    #expect(sweep.notes(reports)[0].hasPrefix("28/240 episodes diverged"))
    #expect(rows[15][0...3] == ["2", "0.4", "5", "2"] && rows[15][4].hasPrefix("7.00"))
    let lines = sweep.csv(reports).split(separator: "\n")
    #expect(lines.count == 17 && lines[0].hasPrefix("mass,inner_learning_rate,"))
    #expect(lines[16].hasPrefix("2.0,0.4,5,2,2,7.0,"))
    let column = lines[0].split(separator: ",", omittingEmptySubsequences: false)
      .firstIndex(of: "diverged_episodes")
    #expect(
      lines[16].split(separator: ",", omittingEmptySubsequences: false)[try #require(column)]
        == "7")
  }
}
