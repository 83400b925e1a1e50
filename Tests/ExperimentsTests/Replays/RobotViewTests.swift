import Replays

#if MuJoCo
  import Environments
  import MetaLearning
  import Testing

  @testable import Experiments
  @testable import Replays

  @Suite struct RobotViewTests {
    private func panel(
      _ name: String, rollouts: Int = 1
    ) throws -> (poses: RobotPoses, task: RobotFilmTask) {
      let (reader, family) = try ReplayFilmTests.recording(name, steps: 5, rollouts: rollouts)
      let viewed = try ViewedRecording(reader, family: family)
      let poses = try RobotPoses(viewed.episodes[0][0], drawing: #require(viewed.drawing))
      return (try #require(poses), RobotFilmTask(viewed.header.rollouts[0].task))
    }

    private func frame(_ name: String) throws -> (view: FilmView, shapes: [FilmShape]) {
      let (reader, family) = try ReplayFilmTests.recording(name, steps: 5, rollouts: 1)
      let viewed = try ViewedRecording(reader, family: family)
      return try FilmPanel.panels(viewed, most: 1, renderer: .gnuplot)[0].scene
        .frame(5, aspect: 1.25)
    }

    /// The width of the drawn parts, as a part of the picture's.
    private func share(_ name: String) throws -> Double {
      let (view, shapes) = try frame(name)
      let points = shapes.flatMap { shape -> [SIMD2<Double>] in
        if case .area(let points, _) = shape { points } else { [] }
      }
      #expect(points.allSatisfy(view.contains), "\(name)")
      let (low, high) = (points.map(\.x).min() ?? 0, points.map(\.x).max() ?? 0)
      return (high - low) / (view.high.x - view.low.x)
    }

    @Test(arguments: ["arm-reach", "ant-heading", "ant-goal"])
    func `an arm of half a metre fills a picture as an ant does`(name: String) throws {
      let share = try share(name)
      #expect((0.12..<0.8).contains(share), "\(share)")
    }

    @Test func `an arm is looked at from nearer than an ant`() throws {
      let arm = RobotView([try panel("arm-reach")])
      let ant = RobotView([try panel("ant-heading")])
      #expect(arm.radius < 0.5 && ant.radius > 0.6)
      #expect(arm.still != nil)
    }

    @Test func `what travels is followed, what stays is looked at from one place`() throws {
      let swimmer = try panel("swimmer-velocity")
      let following = RobotView([swimmer])
      for pose in [0, 5] {
        #expect(following.centre(swimmer.poses, at: pose).x == swimmer.poses.root(pose).x)
      }
      let arm = try panel("arm-reach")
      let still = RobotView([arm])
      #expect(still.centre(arm.poses, at: 0) == still.centre(arm.poses, at: 5))
    }

    @Test func `a place in space is a ball of the radius that counts as reached`() throws {
      let one = try panel("arm-reach")
      let goal = try #require(one.task.goal)
      #expect(goal.z > 0 && RobotView([one]).goalRadius == 0.05)
      let (view, shapes) = try frame("arm-reach")
      let lines = shapes.compactMap {
        if case .line(let points, FilmColour.goal, _, false) = $0 { points } else { nil }
      }
      let ball = try #require(lines.first { $0.count == 25 })
      #expect(ball.allSatisfy(view.contains))
      let width = (ball.map(\.x).max() ?? 0) - (ball.map(\.x).min() ?? 0)
      #expect(width > 0.02 && width < 0.2, "\(width)")
      #expect(
        shapes.contains { if case .text("goal", _, _, _) = $0 { true } else { false } })
    }

    @Test func `a place of the plane is a ring on the floor, also where it is far away`() throws {
      let one = try panel("ant-goal")
      #expect(one.task.goal?.z == 0)
      let view = RobotView([one])
      #expect(view.goalRadius > 0.15 && view.radius < 4)
    }
  }
#endif
