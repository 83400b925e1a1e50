import ArgumentParser
import Drawing
import Experiments
import Files
import Reports

/// `metarl plot RUN…`.
struct PlotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw what runs have learned and how they adapt.",
    discussion: """
      learning: return before and after adaptation by iteration, with a band over seeds. \
      adaptation: return by gradient steps on held-out tasks, with intervals, beside an \
      untrained policy. tasks: every task before and after adaptation. parameter: return by a \
      number of the task, such as a velocity or the angle of a direction. paths: the paths before \
      and after adaptation on nine tasks with their goals, for navigation and point masses. \
      trajectories: position, velocity and reward of a robot over time on up to three tasks. What a \
      family has not is left out.

      --sweep draws the table of 'metarl sweep --csv' as response curves; runs are not needed \
      for it.

      All but learning and sweeps evaluate the runs first, as 'metarl evaluate' does. Drawing \
      takes gnuplot (Debian: gnuplot-nox). A picture as tex is TikZ: a paper loads \
      gnuplot-lua-tikz (gnuplot writes it: set terminal tikz createstyle) and says \\input. The paths of the pictures go to standard output.

      Examples:
        metarl plot runs/nav
        metarl plot runs/nav-1 runs/nav-2 runs/nav-3 --format png --output pictures
        metarl plot runs/nav runs/nav-pretrained --only learning,adaptation
        metarl sweep runs/nav --inner-learning-rate 0.05,0.1,0.2 --csv rates.csv
        metarl plot --sweep rates.csv
        metarl plot runs/nav --only learning --format tex --size 480x330
      """)

  @OptionGroup var view: ViewOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Draws these alone, as in learning,paths.", valueName: "figure,…"))
  var only: [ChoiceList<FigureKind>] = []

  @Option(
    help: ArgumentHelp(
      "Draws the response curves of this table.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var sweep: String?

  @OptionGroup var look: FigureOptions

  @Option(
    help: ArgumentHelp(
      "A title instead of the pictures' own; '' for none.", valueName: "text"))
  var title: String?

  @Option(help: "The file format: svg, png, pdf, or tex (TikZ, for LaTeX).")
  var format = PlotFormat.svg

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder of the pictures. Default: 'plots' in the first run folder, or the folder of "
        + "the table.", valueName: "dir"),
    completion: .directory)
  var output: String?

  func validate() throws {
    guard sweep != nil || !view.paths.isEmpty else {
      throw ValidationError("Give a run folder, or a table with --sweep.")
    }
  }

  func run() async throws {
    let table = try sweep.map { path in
      try SweepTable(FileSystem.contents(of: path, limit: 64 << 20), origin: path)
    }
    let histories = try view.histories()
    let gnuplot = try Gnuplot()
    let folder =
      output
      ?? view.paths.first.map { FileSystem.join($0, "plots") }
      ?? FileSystem.parentFolder(of: sweep ?? "")
    // A link in a run folder from elsewhere is not followed; a folder that is named is the user's.
    if output == nil { try FileSystem.requireNoLink(folder) }
    _ = try OutputFiles([
      .init("--output", FileSystem.join(folder, "figure.\(format.rawValue)"))
    ])
    for name in try FileSystem.names(inFolder: folder)
    where name.hasSuffix(".\(format.rawValue)")
      && (FigureKind.allCases.map(\.rawValue) + ["response"]).contains(where: name.hasPrefix)
    {
      try FileSystem.requireReplaceable(FileSystem.join(folder, name))
    }
    let figures = look.adjusted(
      try await figures(of: histories) + (table.map(SweepFigure.figures) ?? []), title: title)
    let progress = WorkProgress("drawing", of: figures.count, quiet: view.options.quiet)
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

  /// What the runs have of the figures that are wanted.
  private func figures(of histories: [LearningHistory]) async throws -> [Figure] {
    guard let first = histories.first else { return [] }
    let chosen = only.flatMap(\.values)
    let wanted = Set(chosen.isEmpty ? FigureKind.allCases : chosen)
    var figures: [Figure] = []
    if wanted.contains(.learning) {
      let family = first.configuration.family
      if let figure = LearningFigure.figure(histories, family: family, style: look.style) {
        figures.append(figure)
      }
    }
    if wanted != [.learning] {
      figures += try await view.evaluate(histories).figures(wanted)
    }
    guard !figures.isEmpty else {
      throw CommandFailure(
        .usage,
        "'\(view.paths[0])' has none of these figures: "
          + "\(wanted.map(\.rawValue).sorted().joined(separator: ", ")).")
    }
    return figures
  }
}
