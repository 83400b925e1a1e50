import Drawing
import Environments
import Experiments
import Files

/// Position, velocity and reward of a robot over time, before and after adaptation.
public enum TrajectoryFigure {
  /// Left and right end of the panels as parts of the picture, and the gap between two.
  private static let (left, right, gap) = (0.155, 0.985, 0.03)
  /// Points of the picture, of a row of panels, and of the text below the last row: tics, the label
  /// of the axis, and a key of up to two rows.
  private static let (width, rowHeight, footer) = (660, 185, 150)

  /// Where the panels are.
  private struct Layout {
    /// Points of the picture.
    let height: Int
    /// Upper end of the first row and lower end of the last, as parts of the height.
    let (top, bottom): (Double, Double)

    /// A picture with so many lines of text above its rows of panels.
    init(titleLines: Int, headingLines: Int, rows: Int) {
      let header = 20 + Figure.rowHeight * (titleLines + headingLines) + 8
      height = header + rows * rowHeight + footer
      top = 1 - Double(header) / Double(height)
      bottom = Double(footer) / Double(height)
    }
  }

  /// One row of panels.
  private struct Row {
    let label: String
    let curve: (TaskTrajectories.Trajectory) -> [Double]
    /// What is commanded at a time in seconds; nil for nothing.
    let command: (TaskTrajectories, Double) -> Double?
  }

  /// The figure: one column a task; the axes of a row are equal.
  ///
  /// - Parameters:
  ///   - trajectories: of some tasks of one family.
  ///   - set: the evaluation that they belong to.
  ///   - steps: adaptation steps after which the later episodes were taken.
  /// - Returns: nil without trajectories or finite numbers.
  public static func figure(_ trajectories: [TaskTrajectories], of set: EvaluationSet, steps: Int)
    -> Figure?
  {
    guard let first = trajectories.first else { return nil }
    let rows = rows(first.command)
    let seconds =
      trajectories.map { Double(max($0.before.reward.count, $0.after.reward.count)) }
      .max().map { $0 * first.stepDuration } ?? 0
    let request = set.reports[0].request
    let lines = [
      "\(FigureText.family(set)): movement before and after \(FigureText.steps(steps))",
      "\(trajectories.count) of: " + FigureText.tasks(set),
      "\(FigureText.shortNames([set.reports[0].policy])[0]), means of \(request.rolloutsPerTask) "
        + "episodes" + note(first.command),
    ]
    let headings = trajectories.map { $0.heading(width: 66 / trajectories.count - 2) }
    let layout = Layout(
      titleLines: lines.map { wrappedLines($0, width: 68).count }.reduce(0, +),
      headingLines: headings.map(\.count).max() ?? 1, rows: rows.count)
    var panels: [String] = []
    var blocks: [String] = []
    for (line, row) in rows.enumerated() {
      guard let range = range(row, trajectories) else { return nil }
      for (column, trajectory) in trajectories.enumerated() {
        let name = "panel\(line)\(column)"
        blocks.append(block(name, row, trajectory, seconds: seconds))
        panels.append(
          panel(
            name, row, line: line, column: column, of: trajectories, rowCount: rows.count,
            range: range, layout: layout, heading: headings[column]))
      }
    }
    let tics = PlotText.tics(seconds, most: 3)
    let commands = """
      \(blocks.joined(separator: "\n"))
      unset key
      set multiplot
      set label 1 \(PlotText.title(lines)) at screen 0.5,\(1 - 20 / Double(layout.height)) center
      set xrange [0:\(seconds)]
      set xtics 0,\(tics),\(0.88 * seconds) format ''
      \(panels.joined(separator: "\n"))
      \(key(first.command, after: FigureText.steps(steps)))
      unset multiplot
      """
    return Figure(
      name: "trajectories",
      caption: "Mean position, velocity and reward over time, before adaptation (dashed) and after "
        + "it; dotted is what is commanded.",
      description: description(trajectories, steps: steps), width: width, height: layout.height,
      title: lines, commands: commands)
  }

  private static func rows(_ command: RobotMotion.Command) -> [Row] {
    let words =
      if case .place = command {
        ["to the goal / m", "approach / m/s"]
      } else {
        ["position / m", "velocity / m/s"]
      }
    return [
      Row(label: words[0], curve: \.distance) { trajectory, time in
        switch trajectory.command {
        case .velocity(let target): target * time
        case .place: 0
        case .along, .nothing: nil
        }
      },
      Row(label: words[1], curve: \.velocity) { trajectory, _ in
        if case .velocity(let target) = trajectory.command { target } else { nil }
      },
      Row(label: "reward a step", curve: \.reward) { _, _ in nil },
    ]
  }

  private static func note(_ command: RobotMotion.Command) -> String {
    switch command {
    case .along: ", along the commanded direction"
    case .place: ", distance to the goal and speed towards it"
    case .velocity, .nothing: ""
    }
  }

  /// Time, before, after, commanded.
  private static func block(
    _ name: String, _ row: Row, _ trajectory: TaskTrajectories, seconds: Double
  ) -> String {
    let (before, after) = (row.curve(trajectory.before), row.curve(trajectory.after))
    let count = Int((seconds / trajectory.stepDuration).rounded())
    return PlotText.block(
      name,
      (0..<count).map { step in
        let time = Double(step + 1) * trajectory.stepDuration
        return [
          time, step < before.count ? before[step] : nil, step < after.count ? after[step] : nil,
          row.command(trajectory, time),
        ]
      })
  }

