import Files
import Foundation

/// The program that makes films of frames.
public struct FFmpeg: Sendable {
  private let program: ExternalProgram

  /// Seconds after the last frame after which a film that is not done is given up.
  private static let patience = 600.0

  /// Finds ffmpeg.
  ///
  /// - Parameter path: folders to look in, separated by colons.
  /// - Throws: `FilmError.noFFmpeg`.
  public init(path: String = Gnuplot.searchPath) throws(FilmError) {
    guard let program = ExternalProgram(named: "ffmpeg", path: path) else { throw .noFFmpeg }
    self.program = program
  }

  /// A film of frames.
  ///
  /// - Parameters:
  ///   - format: of the film.
  ///   - input: its arguments for the frames.
  ///   - timing: frames a second, and how long the last stays.
  ///   - folder: where frames in files lie.
  ///   - feed: writes frames that do not lie in files.
  /// - Returns: the film.
  /// - Throws: `FilmError.failed` with what ffmpeg said; what `feed` throws.
  package func film(
    _ format: FilmFormat, input: [String], timing: FilmTiming, in folder: URL,
    feed: (_ write: ([UInt8]) throws -> Void) throws -> Void
  ) throws -> [UInt8] {
    let hold = "tpad=stop_mode=clone:stop_duration=1"
    let output =
      switch format {
      case .mp4:
        ["-vf", hold, "-c:v", "libx264", "-crf", "20", "-pix_fmt", "yuv420p", "-movflags"]
          + ["+faststart", "film.mp4"]
      case .gif:
        ["-vf", hold + ",split[a][b];[a]palettegen[p];[b][p]paletteuse", "-loop", "0", "film.gif"]
      }
    let rate = ["-framerate", "\(timing.framesPerSecond)"]
    do {
      let outcome = try program.run(
        ["-v", "error", "-y"] + rate + input + output, in: folder, patience: Self.patience,
        feed: feed)
      guard outcome.status == 0 else { throw FilmError.failed(reason: outcome.complaint) }
      return try Self.wholeFilm(format, in: folder)
    } catch ExternalProgram.Failure.endless(let seconds) {
      throw FilmError.failed(reason: "it did not end in \(seconds) s")
    }
  }

  /// The film that a program left in a folder.
  ///
  /// - Throws: `FileError`; `FilmError.failed` for one that is cut.
  package static func wholeFilm(_ format: FilmFormat, in folder: URL) throws -> [UInt8] {
    let film = try FileSystem.contents(
      of: folder.appendingPathComponent("film.\(format.rawValue)").path)
    guard WholeFile.isWhole(film, format) else {
      throw FilmError.failed(reason: "the film is cut; is there room in '\(folder.path)'?")
    }
    return film
  }
}

/// A file format of films.
public enum FilmFormat: String, Sendable, CaseIterable {
  /// Pictures that change, shown by every browser.
  case gif
  /// H.264, shown by every player.
  case mp4
}
