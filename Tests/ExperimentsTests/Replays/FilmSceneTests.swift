import Environments
import MetaLearning
import Testing

@testable import Experiments
@testable import Replays

@Suite struct FilmSceneTests {
  private func shapes(
    _ name: String, step: Int, steps: Int = 3
  ) throws -> (view: FilmView, shapes: [FilmShape]) {
    let (reader, family) = try ReplayFilmTests.recording(name, steps: steps, rollouts: 1)
    let viewed = try ViewedRecording(reader, family: family)
    let panel = try FilmPanel.panels(viewed, most: 6, renderer: .gnuplot)[0]
    return try panel.scene.frame(step, aspect: 1.25)
  }

  private func lines(_ shapes: [FilmShape], _ colour: String) -> [[SIMD2<Double>]] {
    shapes.compactMap {
      if case .line(let points, colour, _, _) = $0 { points } else { nil }
    }
  }

  @Test func `a point leaves a trail and its goal is in view`() throws {
    let (view, shapes) = try shapes("navigation-2d@pytorch-maml-rl", step: 2)
    #expect(lines(shapes, FilmColour.trail) == [[[0, 0], [0.02, 0.02], [0.04, 0.04]]])
    #expect(abs((view.high - view.low).x / (view.high - view.low).y - 1.25) < 1e-12)
    let goals = shapes.compactMap {
      if case .marks(let points, 6, _, FilmColour.goal) = $0 { points[0] } else { nil }
    }
    #expect(goals.count == 1 && view.contains(goals[0]))
    let over = try self.shapes("navigation-2d@pytorch-maml-rl", step: 99)
    #expect(lines(over.shapes, FilmColour.trail)[0].count == 4)
  }

  @Test func `the outline of a capsule is its radius away from its line`() {
    let (a, b) = (SIMD2<Double>(1, 2), SIMD2<Double>(4, 6))
    let outline = Capsule.outline(a, b, radius: 0.5, endRadius: 0.5)
    for point in outline {
      let along = min(max(((point - a) * (b - a)).sum() / 25, 0), 1)
      let offset = point - (a + along * (b - a))
      #expect(abs((offset * offset).sum().squareRoot() - 0.5) < 1e-12)
    }
    // Shoelace formula: counter-clockwise, nearly the capsule's area.
    let area = zip(outline, outline.dropFirst() + [outline[0]])
      .reduce(0) { $0 + ($1.0.x * $1.1.y - $1.1.x * $1.0.y) / 2 }
    #expect(area > 5.7 && area < 5 + .pi / 4)
  }

  #if MuJoCo
    @Test func `a robot from the side stands on the ground in the middle`() throws {
      let (view, shapes) = try shapes("hopper-dynamics", step: 0)
      let areas = shapes.compactMap { if case .area(let points, _) = $0 { points } else { nil } }
      #expect(areas.count == 4)
      let points = areas.joined()
      #expect(points.allSatisfy(view.contains))
      #expect(abs((points.map(\.y).min() ?? 1)) < 0.05)
      let ground = lines(shapes, FilmColour.ground)
      #expect(ground.count == 1 && ground[0].allSatisfy { $0.y == 0 })
      #expect(
        shapes.contains {
          if case .text(let words, _, _, _) = $0 { words.contains("limit") } else { false }
        })
    }

    @Test func `the pace of a commanded velocity moves with time`() throws {
      let name = "swimmer-velocity"
      let family = try BuiltInFamilies.named(name)
      let task = family.task(split: .train, index: 0, seed: 1)
      let velocity = try #require(task["velocity"]?.first)
      let paces = try [0, 3].map { step -> Double in
        let shapes = try shapes(name, step: step).shapes
        return try #require(lines(shapes, FilmColour.goal).first)[0].x
      }
      let duration = try #require(try RobotDrawing(family)).stepDuration
      #expect(abs(paces[1] - paces[0] - 3 * duration * velocity) < 1e-9)
    }

    @Test func `a robot in space is seen in the middle, nearer parts later`() throws {
      let (view, shapes) = try shapes("ant-heading", step: 1)
      let areas = shapes.compactMap { shape -> (points: [SIMD2<Double>], colour: String)? in
        if case .area(let points, let colour) = shape { (points, colour) } else { nil }
      }
      #expect(areas.count == 13)
      let torso = try #require(areas.first { $0.colour == FilmColour.agent }).points
      let middle = torso.reduce(.zero, +) / Double(torso.count)
      #expect(abs(middle.x - view.high.x / 2) < 0.05 && abs(middle.y - 0.5) < 0.15)
      #expect(shapes.contains { if case .arrow = $0 { true } else { false } })
    }
  #endif
}
