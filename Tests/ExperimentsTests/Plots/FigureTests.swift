import Environments
import Foundation
import MetaLearning
import Testing

@testable import Drawing
@testable import Experiments
@testable import Files
@testable import Reports

/// Names as nobody should choose them.
private let hostile =
  "</script>\"'`touch broken`'\" \\n $x @y {_a} 😀\nplot 1 "
  + String(
    repeating: "x", count: 10_000)

@Suite struct FigureTests {
  static let hasGnuplot = (try? Gnuplot()) != nil

  static func history(
    _ run: String, seed: UInt64, after: [Double], alpha: Double = 0.1
  ) -> LearningHistory {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    configuration.seed = seed
    configuration.learner.adaptation.innerLearningRate = alpha
    let rows = after.enumerated().map { index, value in
      JSONValue.object([
        .init("iteration", .integer(index + 1)), .init("return_before", .number(-2)),
        .init("return_after", .number(value)),
      ])
    }
    return LearningHistory(run: run, configuration: configuration, rows: rows)
  }

  static func evaluation(_ names: [String], shift: Double = 1) -> EvaluationSet {
    let family = SlopeFamily()
    var request = EvaluationRequest(innerLearningRates: [0.1, 0.05], seed: 1)
    request.tasks = 6
    let reports = names.enumerated().map { index, name in
      let start = (0..<6).map { Double($0 + index) }
      let curve = AdaptationCurve(
        returns: [start, start.map { $0 + shift }, start.map { $0 + 2 * shift }])
      return EvaluationReport(
        family: family, policy: name, policyKind: name == "random" ? .random : .trained(.maml),
        request: request, estimator: .logLikelihood, curve: curve)
    }
    return EvaluationSet(reports)
  }

