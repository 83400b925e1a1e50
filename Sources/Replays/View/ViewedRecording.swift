import Environments
import Files
import MetaLearning

/// A recording as it is watched, cut down to what pages and films show.
struct ViewedRecording {
  /// Entries of an observation that are shown beside a step.
  private static let shownObservations = 12

  let header: RecordingHeader
  let family: DefinedTaskFamily
  /// How its robot looks; nil for what is no robot.
  let drawing: RobotDrawing?
  /// Whether its place is a point on the plane.
  private(set) var isPlanar = false
  /// By rollout; every rollout has at least one.
  private(set) var episodes: [[RecordedEpisode]]

  /// Reads a recording to its end.
  ///
  /// - Throws: `ReplayError` for a line that cannot be read, in a wrong order, or too many of
  ///   them; `MuJoCoError` when a robot cannot be drawn.
  init(_ recording: RecordingReader, family: DefinedTaskFamily) throws {
    var reader = recording
    header = reader.header
    self.family = family
    drawing = try RobotDrawing(family)
    episodes = Array(repeating: [], count: header.rollouts.count)
    var steps = 0
    while let (frame, line) = try reader.next() {
      if line == 2, drawing == nil { isPlanar = frame.state["position"]?.count == 2 }
      let started = frame.rollout < episodes.count ? episodes[frame.rollout].count : 0
      let expected = frame.step == 0 ? started : started - 1
      guard frame.rollout < episodes.count, frame.episode == expected,
        frame.step == 0 || episodes[frame.rollout][expected].stepCount == frame.step - 1
      else {
        throw ReplayError(
          origin: recording.origin, line: line,
          message: "rollout \(frame.rollout), episode \(frame.episode), step \(frame.step) is "
            + "not what comes next; record the script again.")
      }
      if frame.step == 0 {
        episodes[frame.rollout].append(RecordedEpisode())
      } else {
        steps += 1
      }
      guard steps <= ReplayPage.maximumSteps else {
        throw ReplayError(
          origin: recording.origin, line: line,
          message:
            "a page or film holds at most \(ReplayPage.maximumSteps) steps, the recording has "
            + "more; record fewer episodes.")
      }
      add(frame, to: expected)
    }
    if let empty = episodes.firstIndex(where: \.isEmpty) {
      throw ReplayError(
        origin: recording.origin,
        message: "has no lines of rollout \(empty); record the script again.")
    }
  }

  private mutating func add(_ frame: RecordingFrame, to episode: Int) {
    var numbers: [Double] = []
    if let drawing {
      // A broken simulation keeps its last pose.
      let ends = drawing.endPoints(position: frame.state["qpos"] ?? [])
      let last = episodes[frame.rollout][episode].places.suffix(6 * drawing.parts.count)
      numbers = ends.map { $0.map { ($0 * 1e4).rounded() } } ?? Array(last)
    } else if isPlanar {
      numbers = frame.state["position"].flatMap { $0.count == 2 ? $0 : nil } ?? [.nan, .nan]
    }
    episodes[frame.rollout][episode].add(
      frame, places: numbers, observations: Self.shownObservations,
      joints: drawing == nil ? [] : frame.state["qpos"] ?? [])
  }

  /// The object that a page's player reads.
  var json: JSONValue {
    let simulator = family.definition.simulator
    return .object([
      .init("family", .text(family.qualifiedName)),
      .init("summary", .text(family.definition.summary)),
      .init("environment", .text(header.environment)),
      .init("seed", .text("\(header.seed)")),
      .init("software", .text(header.software)),
      .init("definitionDigest", .text(header.definitionDigest)),
      .init("scene", .text(drawing != nil ? "robot" : isPlanar ? "plane" : "actions")),
      .init("view", .text(drawing?.viewpoint.rawValue ?? "")),
      .init(
        "parts", .array((drawing?.parts ?? []).map { .numbers([$0.radius]) })),
      .init(
        "heightLimits",
        drawing?.heightLimits.map { .numbers([$0.lowerBound, $0.upperBound]) } ?? .null),
      .init("goalRadius", drawing?.goalRadius.map { .number($0) } ?? .null),
      .init("secondsPerStep", drawing.map { .number($0.stepDuration) } ?? .null),
      .init("settings", settings),
      .init("actions", names(simulator.action)),
      .init(
        "observations", names(Array(simulator.observation.prefix(Self.shownObservations)))),
      .init("observationSize", .integer(simulator.observation.count)),
      .init("terms", .array(simulator.rewardTerms.map { .text($0.name) })),
      .init(
        "rollouts",
        .array(zip(header.rollouts, episodes).map { rollout, episodes in json(rollout, episodes) })
      ),
    ])
  }

  private func json(_ rollout: RecordedRollout, _ episodes: [RecordedEpisode]) -> JSONValue {
    .object([
      .init("name", .text(rollout.name)),
      .init("policy", rollout.policy.map { .text($0.path) } ?? .null),
      .init("adaptationSteps", rollout.policy.map { .integer($0.adaptationSteps) } ?? .null),
      .init("deterministic", .boolean(rollout.policy?.deterministic ?? false)),
      .init(
        "draw", rollout.draw.map { .text("\($0.split.rawValue) task \($0.index)") } ?? .null),
      .init("task", .object(rollout.task.entries.map { .init($0.name, .numbers($0.values)) })),
      .init("episodes", .array(episodes.map(\.json))),
    ])
  }

  private func names(_ entries: [SpaceEntry]) -> JSONValue {
    .array(entries.map { .text($0.unit.isEmpty ? $0.meaning : "\($0.meaning), \($0.unit)") })
  }

  /// The simulator's settings that are numbers or points.
  var settings: JSONValue {
    .object(
      family.definition.simulator.choices.compactMap { choice in
        guard let value = try? JSONValue(parsing: choice.value),
          value.number != nil || value.elements != nil
        else { return nil }
        return .init(choice.key, value)
      })
  }
}
