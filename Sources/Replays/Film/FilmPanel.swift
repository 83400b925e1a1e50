import Drawing
import Environments
import Files
import MetaLearning

/// One rollout of a film.
struct FilmPanel {
  /// The rollout's name.
  let heading: String
  /// Its task and its policy, in words.
  let detail: String
  let scene: any FilmScene
  /// Of every step.
  let rewards: [Double]
  /// Sums of the rewards up to every step.
  let returns: [Double]

  /// The panels of a recording's first rollouts: the first episode of each.
  ///
  /// - Throws: `FilmError` or `MuJoCoError` when the renderer is not there.
  static func panels(
    _ recording: ViewedRecording, most: Int, renderer: FilmRenderer
  ) throws -> [FilmPanel] {
    let scenes = try scenes(recording, renderer)
    return zip(recording.header.rollouts, recording.episodes).prefix(most).enumerated().map {
      index, one in
      let (rollout, episode) = (one.0, one.1[0])
      var sum = 0.0
      return FilmPanel(
        heading: rollout.name, detail: detail(rollout), scene: scenes[index],
        rewards: episode.rewards,
        returns: episode.rewards.map {
          sum += $0
          return sum
        })
    }
  }

  /// What is said of a step.
  func words(_ step: Int, secondsPerStep: Double?) -> String {
    let now = min(step, rewards.count)
    var words = "step \(now) of \(rewards.count)"
    if let secondsPerStep {
      words += "   \(FigureText.fixed(Double(now) * secondsPerStep)) s"
    }
    guard now > 0 else { return words }
    return words + "   reward \(FigureText.significant(rewards[now - 1]))"
      + "   return \(FigureText.significant(returns[now - 1]))"
  }

  private static func scenes(
    _ recording: ViewedRecording, _ renderer: FilmRenderer
  ) throws -> [any FilmScene] {
    if renderer == .mujoco { return try rendered(recording) }
    if recording.isPlanar { return PlaneFilmScene.scenes(recording) }
    let robots = zip(recording.header.rollouts, recording.episodes).map { rollout, episodes in
      recording.drawing.flatMap { RobotPoses(episodes[0], drawing: $0) }.map {
        (poses: $0, task: RobotFilmTask(rollout.task))
      }
    }
    let shown = robots.compactMap(\.self)
    guard !shown.isEmpty else { return recording.episodes.map { ActionFilmScene($0[0]) } }
    let view = RobotView(shown)
    return zip(robots, recording.episodes).map { robot, episodes in
      guard let (poses, task) = robot else { return ActionFilmScene(episodes[0]) }
      return poses.drawing.viewpoint == .turnable
        ? TurnedRobotFilmScene(poses, task: task, view: view)
        : RobotFilmScene(poses, task: task, view: view)
    }
  }

  private static func rendered(_ recording: ViewedRecording) throws -> [any FilmScene] {
    try FilmRenderer.mujoco.require(for: recording.family)
    #if OSMesa
      let (width, height) = FilmScript.sceneSize
      guard let drawing = recording.drawing,
        let renderer = try RobotRenderer(recording.family, width: width, height: height)
      else { throw FilmError.noRobot(family: recording.family.qualifiedName) }
      return zip(recording.header.rollouts, recording.episodes).map { rollout, episodes in
        guard let poses = RobotPoses(episodes[0], drawing: drawing) else {
          return ActionFilmScene(episodes[0])
        }
        return RenderedFilmScene(
          episodes[0], poses: poses, task: RobotFilmTask(rollout.task), renderer: renderer)
      }
    #else
      throw FilmError.noRenderer
    #endif
  }

  private static func detail(_ rollout: RecordedRollout) -> String {
    let task = rollout.task.entries.map { entry in
      let numbers = entry.values.prefix(4).map(FigureText.significant).joined(separator: ", ")
      let more = entry.values.count > 4 ? ", …" : ""
      return entry.values.count == 1
        ? "\(entry.name) \(numbers)" : "\(entry.name) (\(numbers)\(more))"
    }
    guard let policy = rollout.policy else {
      return (task + ["scripted actions"]).joined(separator: " · ")
    }
    let steps = policy.adaptationSteps
    let state = steps == 0 ? "before adaptation" : "after \(FigureText.steps(steps))"
    return (task + [FileSystem.lastName(of: policy.path), state]).joined(separator: " · ")
  }
}
