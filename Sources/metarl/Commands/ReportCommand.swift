import ArgumentParser
import Experiments
import Files
import Reports

/// `metarl report RUN…`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one page of HTML about runs, to be handed on.",
    discussion: """
      Evaluates the runs and an untrained policy on the same tasks and writes what came out: \
      whether the policy adapts, in words and figures, the pictures of 'metarl plot', the \
      tables of 'metarl evaluate', what looks wrong, the configuration, versions and digests, \
      and the commands that make it all again. Where no gain is shown, shorter and longer inner \
      steps and more episodes are tried on validation tasks, to tell the cause. The page is one file, has no scripts and loads \
      nothing. Without gnuplot (Debian: gnuplot-nox) it has no pictures.

      Examples:
        metarl report runs/nav
        metarl report runs/nav-1 runs/nav-2 runs/nav-3 --output nav.html
        metarl report runs/nav --split shifted --output shifted.html
      """)

  @OptionGroup var view: ViewOptions

  @OptionGroup var look: FigureOptions

  @Option(
    help: ArgumentHelp(
      "The page's title. Default: the family and what is asked of it.", valueName: "text"))
  var title: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The page; - for standard output. Default: 'report.html' in the first run folder.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String?

  func validate() throws {
    guard !view.paths.isEmpty else { throw ValidationError("Give a run folder.") }
  }

  func run() async throws {
    let verdict = try await write()
    let isStandardOutput = path == OutputFiles.standardOutput
    let tell = isStandardOutput ? Console.note : Console.print
    tell(verdict.text)
    if !isStandardOutput { tell(path) }
  }

  /// Where the page goes.
  var path: String { output ?? FileSystem.join(view.paths[0], "report.html") }

  /// Evaluates, draws and writes the page.
  ///
  /// - Parameter tellsMissing: whether pictures that cannot be drawn are a warning.
  /// - Returns: the verdict in it.
  /// - Throws: mistakes in flags and files, and what fails later.
  func write(tellsMissing: Bool = true) async throws -> AdaptationVerdict {
    let histories = try view.histories()
    let provenances = try view.paths.map { try RunFolder.open($0, forWriting: false).provenance() }
    let files = try OutputFiles([.init("--output", path)], replacesReport: true)
    let viewed = try await view.evaluate(histories)
    let diagnosis = try await viewed.diagnosis(quiet: view.options.quiet)
    var figures = try await viewed.figures(Set(FigureKind.allCases))
    let family = histories[0].configuration.family
    if let learning = LearningFigure.figure(histories, family: family, style: look.style) {
      figures.append(learning)
    }
    figures = look.adjusted(figures)
    var report = RunReport(
      histories, provenances: provenances, set: viewed.set, diagnosis: diagnosis,
      checkpoints: view.paths.compactMap { run in
        viewed.policies.first { $0.name == run }?.evaluation.location.checkpoint
      }, version: Version.text,
      flags: view.options.flags + look.flags + (title.map { ["--title", $0] } ?? [])
        + (output.map { ["--output", $0] } ?? []))
    report.title = title
    let progress = WorkProgress(
      "drawing", of: figures.count, quiet: view.options.quiet)
    report.draw(figures, progress: progress.advance)
    progress.finish()
    if tellsMissing { report.missing.forEach(Console.warn) }
    try await CommandFailure.whileRunning { try files.write(report.html, to: path) }
    return AdaptationVerdict(viewed.set, diagnosis: diagnosis)
  }
}
