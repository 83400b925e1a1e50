import Environments
import Foundation
import MetaLearning

/// What the player of a page is told: the recording, cut down to what it shows.
struct ReplayPageContents {
  /// Entries of an observation that are shown beside a step.
  private static let shownObservations = 12

  private let header: RecordingHeader
  private let family: DefinedTaskFamily
  private let drawing: RobotDrawing?
  private var isPlanar = false
  private var episodes: [[RecordedEpisode]]

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
          message: "a page holds at most \(ReplayPage.maximumSteps) steps, the recording has "
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
      frame, places: numbers, observations: Self.shownObservations)
  }

  /// The object that the player reads.
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
      .init("secondsPerStep", drawing.map { .number($0.stepDuration) } ?? .null),
      .init("settings", settings(of: simulator)),
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
  private func settings(of simulator: any Simulator) -> JSONValue {
    .object(
      simulator.choices.compactMap { choice in
        guard let value = try? JSONValue(parsing: choice.value),
          value.number != nil || value.elements != nil
        else { return nil }
        return .init(choice.key, value)
      })
  }
}

/// One episode as columns.
struct RecordedEpisode {
  /// Steps so far, the reset not counted.
  private(set) var stepCount = 0
  /// Ends of parts in tenths of a millimetre, or a point in metres, from the reset on.
  private(set) var places: [Double] = []
  private var observations: [Double] = []
  private var actions: [Double] = []
  private var rewards: [Double] = []
  private var terms: [[Double]] = []
  private var end = ""

  mutating func add(_ frame: RecordingFrame, places: [Double], observations: Int) {
    self.places += places
    self.observations += frame.observation.prefix(observations).map(Self.short)
    guard let transition = frame.transition else { return }
    stepCount += 1
    actions += transition.action.map(Self.short)
    rewards.append(transition.reward)
    if terms.isEmpty { terms = transition.rewardTerms.map { _ in [] } }
    for (index, term) in transition.rewardTerms.enumerated() where index < terms.count {
      terms[index].append(Self.short(term.value))
    }
    end = transition.terminated ? "terminated" : transition.truncated ? "truncated" : ""
  }

  var json: JSONValue {
    .object([
      .init("steps", .integer(stepCount)),
      .init("end", .text(end)),
      .init("places", .array(places.map(Self.number))),
      .init("observations", .numbers(observations)),
      .init("actions", .numbers(actions)),
      .init("rewards", .numbers(rewards)),
      .init("terms", .array(terms.map { .numbers($0) })),
    ])
  }

  /// A whole number without a point, which halves the page.
  private static func number(_ value: Double) -> JSONValue {
    Int(exactly: value).map(JSONValue.integer) ?? .number(value)
  }

  /// Six significant digits: more than a page shows.
  private static func short(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    return Double(String(format: "%.6g", value)) ?? value
  }
}
