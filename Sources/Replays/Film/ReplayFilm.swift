import Drawing
import Environments
import Files
import Foundation
import MetaLearning

/// A film of a recording: the first episodes of its rollouts, side by side and in step.
public struct ReplayFilm {
  /// Rollouts that a film shows.
  public static let mostRollouts = 6

  private let script: FilmScript
  private let timing: FilmTiming
  private let rolloutCount: Int
  private let hasMoreEpisodes: Bool

  /// Reads a recording to its end.
  ///
  /// - Parameters:
  ///   - recording: the recording.
  ///   - family: what its header names.
  ///   - renderer: who draws robots.
  /// - Throws: as `ReplayPage`; `FilmError` when the renderer is not there.
  public init(
    _ recording: RecordingReader, family: DefinedTaskFamily, renderer: FilmRenderer = .gnuplot
  ) throws {
    let viewed = try ViewedRecording(recording, family: family)
    let secondsPerStep = viewed.drawing?.stepDuration
    script = FilmScript(
      panels: try FilmPanel.panels(viewed, most: Self.mostRollouts, renderer: renderer),
      secondsPerStep: secondsPerStep)
    timing = FilmTiming(
      last: script.panels.map(\.rewards.count).max() ?? 0, secondsPerStep: secondsPerStep)
    rolloutCount = viewed.episodes.count
    hasMoreEpisodes = viewed.episodes.contains { $0.count > 1 }
  }

  /// How many frames are drawn.
  public var frameCount: Int { timing.steps.count }

  /// What the film leaves out; one line each.
  public var notes: [String] {
    var notes: [String] = []
    if rolloutCount > Self.mostRollouts {
      notes.append("a film shows \(Self.mostRollouts) rollouts; \(rolloutCount) were recorded.")
    }
    if hasMoreEpisodes { notes.append("a film shows the first episode of each rollout.") }
    if timing.haste > 1 {
      notes.append(
        "a film has at most \(FilmTiming.mostFrames) frames; this one plays "
          + "\(FigureText.significant(timing.haste)) times as fast.")
    }
    return notes
  }

  /// Draws the film.
  ///
  /// ffmpeg puts the frames together; where there is none, gnuplot makes a GIF by itself, whose
  /// lines are rougher and never dashed.
  ///
  /// - Parameters:
  ///   - format: its format.
  ///   - path: where the programs are looked for.
  ///   - progress: is told how many frames are drawn.
  /// - Returns: the bytes of the file.
  /// - Throws: `PlotError`, `FilmError`.
  public func bytes(
    _ format: FilmFormat, path: String = Gnuplot.searchPath, progress: (Int) -> Void = { _ in }
  ) throws -> [UInt8] {
    let gnuplot = try Gnuplot(path: path)
    let ffmpeg = format == .gif ? try? FFmpeg(path: path) : try FFmpeg(path: path)
    return try Scratch.inFolder { folder in
      guard let ffmpeg else {
        try draw(0..<frameCount, with: gnuplot, in: folder, asPictures: false, progress)
        return try FFmpeg.wholeFilm(.gif, in: folder)
      }
      // Piece by piece, so that what scenes save takes little room.
      for start in stride(from: 0, to: frameCount, by: Self.pieceSize) {
        let piece = start..<min(start + Self.pieceSize, frameCount)
        try draw(piece, with: gnuplot, in: folder, asPictures: true, progress)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix(Self.savedPrefix) {
          try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
      }
      return try ffmpeg.film(
        format, input: ["-i", "frame-%05d.png"], timing: timing, in: folder
      ) { _ in }
    }
  }

  /// Frames that one run of gnuplot draws.
  private static let pieceSize = 100
  private static let savedPrefix = "scene-"

  /// Draws some frames, as pictures or as a film that ends with them.
  private func draw(
    _ frames: Range<Int>, with gnuplot: Gnuplot, in folder: URL, asPictures: Bool,
    _ progress: (Int) -> Void
  ) throws {
    var saved = 0
    func save(_ bytes: [UInt8]) throws -> String {
      saved += 1
      let name = "\(Self.savedPrefix)\(saved)"
      try Data(bytes).write(to: folder.appendingPathComponent(name))
      return name
    }
    try gnuplot.draw("film", in: folder) { write in
      func send(_ text: String) throws { try write(Array(text.utf8)) }
      try send((asPictures ? picture : animation) + script.preamble)
      for index in frames {
        if asPictures { try send("set output '\(Self.frameName(index))'\n") }
        try send(try script.frame(timing.steps[index], save: save))
        progress(index + 1)
      }
      if !asPictures, let last = timing.steps.last {
        for _ in 0..<timing.hold { try send(try script.frame(last, save: save)) }
      }
      try send("unset output\n")
    }
    // gnuplot does not say that a disk was full.
    for index in asPictures ? frames : 0..<0 {
      let picture = try FileSystem.contents(
        of: folder.appendingPathComponent(Self.frameName(index)).path)
      guard WholeFile.isWhole(picture, .png) else {
        throw FilmError.failed(
          reason: "frame \(index) is cut; is there room in '\(folder.path)'?")
      }
    }
  }

  private static func frameName(_ index: Int) -> String {
    "frame-" + String(repeating: "0", count: 5 - "\(index)".count) + "\(index).png"
  }

  private var size: String { "size \(script.size.width),\(script.size.height)" }

  /// The terminal of single frames.
  private var picture: String {
    "set terminal pngcairo noenhanced \(size) font 'sans,11' background rgb 'white'\n"
  }

  /// The terminal of a whole film.
  private var animation: String {
    "set terminal gif animate delay \(Int((100 / timing.framesPerSecond).rounded())) loop 0 "
      + "noenhanced \(size) font 'sans,11' background rgb 'white'\nset output 'film.gif'\n"
  }
}
