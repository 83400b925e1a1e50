import ArgumentParser
import Experiments

/// `metarl plot RUN…`.
struct PlotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw what runs have learned and how they adapt.",
    discussion: """
      learning: return before and after adaptation by iteration, with a band over seeds. \
      adaptation: return by gradient steps on held-out tasks, with intervals, beside an \
      untrained policy. tasks: every task before and after adaptation. parameter: return by a \
      number of the task, such as a velocity. paths: ways before and after adaptation on nine \
      tasks with their goals, for navigation and point masses. What a family has not is left \
      out.

      All but learning evaluate the runs first, as 'metarl evaluate' does. Drawing takes \
      gnuplot (Debian: gnuplot-nox). The paths of the pictures go to standard output.

      Examples:
        metarl plot runs/nav
        metarl plot runs/nav-1 runs/nav-2 runs/nav-3 --format png --output pictures
        metarl plot runs/nav runs/nav-pretrained --only learning adaptation
      """)

  @OptionGroup var view: ViewOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Draws these alone: learning, adaptation, tasks, parameter, paths.", valueName: "figure"))
  var only: [FigureKind] = []

  @Option(help: "The file format: svg, png or pdf.")
  var format = PlotFormat.svg

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder of the pictures. Default: 'plots' in the first run folder.", valueName: "dir"),
    completion: .directory)
  var output: String?

  func run() async throws {
    let histories = try view.histories()
    let gnuplot = try Gnuplot()
    let kinds = Set(only.isEmpty ? FigureKind.allCases : only)
    let folder = output ?? FileSystem.join(view.runs[0], "plots")
    try FileSystem.createFolder(folder)
    var figures: [Figure] = []
    if kinds.contains(.learning) {
      let family = histories[0].configuration.family
      if let figure = LearningFigure.figure(histories, family: family) { figures.append(figure) }
    }
    if kinds != [.learning] {
      figures += try await view.evaluate(histories).figures(kinds)
    }
    guard !figures.isEmpty else {
      throw CommandFailure(
        .usage,
        "'\(view.runs[0])' has none of these figures: "
          + "\(kinds.map(\.rawValue).sorted().joined(separator: ", ")).")
    }
    let progress = PieceProgress("drawing", of: figures.count, quiet: view.options.quiet)
    let paths = try await CommandFailure.whileRunning {
      defer { progress.finish() }
      return try figures.map { figure in
        let path = FileSystem.join(folder, "\(figure.name).\(format.rawValue)")
        progress.begin("drawing \(figure.name)")
        try DurableFile.write(gnuplot.draw(figure, as: format), to: path)
        progress.advance()
        return path
      }
    }
    paths.forEach(Console.print)
  }
}
