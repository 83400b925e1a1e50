/// A file format of pictures.
public enum PlotFormat: String, Sendable, CaseIterable {
  /// Scalable, for pages.
  case svg
  /// Pixels, two a point of the figure's size.
  case png
  /// Scalable, for papers.
  case pdf
  /// TikZ, for LaTeX papers that load `gnuplot-lua-tikz`: text in the paper's own letters.
  case tex

  /// The line that makes gnuplot write the format.
  ///
  /// Text is taken as it is (`noenhanced`), so that names with `_` or `{` keep their letters.
  ///
  /// - Parameters:
  ///   - width: of the figure, points.
  ///   - height: of the figure, points.
  /// - Returns: the command.
  package func terminal(width: Int, height: Int) -> String {
    switch self {
    case .svg:
      "set terminal svg noenhanced size \(width),\(height) font 'sans-serif,16' linewidth 1.5"
        + "background rgb 'white'"
    case .png:
      "set terminal pngcairo noenhanced size \(2 * width),\(2 * height) fontscale 2.2 "
        + "linewidth 2 pointscale 1.8 font 'sans,11' background rgb 'white'"
    case .pdf:
      "set terminal pdfcairo noenhanced size \(Double(width) / 100)in,\(Double(height) / 100)in "
        + "fontscale 0.77 font 'sans,11' linewidth 1.2 pointscale 0.8 background rgb 'white'"
    case .tex:
      "set terminal tikz size \(Double(width) / 100)in,\(Double(height) / 100)in "
        + "font '\\scriptsize' linewidth 1.5"
    }
  }
}
