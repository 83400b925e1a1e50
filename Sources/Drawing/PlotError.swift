/// Why a picture could not be drawn.
public enum PlotError: Error, Sendable, CustomStringConvertible, Equatable {
  /// There is no gnuplot.
  case noGnuplot
  /// It could not be started, ended with a complaint, or did not end.
  case failed(figure: String, reason: String)

  /// One line: what failed, why, and what to do.
  public var description: String {
    switch self {
    case .noGnuplot:
      "there is no 'gnuplot' in PATH, which draws the pictures. Install it, on Debian and "
        + "Ubuntu with: apt-get install gnuplot-nox"
    case .failed(let figure, let reason):
      "gnuplot could not draw '\(figure)': \(reason). Check that it is version 5 or newer, with "
        + "the terminals svg, pngcairo and pdfcairo (gnuplot --version)."
    }
  }
}