  static func everyFigure(name: String) throws -> [Figure] {
    let set = evaluation([name, "random"])
    let tasks = (0..<6).map { TaskParameters([.init(name: name, values: [Double($0)])]) }
    let paths = (0..<9).map { index in
      TaskPaths(
        task: TaskParameters([.init(name: "goal", values: [0.1 * Double(index), .nan])]),
        before: TaskPaths.Paths(
          sampled: [[0, 0], [1, 1]], mean: [[0, 0], [.nan, 1], [0.5, 0.5]]),
        after: TaskPaths.Paths(sampled: [[0, 0]], mean: []),
        returnBefore: -1, returnAfter: .infinity)
    }
    return [
      try #require(
        LearningFigure.figure(
          [history(name, seed: 1, after: [1, .nan, 3]), history("b", seed: 2, after: [2])],
          family: name)),
      AdaptationFigure.figure(set), try #require(TaskFigures.scatter(set)),
      try #require(TaskFigures.parameters(set, tasks: tasks, units: [(name, name)]).first),
      try #require(PathsFigure.figure(paths, of: set, steps: 2)),
    ]
      + [RobotMotion.Command.velocity(1), .along([0, 1]), .place([1, 1]), .nothing].compactMap {
        TrajectoryFigure.figure([trajectory(name, $0), trajectory(name, $0)], of: set, steps: 2)
      }
  }

  private static func trajectory(_ name: String, _ command: RobotMotion.Command) -> TaskTrajectories
  {
    var trajectory = TaskTrajectories.Trajectory()
    trajectory.distance = [0, 0.1, .nan, 0.4]
    trajectory.velocity = [1, .infinity, 2, 1]
    trajectory.reward = [-1, -2, -3, -4]
    return TaskTrajectories(
      task: TaskParameters([.init(name: name, values: [1])]), command: command,
      stepDuration: 0.05, before: trajectory, after: TaskTrajectories.Trajectory())
  }

  @Test func `a commanded velocity is drawn with the way that it would have gone`() throws {
    let figure = try #require(
      TrajectoryFigure.figure(
        [Self.trajectory("velocity", .velocity(2))], of: Self.evaluation(["run"]), steps: 1))
    #expect(figure.commands.contains("$panel00 << EOD\n0.05 0.0 NaN 0.1\n0.1 0.1 NaN 0.2\n"))
    #expect(figure.commands.contains("$panel10 << EOD\n0.05 1.0 NaN 2.0\n"))
    #expect(figure.commands.contains("velocity 2 m/s") && figure.commands.contains("time / s"))
    #expect(figure.description.contains("mean velocity 1.33 m/s before"))
  }

  /// Each parameter has lines of its own, which fit the column, and the panels begin below them.
  @Test func `a task of several parameters is named line by line over its column`() throws {
    func trajectories(_ count: Int) -> [TaskTrajectories] {
      (0..<3).map { _ in
        let plain = Self.trajectory("a", .nothing)
        let entries = (0..<count).map {
          TaskParameters.Entry(name: "mass_scale_of_\($0)", values: [1.25, 0.5])
        }
        return TaskTrajectories(
          task: TaskParameters(entries), command: .nothing, stepDuration: 0.05,
          before: plain.before, after: plain.after)
      }
    }
    let set = Self.evaluation(["run"])
    let two = try #require(TrajectoryFigure.figure(trajectories(2), of: set, steps: 1))
    #expect(
      two.commands.contains(#"set title "mass_scale_of_0\n1.25, 0.5\nmass_scale_of_1\n1.25, 0.5""#))
    let one = try #require(TrajectoryFigure.figure(trajectories(1), of: set, steps: 1))
    #expect(two.height == one.height + 2 * Figure.rowHeight)
    let many = try #require(TrajectoryFigure.figure(trajectories(9), of: set, steps: 1))
    #expect(many.height == one.height + 6 * Figure.rowHeight && many.commands.contains("\\n…\""))
    // The last label of a panel stays away from the first of the next.
    #expect(one.commands.contains("set xtics 0,0.1,0.176"))
  }

  @Test func `a key of more rows makes the picture higher and takes nothing from the plot`() throws
  {
    func plotHeight(_ names: [String]) throws -> Double {
      let figure = AdaptationFigure.figure(Self.evaluation(names))
      let match = try #require(
        figure.script(.svg).firstMatch(of: /set bmargin at screen ([0-9.]+)/))
      return Double(figure.height) * (1.02 - (try #require(Double(match.1))))
    }
    let long = (1...4).map { "\($0)-" + String(repeating: "x", count: 40) }
    let (few, many) = (try plotHeight(["a"]), try plotHeight(long))
    #expect(abs(few - many) < 5)
  }

  @Test func `a wide title is broken at spaces`() {
    #expect(wrappedLines("aa bb cc", width: 5) == ["aa bb", "cc"])
    #expect(wrappedLines("aaaaaaaa b", width: 3) == ["aaaaaaaa", "b"])
    #expect(wrappedLines("", width: 3) == [""])
  }

  @Test(.enabled(if: hasGnuplot), arguments: PlotFormat.allCases)
  func `every figure is drawn, whatever names there are`(format: PlotFormat) throws {
    let start: [UInt8] =
      switch format {
      case .svg: Array("<?xml".utf8)
      case .png: [0x89, 0x50, 0x4E, 0x47]
      case .pdf: Array("%PDF-".utf8)
      case .tex: Array("\\begin{tikzpicture}".utf8)
      }
    for figure in try Self.everyFigure(name: hostile) {
      let bytes = try Gnuplot().draw(figure, as: format)
      #expect(Array(bytes.prefix(start.count)) == start, "\(figure.name)")
      #expect(bytes.count > 2000, "\(figure.name)")
    }
    #expect(!FileManager.default.fileExists(atPath: "broken"))
  }

  @Test func `text in quotes cannot end or substitute anything`() {
    #expect(PlotText.quoted("a\"b\\c`d\ne") == #""a\"b\\c'd e""#)
    #expect(PlotText.quoted("0123456789", limit: 4) == #""…789""#)
    // A combining accent makes one character with what stands before it, not for gnuplot.
    #expect(PlotText.quoted("a\"\u{301}`\u{301}") == "\"a\\\"\u{301}'\u{301}\"")
  }

  @Test func `runs that differ in the seed alone are one curve with a band`() throws {
    let same = [
      Self.history("a", seed: 1, after: [1, 3]), Self.history("b", seed: 2, after: [5, 7]),
    ]
    let figure = try #require(LearningFigure.figure(same, family: "f"))
    #expect(figure.commands.contains("$after0 << EOD\n1.0 3.0 1.0 5.0\n2.0 5.0 3.0 7.0\nEOD"))
    #expect(figure.commands.contains("filledcurves"))
    #expect(figure.commands.contains("seeds 1, 2"))
    let other = [same[0], Self.history("c", seed: 1, after: [1], alpha: 0.2)]
    #expect(LearningHistory.groups(other).count == 2)
    let lines = try #require(LearningFigure.figure(other, family: "f")).commands
    #expect(!lines.contains("filledcurves") && lines.contains("$after1 << EOD"))
  }

  @Test func `a long curve is means, its worst beginning outside of the picture`() throws {
    let long = (0..<500).map { $0 < 8 ? -500.0 : -10.0 }
    let names = ["nav-seed-1", "nav-seed-2"]
    let same = [1, 2].map { Self.history(names[$0 - 1], seed: UInt64($0), after: long) }
    let text = try #require(LearningFigure.figure(same, family: "f")).commands
    #expect(text.contains("means of 4 iterations"))
    #expect(text.contains("below the picture: 2 points up to iteration 7, down to -500"))
    let range = try #require(text.firstMatch(of: /set yrange \[(-[0-9.]+):/))
    #expect(try #require(Double(range.1)) > -100)
    #expect(GroupName.label(same.map(\.run)) == "nav, 2 seeds")
    let slow = (0..<500).map { $0 < 8 ? -55.0 : Double($0 - 500) / 10 }
    let rising = try #require(
      LearningFigure.figure([Self.history("a", seed: 1, after: slow)], family: "f"))
    #expect(!rising.commands.contains("yrange"), "hiding its beginning would free little")
    #expect(!rising.commands.contains("below the picture"))
    let short = [Self.history("a", seed: 1, after: [-500, -10, -10])]
    let whole = try #require(LearningFigure.figure(short, family: "f"))
    #expect(!whole.commands.contains("yrange"))
  }

  @Test(arguments: [
    (["alpha", "all"], "alpha and 1 more"), (["walk-10", "walk-12"], "walk, 2 seeds"),
    (["nav1", "nav2"], "nav, 2 seeds"), (["nav", "nav-2"], "nav, 2 seeds"),
    (["nav-slow", "nav-small"], "nav, 2 seeds"),
  ])
  func `seeds are named by the words that their folders begin with`(
    _ names: [String], label: String
  ) {
    #expect(GroupName.label(names) == label)
  }

  @Test func `runs whose folders have one name are told apart by the folders above`() {
    let one = ["runs/a/maml-seed-1"]
    let other = ["runs/b/maml-seed-1/"]
    #expect(GroupName.labels([one, other]) == ["a/maml-seed-1", "b/maml-seed-1"])
    #expect(GroupName.labels([one, one]) == ["1: maml-seed-1", "2: maml-seed-1"])
    #expect(GroupName.label(["r/a-1/checkpoints/best.safetensors", "r/a-2"]) == "a, 2 seeds")
  }

  @Test func `a task is drawn at its returns before and after all steps`() throws {
    let figure = try #require(TaskFigures.scatter(Self.evaluation(["run", "random"], shift: -1)))
    #expect(figure.commands.contains("$own << EOD\n0.0 -2.0\n1.0 -1.0\n"))
    #expect(figure.commands.contains("$untrained << EOD\n1.0 -1.0\n"))
    #expect(figure.description.contains("0 tasks did not become worse, 6 did"))
  }

  @Test func `titles say family, split, tasks, episodes and seed`() {
    let commands = AdaptationFigure.figure(Self.evaluation(["run"])).commands
    #expect(commands.contains("split held_out, 6 tasks, 20 episodes a task and step, seed 1"))
    #expect(commands.contains("\(SlopeFamily().name): return"))
  }

  @Test func `without gnuplot one line says how to get it`() throws {
    let error = try #require(throws: PlotError.self) { try Gnuplot(path: "/nowhere:") }
    #expect("\(error)".contains("apt-get install gnuplot-nox"))
    #expect(!"\(error)".contains("\n"))
  }

  @Test(.enabled(if: hasGnuplot))
  func `what gnuplot complains about is in the error`() throws {
    let figure = Figure(name: "wrong", caption: "", description: "", commands: "plot nonsense(")
    let error = try #require(throws: PlotError.self) { try Gnuplot().draw(figure, as: .svg) }
    #expect("\(error)".contains("'wrong'") && "\(error)".contains("line"))
  }
}
