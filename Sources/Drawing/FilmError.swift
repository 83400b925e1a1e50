/// Why a film could not be made.
public enum FilmError: Error, Sendable, CustomStringConvertible, Equatable {
  /// There is no ffmpeg.
  case noFFmpeg
  /// ffmpeg could not be started, ended with a complaint, or did not end.
  case failed(reason: String)
  /// The build has no renderer of MuJoCo's.
  case noRenderer
  /// What is no robot cannot be drawn by MuJoCo.
  case noRobot(family: String)

  /// One line: what failed, why, and what to do.
  public var description: String {
    switch self {
    case .noFFmpeg:
      "there is no 'ffmpeg' in PATH, which makes the film. Install it, on Debian and Ubuntu with: "
        + "apt-get install ffmpeg"
    case .failed(let reason):
      "ffmpeg could not make the film: \(reason). Check that it has the encoder libx264 "
        + "(ffmpeg -encoders)."
    case .noRenderer:
      "this build draws no robots with MuJoCo. Leave out --renderer, or install libosmesa6-dev "
        + "(Debian, Ubuntu) and build with: make build OSMESA=1"
    case .noRobot(let family):
      "'\(family)' has no robot that MuJoCo could draw. Leave out --renderer."
    }
  }
}
