import Drawing

/// gnuplot's commands for what a scene shows.
enum FilmShapeScript {
  /// Sets the ranges, the grid and what has no data, and plots the rest in order.
  ///
  /// - Parameters:
  ///   - view: what is shown.
  ///   - shapes: from back to front.
  ///   - save: writes bytes to a file and gives its name; none of its characters needs quotes.
  /// - Returns: the commands.
  /// - Throws: what `save` throws.
  static func commands(
    _ view: FilmView, _ shapes: [FilmShape], save: ([UInt8]) throws -> String
  ) rethrows -> String {
    var (settings, data, plots): ([String], [String], [String]) = ([], [], [])
    func plot(_ rows: [[Double?]], _ style: String) {
      data.append(
        rows.map { $0.map(PlotText.number).joined(separator: " ") + "\n" }.joined())
      plots.append("$shapes index \(data.count - 1) \(style)")
    }
    func rows(_ points: [SIMD2<Double>]) -> [[Double?]] { points.map { [$0.x, $0.y] } }
    for (number, shape) in shapes.enumerated() {
      switch shape {
      case .line(let points, let colour, let width, let isDashed):
        guard points.contains(where: { $0.x.isFinite && $0.y.isFinite }) else { continue }
        plot(
          rows(points),
          "using 1:2 with lines lw \(width) dt \(isDashed ? "'-'" : "1") lc rgb '\(colour)'")
      case .area(let points, let colour):
        plot(rows(points), "using 1:2 with filledcurves closed fs solid 1 fc rgb '\(colour)'")
      case .ring(let centre, let radius, let colour):
        plot(
          [[centre.x, centre.y, radius]],
          "using 1:2:3 with circles fs empty border lc rgb '\(colour)' lw 1.2")
      case .marks(let points, let type, let size, let colour):
        guard points.contains(where: { $0.x.isFinite && $0.y.isFinite }) else { continue }
        plot(rows(points), "using 1:2 with points pt \(type) ps \(size) lw 2 lc rgb '\(colour)'")
      case .picture(let bytes, let width, let height):
        let pixel = (view.high - view.low) / SIMD2(Double(width), Double(height))
        let corner = view.low + pixel / 2
        plots.append(
          "'\(try save(bytes))' binary array=(\(width),\(height)) flipy format='%uchar' "
            + "origin=(\(corner.x),\(corner.y)) dx=\(pixel.x) dy=\(pixel.y) with rgbimage")
      case .arrow(let start, let end, let colour):
        settings.append(
          "set arrow \(number + 1) from \(start.x),\(start.y) to \(end.x),\(end.y) "
            + "head filled size graph 0.03,20 lw 2.4 lc rgb '\(colour)' front")
      case .text(let words, let place, let alignment, let colour):
        guard view.contains(place) else { continue }
        settings.append(
          "set label \(number + 1) \(PlotText.quoted(words)) at \(place.x),\(place.y) "
            + "\(alignment.rawValue) font ',10' textcolor rgb '\(colour)' front")
      }
    }
    let unit = view.unit.isEmpty ? "" : " \(view.unit)"
    func tics(_ axis: String, _ distance: Double, _ hasNumbers: Bool) -> String {
      distance > 0
        ? "set \(axis)tics \(distance) format '\(hasNumbers ? "%g\(axis == "x" ? unit : "")" : "")' "
          + "textcolor rgb '\(FilmColour.muted)'"
        : "unset \(axis)tics"
    }
    return """
      set xrange [\(view.low.x):\(view.high.x)]
      set yrange [\(view.low.y):\(view.high.y)]
      \(tics("x", view.grid?.x ?? 0, view.hasNumbers.x))
      \(tics("y", view.grid?.y ?? 0, view.hasNumbers.y))
      \(settings.joined(separator: "\n"))
      $shapes << EOD
      \(data.joined(separator: "\n\n"))EOD
      plot \(plots.isEmpty ? "NaN" : plots.joined(separator: ", "))

      """
  }
}
