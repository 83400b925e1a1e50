import Drawing

/// gnuplot's commands for the frames of a film.
struct FilmScript {
  /// Rollouts side by side.
  let panels: [FilmPanel]
  /// Seconds of a step; nil for what has no time.
  let secondsPerStep: Double?

  // The parts of a panel in points: heading, scene, curve of the rewards, words.
  private static let (width, height) = (480.0, 556.0)
  private static let (left, right) = (50.0, 14.0)
  private static let (sceneTop, sceneBottom) = (60.0, 396.0)
  private static let (curveTop, curveBottom) = (438.0, 520.0)
  /// Points of a curve of rewards at most.
  private static let mostPoints = 400

  private var columns: Int { panels.count <= 3 ? panels.count : (panels.count + 1) / 2 }
  private var rows: Int { (panels.count + columns - 1) / columns }

  /// Points; even numbers, as films want them.
  var size: (width: Int, height: Int) {
    (Int(Self.width) * columns, Int(Self.height) * rows)
  }

  /// What comes once, before the frames and after the terminal.
  var preamble: String {
    let blocks = panels.enumerated().map { index, panel in
      PlotText.block("rewards\(index)", Self.reduced(panel.rewards))
    }
    return """
      set encoding utf8
      set datafile missing 'NaN'
      unset key
      set clip two
      set grid lc rgb '\(FilmColour.grid)' lt 1 lw 0.7
      set border 15 lc rgb '#B8B8B8'
      set tics nomirror scale 0
      \(blocks.joined(separator: "\n"))

      """
  }

  /// One frame.
  ///
  /// - Parameters:
  ///   - step: what it shows.
  ///   - save: writes a picture's bytes to a file and gives its name.
  /// - Returns: the commands.
  /// - Throws: what the scenes and `save` throw.
  func frame(_ step: Int, save: ([UInt8]) throws -> String) throws -> String {
    "set multiplot\n"
      + (try panels.indices.map { try panel($0, step: step, save: save) }.joined())
      + "unset multiplot\n"
  }

  /// Width and height of a scene in points.
  static var sceneSize: (width: Int, height: Int) {
    (Int(width - left - right), Int(sceneBottom - sceneTop))
  }

  private func panel(
    _ index: Int, step: Int, save: ([UInt8]) throws -> String
  ) throws -> String {
    let panel = panels[index]
    let corner = SIMD2(
      Double(index % columns) * Self.width, Double(index / columns) * Self.height)
    let words = [
      (Self.shortened(panel.heading, to: 46), 22.0, 13, "black"),
      (Self.shortened(panel.detail, to: 62), 44.0, 9, FilmColour.muted),
      (panel.words(step, secondsPerStep: secondsPerStep), 540.0, 11, "black"),
    ].enumerated().map { number, line in
      "set label \(900 + number) \(PlotText.quoted(line.0)) at screen "
        + "\(screen(SIMD2(Self.left, line.1) + corner)) left font ',\(line.2)' "
        + "textcolor rgb '\(line.3)'\n"
    }
    let aspect = Double(Self.sceneSize.width) / Double(Self.sceneSize.height)
    let (view, shapes) = try panel.scene.frame(step, aspect: aspect)
    return words.joined()
      + margins(corner, top: Self.sceneTop, bottom: Self.sceneBottom)
      + (try FilmShapeScript.commands(view, shapes, save: save))
      + "unset label\nunset arrow\n"
      + curve(index, step: step, corner)
  }

  /// The rewards of the whole episode with a mark at the step.
  private func curve(_ index: Int, step: Int, _ corner: SIMD2<Double>) -> String {
    let all = panels.flatMap(\.rewards).filter(\.isFinite)
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let margin = max(0.08 * (high - low), 1e-6)
    let rewards = panels[index].rewards
    let now = min(step, rewards.count)
    let last = max(panels.map(\.rewards.count).max() ?? 1, 1)
    let mark =
      now > 0 && rewards[now - 1].isFinite
      ? ", '+' using (\(now)):(\(rewards[now - 1])) every ::0::0 with points pt 7 ps 1.2 "
        + "lc rgb '\(FilmColour.goal)'" : ""
    return margins(corner, top: Self.curveTop, bottom: Self.curveBottom) + """
      set xrange [0:\(last)]
      set yrange [\(low - margin):\(high + margin)]
      unset xtics
      set ytics \(PlotText.tics(high - low + 2 * margin, most: 3)) format '%g' textcolor rgb '\(FilmColour.muted)'
      set label 910 'reward of the step' at graph 0, graph 1.13 left font ',9' \
      textcolor rgb '\(FilmColour.muted)'
      set arrow 910 from \(now), graph 0 to \(now), graph 1 nohead lw 1.2 \
      lc rgb '\(FilmColour.mark)'
      plot $rewards\(index) using 1:2 with lines lw 1.4 lc rgb '\(FilmColour.agent)'\(mark)
      unset label
      unset arrow

      """
  }

  private func margins(_ corner: SIMD2<Double>, top: Double, bottom: Double) -> String {
    let low = fraction(SIMD2(Self.left, bottom) + corner)
    let high = fraction(SIMD2(Self.width - Self.right, top) + corner)
    return """
      set lmargin at screen \(low.x)
      set rmargin at screen \(high.x)
      set bmargin at screen \(low.y)
      set tmargin at screen \(high.y)

      """
  }

  /// Parts of the picture, from its lower left corner, of points from its upper left one.
  private func fraction(_ point: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(point.x / Double(size.width), 1 - point.y / Double(size.height))
  }

  private func screen(_ point: SIMD2<Double>) -> String {
    let place = fraction(point)
    return "\(place.x),\(place.y)"
  }

  /// Steps and rewards; of long episodes the lowest and highest of every piece.
  static func reduced(_ rewards: [Double]) -> [[Double?]] {
    guard rewards.count > 2 * mostPoints else {
      return rewards.enumerated().map { [Double($0.offset + 1), $0.element] }
    }
    let size = (rewards.count + mostPoints - 1) / mostPoints
    return stride(from: 0, to: rewards.count, by: size).flatMap { start -> [[Double?]] in
      let piece = rewards[start..<min(start + size, rewards.count)].filter(\.isFinite)
      let place = Double(start) + Double(size) / 2
      return [[place, piece.min()], [place, piece.max()]]
    }
  }

  /// A text that keeps its start.
  static func shortened(_ text: String, to limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "…"
  }
}
