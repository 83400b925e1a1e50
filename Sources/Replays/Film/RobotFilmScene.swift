import Drawing
import Environments
import Files
import Foundation

/// A robot from the side or from above, which stays in the middle of the picture.
struct RobotFilmScene: FilmScene {
  private let poses: RobotPoses
  private let task: RobotFilmTask
  private let fit: RobotView

  init(_ poses: RobotPoses, task: RobotFilmTask, view: RobotView) {
    (self.poses, self.task, fit) = (poses, task, view)
  }

  func frame(_ step: Int, aspect: Double) -> (view: FilmView, shapes: [FilmShape]) {
    let now = min(step, poses.count - 1)
    let isSide = poses.drawing.viewpoint == .side
    let up = isSide ? 2 : 1
    let centre = fit.centre(poses, at: now)
    let height =
      isSide
      ? max(1.8 * fit.top, 2.8 * fit.radius / aspect)
      : max(1.7 * fit.radius, 2 * fit.radius / aspect)
    let bottom = isSide ? -0.14 * height : centre[1] - height / 2
    let half = height * aspect / 2
    var view = FilmView(
      low: SIMD2(centre[0] - half, bottom), high: SIMD2(centre[0] + half, bottom + height))
    let tic = PlotText.tics(2 * half, most: 6)
    view.grid = SIMD2(tic, isSide ? 0 : tic)
    view.unit = "m"
    view.hasNumbers = (true, !isSide)
    var shapes = isSide ? ground(view) : []
    let trail = (max(0, now - 300)...now).map { index in
      let root = poses.root(index)
      return SIMD2(root[0], root[up])
    }
    shapes.append(.line(trail, colour: FilmColour.trail, width: 1.4, isDashed: false))
    shapes += command(now, view, from: SIMD2(centre[0], centre[1])) + goal(view, up)
    for part in 0..<poses.drawing.parts.count {
      let (a, b) = poses.ends(part, at: now)
      let radius = poses.drawing.parts[part].radius
      let outline = Capsule.outline(
        SIMD2(a.x, a[up]), SIMD2(b.x, b[up]), radius: radius, endRadius: radius)
      shapes.append(.area(outline, colour: part % 2 == 0 ? FilmColour.agent : FilmColour.limb))
      shapes.append(
        .line(outline + [outline[0]], colour: "#FFFFFF", width: 0.7, isDashed: false))
    }
    return (view, shapes)
  }

  /// Where the robot is to go, as a circle: what counts as reached.
  private func goal(_ view: FilmView, _ up: Int) -> [FilmShape] {
    guard let goal = task.goal else { return [] }
    let centre = SIMD2(goal.x, goal[up])
    let ring = (0...24).map { index in
      let turn = Double(index) * .pi / 12
      return centre + fit.goalRadius * SIMD2(cos(turn), sin(turn))
    }
    return [
      .line(ring, colour: FilmColour.goal, width: 2, isDashed: false),
      .text(
        "goal", at: centre + SIMD2(0, fit.goalRadius + 0.03 * (view.high.y - view.low.y)),
        alignment: .center, colour: FilmColour.goal),
    ]
  }

  private func ground(_ view: FilmView) -> [FilmShape] {
    func level(_ height: Double) -> [SIMD2<Double>] {
      [SIMD2(view.low.x, height), SIMD2(view.high.x, height)]
    }
    var shapes: [FilmShape] = [
      .line(level(0), colour: FilmColour.ground, width: 2, isDashed: false)
    ]
    let limits = poses.drawing.heightLimits.map { [$0.lowerBound, $0.upperBound] } ?? []
    for limit in limits where limit.isFinite && limit < view.high.y {
      shapes.append(.line(level(limit), colour: FilmColour.limit, width: 1.2, isDashed: true))
      shapes.append(
        .text(
          "torso's limit \(FigureText.significant(limit)) m ",
          at: SIMD2(view.high.x, limit + 0.03 * (view.high.y - view.low.y)), alignment: .right,
          colour: FilmColour.limit))
    }
    return shapes
  }

  /// Where the commanded velocity would be by now, or the commanded direction.
  private func command(
    _ step: Int, _ view: FilmView, from centre: SIMD2<Double>
  ) -> [FilmShape] {
    let size = view.high - view.low
    if let velocity = task.velocity {
      let pace = poses.root(0)[0] + velocity * Double(step) * poses.drawing.stepDuration
      let shown = min(max(pace, view.low.x + 0.01 * size.x), view.high.x - 0.01 * size.x)
      let isRight = shown > (view.low.x + view.high.x) / 2
      let away =
        shown == pace ? "" : ", \(FigureText.significant(abs(pace - centre.x))) m away"
      let words = "commanded pace\(away)"
      return [
        .line(
          [SIMD2(shown, view.low.y), SIMD2(shown, view.high.y)], colour: FilmColour.goal,
          width: 1.6, isDashed: true),
        .text(
          isRight ? words + " " : " " + words,
          at: SIMD2(shown, view.high.y - 0.05 * size.y), alignment: isRight ? .right : .left,
          colour: FilmColour.goal),
      ]
    }
    guard let direction = task.direction, direction.x != 0 else { return [] }
    let start = SIMD2(view.low.x + size.x / 2, view.high.y - 0.12 * size.y)
    return [
      .arrow(
        start, start + SIMD2(0.1 * size.x * (direction.x < 0 ? -1 : 1), 0),
        colour: FilmColour.goal),
      .text(
        "commanded", at: start + SIMD2(0, 0.07 * size.y), alignment: .center,
        colour: FilmColour.goal),
    ]
  }
}
