import Drawing
import Experiments
import Files
import Foundation
import MetaLearning

/// Contact sheets of tasks of images: a row a class, support examples at the left, and query
/// examples with the label that was found.
public enum EpisodesFigure {
  /// Support examples of a class that are shown.
  private static let mostSupport = 5
  /// Classes that are shown.
  private static let mostWays = 10
  /// Pixels between images, and between support and query.
  private static let (gap, divide) = (3, 14)

  /// The figure.
  ///
  /// - Parameters:
  ///   - episodes: one a task, at least one.
  ///   - set: the evaluation that they belong to.
  /// - Returns: the figure.
  public static func figure(_ episodes: [ImageEpisode], of set: EvaluationSet) -> Figure {
    precondition(!episodes.isEmpty, "no episodes to draw")
    let shape = episodes[0].shape
    let ways = min(episodes[0].ways, mostWays)
    let support = min(episodes[0].support.count / episodes[0].ways, mostSupport)
    let queries = episodes[0].query.count / episodes[0].ways
    let (cell, line) = (shape.width + gap, shape.height + gap)
    let width = gap + (support + queries) * cell + divide
    let block = ways * line + divide
    let height = gap + episodes.count * block
    var ink = [Double](repeating: 0, count: width * height)
    var objects: [String] = []
    var right = 0
    for (number, episode) in episodes.enumerated() {
      for way in 0..<ways {
        let top = gap + number * block + way * line
        for column in 0..<(support + queries) {
          let isSupport = column < support
          let left = gap + column * cell + (isSupport ? 0 : divide)
          let place = (isSupport ? column : column - support) * episode.ways + way
          let inputs = isSupport ? episode.support.inputs : episode.query.inputs
          for y in 0..<shape.height {
            for x in 0..<shape.width {
              // Colours are averaged.
              let value =
                (0..<shape.channels).reduce(0.0) {
                  $0 + inputs[place * shape.count + ($1 * shape.height + y) * shape.width + x]
                } / Double(shape.channels)
              ink[(top + y) * width + left + x] = value
            }
          }
          guard !isSupport else { continue }
          let isRight = episode.predictions[place] == way
          if isRight { right += 1 }
          let colour = isRight ? PlotStyle.after : PlotStyle.before
          let (low, high) = (height - top - shape.height, height - top)
          objects.append(
            "set object \(objects.count + 1) rect from \(left - 1),\(low - 1) to "
              + "\(left + shape.width + 1),\(high + 1) fs empty border lc rgb '\(colour)' lw 1.6 "
              + "front")
          if !isRight {
            objects.append(
              "set label \(objects.count + 1) '\(episode.predictions[place] + 1)' at "
                + "\(left + 1),\(high - 3) left front font ',9' tc rgb '\(PlotStyle.before)'")
          }
        }
      }
    }
    let shown = episodes.count * ways * queries
    let rows = (0..<height).map { y in
      ink[((height - 1 - y) * width)..<((height - y) * width)].map {
        String(format: "%.2f", $0)
      }.joined(separator: " ")
    }
    let lines = [
      "\(FigureText.family(set)): \(episodes.count) of: " + FigureText.tasks(set),
      "left the support, a row a class; right the queries: \(right) of \(shown) found",
    ]
    let commands = """
      set title \(PlotText.title(lines))
      unset border
      unset tics
      unset grid
      unset key
      unset colorbox
      set lmargin 1
      set rmargin 1
      set bmargin 1
      set size ratio -1
      set palette gray negative
      set cbrange [0:1]
      set xrange [0:\(width)]
      set yrange [0:\(height)]
      \(objects.joined(separator: "\n"))
      $ink << EOD
      \(rows.joined(separator: "\n"))
      EOD
      plot $ink matrix using ($1+0.5):($2+0.5):3 with image pixels notitle
      """
    let size = 660
    return Figure(
      name: "episodes",
      caption:
        "A row a class: what the network adapted to at the left, and query examples at the right, "
        + "framed blue where the class was found, and else red with the number of the row that was "
        + "taken for it.",
      description: "\(right) of \(shown) query images of \(episodes.count) tasks were given their "
        + "class after adaptation.",
      width: size, height: 70 + size * height / width, commands: commands)
  }
}
