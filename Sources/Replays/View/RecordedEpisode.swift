import Files
import Foundation

/// One episode as columns.
struct RecordedEpisode {
  /// Steps so far, the reset not counted.
  private(set) var stepCount = 0
  /// Ends of parts in tenths of a millimetre, or a point in metres, from the reset on.
  private(set) var places: [Double] = []
  /// `qpos` of a robot, from the reset on.
  private(set) var joints: [Double] = []
  private var observations: [Double] = []
  /// To six digits, [steps, A].
  private(set) var actions: [Double] = []
  /// Of every step.
  private(set) var rewards: [Double] = []
  private var terms: [[Double]] = []
  private var end = ""

  /// Adds a reset or a step.
  mutating func add(
    _ frame: RecordingFrame, places: [Double], observations: Int, joints: [Double]
  ) {
    self.places += places
    self.joints += joints
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
