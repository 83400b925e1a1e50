import Files

#if OSMesa
  import Environments

  /// A robot as MuJoCo draws it.
  struct RenderedFilmScene: FilmScene {
    private let renderer: RobotRenderer
    private let poses: RobotPoses
    /// `qpos` of every pose.
    private let positions: [[Double]]
    private let task: RobotFilmTask

    /// The scene of an episode.
    ///
    /// - Parameters:
    ///   - episode: of a robot.
    ///   - poses: its poses.
    ///   - task: what it is asked.
    ///   - renderer: shared by all scenes of a film.
    init(
      _ episode: RecordedEpisode, poses: RobotPoses, task: RobotFilmTask, renderer: RobotRenderer
    ) {
      (self.renderer, self.poses, self.task) = (renderer, poses, task)
      let width = episode.joints.count / (episode.stepCount + 1)
      positions = (0...episode.stepCount).map {
        Array(episode.joints[$0 * width..<($0 + 1) * width])
      }
    }

    func frame(_ step: Int, aspect: Double) throws -> (view: FilmView, shapes: [FilmShape]) {
      let now = min(step, positions.count - 1)
      // A broken simulation keeps its last pose.
      let position =
        positions[...now].last { $0.allSatisfy(\.isFinite) } ?? positions[0].map { _ in 0 }
      var marks: [RobotRenderer.Mark] = []
      var words = ""
      if let velocity = task.velocity {
        let pace = poses.root(0).x + velocity * Double(now) * poses.drawing.stepDuration
        marks.append(.pace(x: pace))
        let away = pace - poses.root(min(now, poses.count - 1)).x
        words =
          "commanded pace: orange, \(FigureText.fixed(abs(away))) m "
          + (away < 0 ? "behind" : "ahead")
      }
      if let goal = task.goal {
        marks.append(.goal(SIMD2(goal.x, goal.y)))
        words = "goal: orange"
      }
      if let direction = task.direction {
        marks.append(.direction(direction))
        words = "commanded direction: orange"
      }
      let view = FilmView(low: .zero, high: SIMD2(aspect, 1), hasNumbers: (false, false))
      let bytes = try renderer.picture(position: position, marks: marks)
      return (
        view,
        [
          .picture(bytes, width: renderer.width, height: renderer.height),
          .text(words, at: SIMD2(0.03, 0.95), alignment: .left, colour: FilmColour.goal),
        ]
      )
    }
  }
#endif
