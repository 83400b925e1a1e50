import Environments
import Foundation

/// A robot in space, seen obliquely from above; the camera follows it and does not turn.
struct TurnedRobotFilmScene: FilmScene {
  private let poses: RobotPoses
  private let task: RobotFilmTask

  /// Directions of the camera, radians, and its distance, m: those with which a page starts.
  private static let (yaw, pitch, distance) = (-0.9, 0.42, 5.5)

  init(_ poses: RobotPoses, task: RobotFilmTask) {
    (self.poses, self.task) = (poses, task)
  }

  /// A point on the picture, whose height is 1, and how large a metre is there.
  private struct Projection {
    let centre: SIMD3<Double>
    let aspect: Double

    func callAsFunction(_ point: SIMD3<Double>) -> (place: SIMD2<Double>, scale: Double)? {
      let offset = point - centre
      let (cosYaw, sinYaw) = (cos(yaw), sin(yaw))
      let across = -sinYaw * offset.x + cosYaw * offset.y
      let away = -(cosYaw * offset.x + sinYaw * offset.y)
      let depth = distance + away * cos(pitch) - offset.z * sin(pitch)
      guard depth > 0.3 else { return nil }
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
    let project = Projection(centre: SIMD3(root.x, root.y, 0.45), aspect: aspect)
    var shapes = floor(about: root, project) + command(now, about: root, project)
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

  /// Lines a metre apart with some of their numbers.
  private func floor(about root: SIMD3<Double>, _ project: Projection) -> [FilmShape] {
    let (x, y) = (root.x.rounded(), root.y.rounded())
    var shapes: [FilmShape] = []
    for index in -4...4 {
      let (u, v) = (x + Double(index), y + Double(index))
      shapes += project.line(
        SIMD3(u, y - 4, 0), SIMD3(u, y + 4, 0),
        colour: u == 0 ? FilmColour.ground : FilmColour.grid, width: 0.8)
      shapes += project.line(
        SIMD3(x - 4, v, 0), SIMD3(x + 4, v, 0),
        colour: v == 0 ? FilmColour.ground : FilmColour.grid, width: 0.8)
    }
    for offset in [-2.0, 0, 2] {
      guard let at = project(SIMD3(x + offset, y - 2, 0)) else { continue }
      shapes.append(
        .text(
          "x \(Int(x + offset)) m", at: at.place, alignment: .center, colour: FilmColour.muted))
    }
    return shapes
  }

  private func command(
    _ step: Int, about root: SIMD3<Double>, _ project: Projection
  ) -> [FilmShape] {
    let foot = SIMD3(root.x, root.y, 0)
    var shapes: [FilmShape] = []
    func name(_ words: String, _ at: SIMD2<Double>) -> FilmShape {
      .text(words, at: at - SIMD2(0, 0.05), alignment: .center, colour: FilmColour.goal)
    }
    if let goal = task.goal {
      let ring = (0...24).compactMap { index in
        let turn = Double(index) * .pi / 12
        return project(SIMD3(goal.x + 0.25 * cos(turn), goal.y + 0.25 * sin(turn), 0))?.place
      }
      shapes.append(.line(ring, colour: FilmColour.goal, width: 2, isDashed: false))
      shapes += project.line(
        foot, SIMD3(goal.x, goal.y, 0), colour: FilmColour.goal, width: 1.4, isDashed: true)
      if let at = project(SIMD3(goal.x, goal.y, 0)) { shapes.append(name("goal", at.place)) }
    }
    if let direction = task.direction, let from = project(foot),
      let to = project(foot + 1.4 * SIMD3(direction.x, direction.y, 0))
    {
      shapes.append(.arrow(from.place, to.place, colour: FilmColour.goal))
      shapes.append(name("commanded", to.place))
    }
    if let velocity = task.velocity {
      let pace = poses.root(0).x + velocity * Double(step) * poses.drawing.stepDuration
      shapes += project.line(
        SIMD3(pace, root.y - 1.5, 0), SIMD3(pace, root.y + 1.5, 0), colour: FilmColour.goal,
        width: 1.6, isDashed: true)
      if let at = project(SIMD3(pace, root.y - 1.5, 0)) {
        shapes.append(name("commanded pace", at.place))
      }
    }
    return shapes
  }
}
