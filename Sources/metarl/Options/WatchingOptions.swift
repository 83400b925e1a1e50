import ArgumentParser
import Drawing
import Environments
import Experiments
import Replays

/// The flags that make something to watch of a recording.
struct WatchingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also writes a page that plays the recording in a browser, without a network.",
      valueName: "page"),
    completion: .file(extensions: ["html"]))
  var view: String?

  @Option(
    help: ArgumentHelp(
      "Also writes a film of the rollouts' first episodes; takes gnuplot, and is smoother with "
        + "ffmpeg.", valueName: "film"),
    completion: .file(extensions: ["gif"]))
  var gif: String?

  @Option(
    help: ArgumentHelp(
      "Also writes a film of the rollouts' first episodes; takes gnuplot and ffmpeg.",
      valueName: "film"),
    completion: .file(extensions: ["mp4"]))
  var mp4: String?

  @Option(
    help: ArgumentHelp(
      "Who draws robots in films. mujoco takes a build with the package trait OSMesa, and ffmpeg.",
      valueName: "who"))
  var renderer = FilmRenderer.gnuplot

  @Option(
    help: ArgumentHelp(
      "Makes the page or film from this recording instead of running a script.",
      valueName: "recording"),
    completion: .file(extensions: ["jsonl"]))
  var recording: String?

  /// Whether anything is made.
  var isWanted: Bool { view != nil || gif != nil || mp4 != nil }

  /// The files with what they are called on standard output.
  private var films: [(path: String, format: FilmFormat)] {
    [(gif, .gif), (mp4, .mp4)].compactMap { path, format in path.map { ($0, format) } }
  }

  func validate() throws {
    if recording != nil, !isWanted {
      throw ValidationError("--recording goes with --view, --gif or --mp4 and the file to write.")
    }
    let paths = [view, gif, mp4].compactMap { $0 }
    if Set(paths).count < paths.count {
      throw ValidationError("--view, --gif and --mp4 name the same file.")
    }
    if renderer != .gnuplot, films.isEmpty {
      throw ValidationError("--renderer goes with --gif or --mp4.")
    }
  }

  /// The files that are wanted.
  var requests: [OutputFiles.Request] {
    [.init("--view", view), .init("--gif", gif), .init("--mp4", mp4)]
  }

  /// Finds out before the work whether the programs that make the files are there.
  ///
  /// - Parameter family: what was recorded.
  /// - Throws: one line for a program that is missing.
  func prepare(_ family: DefinedTaskFamily) throws {
    guard !films.isEmpty else { return }
    try renderer.require(for: family)
    _ = try Gnuplot()
    if mp4 != nil || renderer == .mujoco { _ = try FFmpeg() }
  }

  /// Makes the page and the films.
  ///
  /// - Parameters:
  ///   - recording: from its start.
  ///   - family: what its header names.
  ///   - quiet: no progress.
  ///   - files: where they go, and where a line about each is told.
  /// - Throws: `ReplayError` for a recording that cannot be read; what fails later as a
  ///   `CommandFailure`.
  func make(
    of recording: RecordingReader, family: DefinedTaskFamily, quiet: Bool, files: OutputFiles
  ) throws {
    if let view {
      let page = try ReplayPage(recording, family: family)
      try files.write(page.html, to: view)
      files.tell("Page: \(view)")
    }
    guard !films.isEmpty else { return }
    let film = try ReplayFilm(recording, family: family, renderer: renderer)
    film.notes.forEach(Console.warn)
    for (path, format) in films {
      let progress = WorkProgress("drawing \(path)", of: film.frameCount, quiet: quiet)
      defer { progress.finish() }
      do {
        try files.write(film.bytes(format, progress: progress.reach), to: path)
      } catch {
        throw CommandFailure(.runFailed, CommandFailure.describe(error))
      }
      progress.finish()
      files.tell("Film: \(path)")
    }
  }
}

extension FilmRenderer: ExpressibleByArgument {}
