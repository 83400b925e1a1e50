import Drawing
import Environments
import Files
import Foundation

/// A robot in space, seen obliquely from above; the camera follows it and does not turn.
struct TurnedRobotFilmScene: FilmScene {
  private let poses: RobotPoses
  private let task: RobotFilmTask

  private let fit: RobotView

  /// Directions of the camera, radians, and its distance in radii of what is shown: those with
  /// which a page starts.
  private static let (yaw, pitch, distance) = (-0.9, 0.42, 4.8)

  init(_ poses: RobotPoses, task: RobotFilmTask, view: RobotView) {
    (self.poses, self.task, fit) = (poses, task, view)
  }

  /// A point on the picture, whose height is 1, and how large a metre is there.
  private struct Projection {
    let centre: SIMD3<Double>
    let aspect: Double
    /// Of the camera from the centre, m.
    let distance: Double

    func callAsFunction(_ point: SIMD3<Double>) -> (place: SIMD2<Double>, scale: Double)? {
      let offset = point - centre
      let (cosYaw, sinYaw) = (cos(yaw), sin(yaw))
      let across = -sinYaw * offset.x + cosYaw * offset.y
      let away = -(cosYaw * offset.x + sinYaw * offset.y)
      let depth = distance + away * cos(pitch) - offset.z * sin(pitch)
      guard depth > 0.05 * distance else { return nil }
      let scale = 1.35 * min(aspect, 1.2) / depth
      let rise = offset.z * cos(pitch) + away * sin(pitch)
      return (SIMD2(aspect / 2 + across * scale, 0.5 + rise * scale), scale)
    }

    func line(
      _ a: SIMD3<Double>, _ b: SIMD3<Double>, colour: String, width: Double,
      isDashed: Bool = false
    ) -> [FilmShape] {
      guard let from = self(a), let to = self(b) else { return [] }
      return [.line([from.place, to.place], colour: colour, width: width, isDashed: isDashed)]
    }
  }

  func frame(_ step: Int, aspect: Double) -> (view: FilmView, shapes: [FilmShape]) {
    let now = min(step, poses.count - 1)
    let root = poses.root(now)
    let centre = fit.centre(poses, at: now)
    let project = Projection(
      centre: centre, aspect: aspect, distance: Self.distance * fit.radius)
    var shapes = floor(about: centre, project) + command(now, about: root, project)
    let trail = (max(0, now - 300)...now).compactMap { index in
      let root = poses.root(index)
      return project(SIMD3(root.x, root.y, 0))?.place
    }
    shapes.append(.line(trail, colour: FilmColour.trail, width: 1.4, isDashed: false))
    var parts: [(nearness: Double, part: Int, outline: [SIMD2<Double>])] = []
    for part in 0..<poses.drawing.parts.count {
      let (a, b) = poses.ends(part, at: now)
      shapes += project.line(
        SIMD3(a.x, a.y, 0), SIMD3(b.x, b.y, 0), colour: FilmColour.grid, width: 3)
      guard let from = project(a), let to = project(b) else { continue }
      let radius = poses.drawing.parts[part].radius
      parts.append(
        (
          from.scale + to.scale, part,
          Capsule.outline(
            from.place, to.place, radius: radius * from.scale, endRadius: radius * to.scale)
        ))
    }
    for (_, part, outline) in parts.sorted(by: { $0.nearness < $1.nearness }) {
      shapes.append(
        .area(outline, colour: part == 0 ? FilmColour.agent : FilmColour.limb))
      shapes.append(
        .line(outline + [outline[0]], colour: "#FFFFFF", width: 0.7, isDashed: false))
    }
    return (FilmView(low: .zero, high: SIMD2(aspect, 1), hasNumbers: (false, false)), shapes)
  }

  /// Lines with some of their numbers, at a round distance that suits what is shown.
  private func floor(about centre: SIMD3<Double>, _ project: Projection) -> [FilmShape] {
    let step = PlotText.tics(fit.radius, most: 2)
    let (x, y) = ((centre.x / step).rounded(), (centre.y / step).rounded())
    var shapes: [FilmShape] = []
    for index in -4...4 {
      let (u, v) = (x + Double(index), y + Double(index))
      shapes += project.line(
        SIMD3(u, y - 4, 0) * step, SIMD3(u, y + 4, 0) * step,
        colour: u == 0 ? FilmColour.ground : FilmColour.grid, width: 0.8)
      shapes += project.line(
        SIMD3(x - 4, v, 0) * step, SIMD3(x + 4, v, 0) * step,
        colour: v == 0 ? FilmColour.ground : FilmColour.grid, width: 0.8)
    }
    let row = step > fit.radius ? 1.0 : 2
    for offset in [-row, 0, row] {
      guard let at = project(SIMD3(x + offset, y - row, 0) * step) else { continue }
      shapes.append(
        .text(
          "x \(FigureText.significant((x + offset) * step)) m", at: at.place, alignment: .center,
          colour: FilmColour.muted))
    }
    return shapes
  }

  private func command(
    _ step: Int, about root: SIMD3<Double>, _ project: Projection
  ) -> [FilmShape] {
    let foot = SIMD3(root.x, root.y, 0)
    var shapes: [FilmShape] = []
    if let goal = task.goal { shapes += mark(goal, from: foot, project) }
    if let direction = task.direction, let from = project(foot),
      let to = project(foot + 1.2 * fit.radius * SIMD3(direction.x, direction.y, 0))
    {
      shapes.append(.arrow(from.place, to.place, colour: FilmColour.goal))
      shapes.append(Self.name("commanded", to.place))
    }
    if let velocity = task.velocity {
      let pace = poses.root(0).x + velocity * Double(step) * poses.drawing.stepDuration
      shapes += project.line(
        SIMD3(pace, root.y - 1.3 * fit.radius, 0), SIMD3(pace, root.y + 1.3 * fit.radius, 0),
        colour: FilmColour.goal, width: 1.6, isDashed: true)
      if let at = project(SIMD3(pace, root.y - 1.3 * fit.radius, 0)) {
        shapes.append(Self.name("commanded pace", at.place))
      }
    }
    return shapes
  }

  /// Where the robot is to go: a ring on the floor, or a ball over its foot.
  private func mark(
    _ goal: SIMD3<Double>, from foot: SIMD3<Double>, _ project: Projection
  ) -> [FilmShape] {
    let below = SIMD3(goal.x, goal.y, 0)
    guard let at = project(goal) else { return [] }
    let circle = (0...24).map { index in
      let turn = Double(index) * .pi / 12
      return fit.goalRadius * SIMD2(cos(turn), sin(turn))
    }
    let floor = circle.compactMap { project(below + SIMD3($0.x, $0.y, 0))?.place }
    if goal.z == 0 {
      return [.line(floor, colour: FilmColour.goal, width: 2, isDashed: false)]
        + project.line(foot, below, colour: FilmColour.goal, width: 1.4, isDashed: true)
        + [Self.name("goal", at.place)]
    }
    let ball = circle.map { at.place + at.scale * $0 }
    return [.line(floor, colour: FilmColour.muted, width: 1, isDashed: false)]
      + project.line(below, goal, colour: FilmColour.goal, width: 1.2, isDashed: true)
      + [
        .line(ball, colour: FilmColour.goal, width: 2, isDashed: false),
        Self.name("goal", at.place - SIMD2(0, fit.goalRadius * at.scale)),
      ]
  }

  private static func name(_ words: String, _ at: SIMD2<Double>) -> FilmShape {
    .text(words, at: at - SIMD2(0, 0.05), alignment: .center, colour: FilmColour.goal)
  }
}
