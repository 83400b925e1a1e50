import Statistics
import Testing

@testable import Drawing
@testable import Experiments
@testable import Files
@testable import Reports

@Suite struct FigureChoicesTests {
  /// Two seeds with 1000 · i environment steps of each of four kinds after iteration i.
  private let seeds = [([1.0, 3.0], 1), ([5.0, 9.0], 2)].map { after, seed in
    let history = FigureTests.history("run-\(seed)", seed: UInt64(seed), after: after)
    let rows = history.rows.enumerated().map { index, row in
      JSONValue.object(
        (row.members ?? [])
          + ["pre_adaptation", "during_adaptation", "post_adaptation", "validation"].map {
            .init("steps_\($0)", .integer(1000 * (index + 1)))
          })
    }
    return LearningHistory(run: history.run, configuration: history.configuration, rows: rows)
  }

  @Test func `environment steps of all kinds are an axis`() throws {
    let figure = try #require(
      LearningFigure.figure(seeds, family: "f", style: LearningStyle(axis: .environmentSteps)))
    #expect(
      figure.commands.contains("$after0 << EOD\n4000.0 3.0 1.0 5.0\n8000.0 6.0 3.0 9.0\nEOD"))
    #expect(figure.commands.contains("set xlabel 'environment steps, thousands'"))
    #expect(figure.commands.contains("$after0 using ($1/1000):2 "))
    let iterations = try #require(LearningFigure.figure(seeds, family: "f"))
    #expect(iterations.commands.contains("$after0 << EOD\n1.0 3.0 1.0 5.0\n"))
    #expect(iterations.commands.contains("set xlabel 'meta-iteration'"))
  }

  @Test func `the band is the range of the seeds or the interval of their mean`() throws {
    let interval = try #require(studentInterval(of: [1, 5]))
    let figure = try #require(
      LearningFigure.figure(seeds, family: "f", style: LearningStyle(spread: .interval)))
    #expect(
      figure.commands.contains("$after0 << EOD\n1.0 3.0 \(interval.lower) \(interval.upper)\n"))
    #expect(figure.commands.contains("band: 95 % Student t interval over seeds"))
    // One seed has no interval and no band.
    let one = try #require(
      LearningFigure.figure([seeds[0]], family: "f", style: LearningStyle(spread: .interval)))
    #expect(one.commands.contains("$after0 << EOD\n1.0 1.0 1.0 1.0\n"))
    #expect(!one.commands.contains("filledcurves"))
  }

  @Test func `every figure takes a size and a title, or none`() throws {
    for figure in try FigureTests.everyFigure(name: "n") {
      let own = figure.adjusted(size: (300, 200), title: "mine \"\\\"")
      #expect(own.script(.svg).contains("size 300,200 "), "\(figure.name)")
      #expect(own.commands.contains(#""mine \"\\\"""#), "\(figure.name)")
      #expect(!own.commands.contains("split held_out"), "\(figure.name)")
      #expect(figure.adjusted(title: "").commands.contains(#""""#), "\(figure.name)")
      #expect(figure.adjusted() == figure)
    }
  }
}
