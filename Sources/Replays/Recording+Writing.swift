import Environments
import Files
import Foundation
import MetaLearning

// Member order is that of docs/Formats.md. A number that is not finite (a simulation that
// diverged) is written as null.

extension RecordingHeader {
  /// The header as JSON.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("format", .text(Self.format)),
      .init("version", .integer(version)),
      .init("environment", .text(environment)),
      .init("definition_digest", .text(definitionDigest)),
      // Seeds beyond 2⁶³ − 1 do not fit the integers of most JSON readers.
      .init("seed", Int(exactly: seed).map(JSONValue.integer) ?? .text("\(seed)")),
      .init("software", .text(software)),
      .init("rollouts", .array(rollouts.map(\.json))),
    ]
    if let physics { members.append(.init("physics", .text(physics))) }
    if let family { members.append(.init("family_files", .array(family.files.map(\.json)))) }
    return .object(members)
  }
}

extension FamilyFile {
  /// The file's entry in the header: `text`, or `base64` for what is no UTF-8.
  var json: JSONValue {
    .object([
      .init("role", .text(role.rawValue)), .init("name", .text(name)),
      String(validating: contents, as: UTF8.self).map { .init("text", .text($0)) }
        ?? .init("base64", .text(Data(contents).base64EncodedString())),
    ])
  }
}

extension RecordedRollout {
  /// The rollout's entry in the header.
  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .text(name)),
      .init(
        "task", .object(task.entries.map { .init($0.name, .numbers($0.values)) })),
    ]
    if let draw {
      members += [
        .init("split", .text(draw.split.rawValue)), .init("index", .integer(draw.index)),
      ]
    }
    members.append(.init("episodes", .integer(episodes)))
    if !initialState.entries.isEmpty {
      members.append(.init("initial_state", initialState.json))
    }
    if let actionCount {
      members += [
        .init("actions", .integer(actionCount)),
        .init("continue_after_termination", .boolean(continuesAfterTermination)),
      ]
    }
    if let policy {
      members += [
        .init("policy", .text(policy.path)),
        .init("parameters_digest", .text(policy.parametersDigest)),
        .init("adaptation_steps", .integer(policy.adaptationSteps)),
        .init("deterministic", .boolean(policy.deterministic)),
      ]
    }
    return .object(members)
  }
}

extension LaneState {
  /// Vectors by name.
  var json: JSONValue {
    .object(entries.map { .init($0.name, .numbers($0.values)) })
  }
}

extension RecordingFrame {
  /// The frame as JSON.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("rollout", .integer(rollout)), .init("episode", .integer(episode)),
      .init("step", .integer(step)),
    ]
    if let transition { members.append(.init("action", .numbers(transition.action))) }
    members.append(.init("observation", .numbers(observation)))
    if let transition {
      members += [
        .init("reward", .number(transition.reward)),
        .init(
          "reward_terms",
          .object(transition.rewardTerms.map { .init($0.name, .number($0.value)) })),
        .init("terminated", .boolean(transition.terminated)),
        .init("truncated", .boolean(transition.truncated)),
      ]
    }
    members.append(.init("state", state.json))
    return .object(members)
  }
}