  /// All that a row shows, with a margin; nil when nothing is finite.
  private static func range(_ row: Row, _ trajectories: [TaskTrajectories]) -> ClosedRange<Double>?
  {
    let values = trajectories.flatMap { trajectory in
      let last = Double(max(trajectory.before.reward.count, trajectory.after.reward.count))
      let commanded = [0, last * trajectory.stepDuration].compactMap { row.command(trajectory, $0) }
      return row.curve(trajectory.before) + row.curve(trajectory.after) + commanded
    }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return nil }
    let margin = max(0.06 * (high - low), 1e-3)
    return (low - margin)...(high + margin)
  }

  private static func panel(
    _ name: String, _ row: Row, line: Int, column: Int, of trajectories: [TaskTrajectories],
    rowCount: Int,
    range: ClosedRange<Double>, layout: Layout, heading: [String]
  ) -> String {
    let width = (right - left + gap) / Double(trajectories.count)
    let height = (layout.top - layout.bottom + gap) / Double(rowCount)
    let x = left + Double(column) * width
    let y = layout.top - Double(line + 1) * height + gap
    let (isFirst, isLast) = (line == 0 && column == 0, line == rowCount - 1)
    let plots = curves(trajectories[0].command, after: "").enumerated().map { index, curve in
      "$\(name) using 1:\(index + 2) with \(curve.style) notitle"
    }
    let title = line == 0 ? PlotText.lines(heading, limit: 66 / trajectories.count - 1) : "''"
    return """
      set lmargin at screen \(x)
      set rmargin at screen \(x + width - gap)
      set bmargin at screen \(y)
      set tmargin at screen \(y + height - gap)
      set title \(title) offset 0,-0.5
      set ylabel \(column == 0 ? PlotText.quoted(row.label) : "''")
      set yrange [\(range.lowerBound):\(range.upperBound)]
      set ytics \(PlotText.tics(range.upperBound - range.lowerBound, most: 5)) format '\(column == 0 ? "%g" : "")'
      \(isLast ? "set xtics format '%g'\nset xlabel 'time / s'" : "")
      plot \(plots.joined(separator: ", "))
      \(isFirst ? "unset label 1" : "")
      """
  }

  /// The curves in the order of the columns of data.
  private static func curves(
    _ command: RobotMotion.Command, after: String
  ) -> [(style: String, title: String)] {
    let curves = [
      ("lines lw 1.5 dt '-' lc rgb '\(PlotStyle.before)'", "before adaptation"),
      ("lines lw 1.8 lc rgb '\(PlotStyle.after)'", "after \(after)"),
      ("lines lw 1.8 dt '.' lc rgb 'black'", "commanded"),
    ]
    return command.hasAim ? curves : curves.dropLast()
  }

  /// A plot of nothing below the panels, as wide as the picture, which holds the key.
  private static func key(_ command: RobotMotion.Command, after: String) -> String {
    let plots = curves(command, after: after).map {
      "NaN with \($0.style) title \(PlotText.quoted($0.title))"
    }
    return """
      set lmargin at screen 0.02
      set rmargin at screen 0.98
      set bmargin at screen 0.01
      set tmargin at screen 0.02
      set title ''
      unset border
      unset tics
      unset xlabel
      unset ylabel
      unset grid
      set yrange [0:1]
      set key at screen 0.5, screen 0.02 center bottom horizontal maxrows 1 width -1
      plot \(plots.joined(separator: ", "))
      """
  }

  private static func description(_ trajectories: [TaskTrajectories], steps: Int) -> String {
    func mean(_ values: [Double]) -> String {
      let finite = values.filter(\.isFinite)
      return FigureText.fixed(finite.reduce(0, +) / Double(max(finite.count, 1)))
    }
    let tasks = trajectories.map { trajectory in
      "\(trajectory.task.shortText): mean velocity \(mean(trajectory.before.velocity)) m/s before and "
        + "\(mean(trajectory.after.velocity)) m/s after, mean reward a step "
        + "\(mean(trajectory.before.reward)) and \(mean(trajectory.after.reward))."
    }
    return "Movement of the robot over time on \(trajectories.count) tasks, before adaptation and "
      + "after \(FigureText.steps(steps)). " + tasks.joined(separator: " ")
  }
}

extension RobotMotion.Command {
  /// Whether a speed or a place is commanded, which has a line of its own.
  fileprivate var hasAim: Bool {
    switch self {
    case .velocity, .place: true
    case .along, .nothing: false
    }
  }
}

extension TaskTrajectories {
  /// Most lines over a column.
  private static let mostLines = 8

  /// The task over its column: the commanded velocity with its unit, or each parameter on lines of
  /// its own.
  ///
  /// - Parameter width: most characters of a line; longer words are cut where they are drawn.
  /// - Returns: at least one line.
  fileprivate func heading(width: Int) -> [String] {
    if case .velocity(let target) = command, task.entries.count == 1 {
      return ["\(task.entries[0].name) \(FigureText.significant(target)) m/s"]
    }
    let lines = task.entries.flatMap { entry in
      let numbers = entry.values.map(FigureText.significant).joined(separator: ", ")
      return wrappedLines("\(entry.name) \(numbers)", width: width)
    }
    guard lines.count > Self.mostLines else { return lines.isEmpty ? [""] : lines }
    return lines.prefix(Self.mostLines - 1) + ["…"]
  }
}
