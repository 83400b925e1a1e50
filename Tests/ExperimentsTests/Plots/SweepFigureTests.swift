import MetaLearning
import Testing

@testable import Drawing
@testable import Experiments
@testable import Reports

@Suite struct SweepFigureTests {
  /// A sweep of two learning rates, two numbers of episodes and three steps over masses.
  private func table(
    rates: [Double] = [0.2, 0.4], episodes: [Int] = [3], steps: [Int] = [0, 2],
    range: String? = "mass=1:3:1", policy: String = "runs/a, \"b\"\nc"
  ) throws -> (table: SweepTable, sweep: Sweep) {
    let family = try BuiltInFamilies.named("point-mass")
    var base = EvaluationRequest(innerLearningRates: [], seed: 3)
    base.tasks = 2
    let sweep = try Sweep(
      Sweep.Axes(
        innerLearningRates: rates, rolloutsPerTask: episodes, steps: steps,
        taskRange: range.flatMap { TaskRange($0) }), base: base, family: family,
      adaptation: AdaptationConfiguration())
    let last = steps.max() ?? 0
    let reports = sweep.points.enumerated().map { index, point in
      EvaluationReport(
        family: family, policy: policy, request: point.request, estimator: .logLikelihood,
        curve: AdaptationCurve(
          returns: (0...last).map { [Double($0 + index), Double($0 + index + 1)] }))
    }
    let bytes = Array(sweep.csv(reports).utf8)
    return (try SweepTable(bytes, origin: "s.csv"), sweep)
  }

  @Test func `what a sweep writes is read as it was`() throws {
    let (table, sweep) = try table()
    #expect(table.policy == "runs/a, \"b\"\nc" && table.family == "point-mass")
    #expect(table.taskLabel == "mass" && table.unit == "kg")
    #expect(table.split == "held_out" && table.seed == "3" && table.tasks == 2)
    #expect(table.rows.count == 2 * sweep.points.count)
    let last = try #require(table.rows.last)
    #expect(last.taskValue == 3 && last.innerLearningRate == 0.4 && last.step == 2)
    #expect(last.mean == 7.5 && last.rolloutsPerTask == 3)
    let interval = try #require(last.interval)
    #expect(abs(interval.lower + interval.upper - 15) < 1e-9 && interval.lower < 7.5)
  }

  @Test func `the number of the task runs along, steps are curves, rates have a figure each`()
    throws
  {
    let figures = SweepFigure.figures(try table().table)
    #expect(figures.map(\.name) == ["response-1", "response-2"])
    #expect(figures[1].commands.contains("$curve1 << EOD\n1.0 3.5 "))
    #expect(figures[0].commands.contains("mass / kg"))
    #expect(figures[0].commands.contains("learning rate 0.2"))
    #expect(figures[0].commands.contains("title \"before adaptation\""))
    #expect(figures[0].commands.contains("split held_out, 2 tasks, 3 episodes a task and step"))
  }

  @Test func `learning rates over decades have a logarithmic axis`() throws {
    let rates = SweepFigure.figures(
      try table(rates: [0.01, 0.1, 1], steps: [1], range: nil).table)
    #expect(rates.count == 1 && rates[0].commands.contains("set logscale x"))
    let steps = SweepFigure.figures(try table(rates: [0.1], steps: [0, 1, 2], range: nil).table)
    #expect(steps[0].commands.contains("set xlabel \"adaptation steps\""))
    #expect(!steps[0].commands.contains("logscale"))
  }

  @Test(.enabled(if: FigureTests.hasGnuplot))
  func `gnuplot draws every sweep`() throws {
    for (rates, steps, range) in [
      ([0.1, 0.2], [0, 1], nil), ([0.01, 1], [1], "mass=1:2:0.5"), ([0.1], [2], nil),
    ] as [([Double], [Int], String?)] {
      let figures = SweepFigure.figures(try table(rates: rates, steps: steps, range: range).table)
      for figure in figures {
        #expect(try Gnuplot().draw(figure, as: .svg).count > 2000)
      }
    }
  }

  @Test(
    arguments: [
      ("", "has no rows"), ("a,b\n", "has no rows"), ("a,b\n1,2\n", "no column"),
      ("\"a\n", "quote"),
    ])
  func `what is no table is refused`(text: String, reason: String) throws {
    let error = try #require(throws: SweepTable.ReadingError.self) {
      try SweepTable(Array(text.utf8), origin: "s.csv")
    }
    #expect("\(error)".contains(reason) && "\(error)".contains("'s.csv'"))
    #expect("\(error)".contains("metarl sweep --csv"))
  }

  @Test func `a damaged row is named`() throws {
    let family = try BuiltInFamilies.named("point-mass")
    let sweep = try Sweep(
      Sweep.Axes(innerLearningRates: [0.1], rolloutsPerTask: [2], steps: [0], taskRange: nil),
      base: EvaluationRequest(innerLearningRates: [], seed: 1), family: family,
      adaptation: AdaptationConfiguration())
    let text = sweep.csv([
      EvaluationReport(
        family: family, policy: "p", request: sweep.points[0].request, estimator: .logLikelihood,
        curve: AdaptationCurve(returns: [Array(repeating: 1, count: 40)]))
    ])
    #expect(throws: Never.self) { try SweepTable(Array(text.utf8), origin: "s") }
    for wrong in [text + "1,2\n", text.replacing("\n0.1,2,", with: "\n0.1,x,")] {
      let error = try #require(throws: SweepTable.ReadingError.self) {
        try SweepTable(Array(wrong.utf8), origin: "s")
      }
      #expect(error.line == (wrong.hasSuffix("1,2\n") ? 3 : 2), "\(error)")
    }
  }
}
