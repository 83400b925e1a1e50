import DenseMath
import MetaLearning
import Testing

@testable import Experiments
@testable import Replays

@Suite struct ReplayRunnerTests {
  /// Pushes by a tenth, or by the noise of its stream.
  private struct NoisyPolicy: ReplayPolicy {
    let parametersDigest = "abc"

    func act(_ batch: inout LaneBatch, noise: [Float]?, noiseStart: Int) {
      for lane in 0..<batch.laneCount where batch.active[lane] {
        batch.actions[lane] = noise.map { Double($0[noiseStart + lane]) } ?? 0.1
      }
    }
  }

  private func run(
    _ rollouts: String, family: SlopeFamily = SlopeFamily()
  ) throws -> (outcomes: [ReplayOutcome], recording: [UInt8]) {
    let script = try ReplayScript(
      text: "environment: slope\nseed: 7\nrollouts:\n\(rollouts)", origin: "walk.yaml", folder: ".")
    let runner = ReplayRunner(
      family: family, definitionDigest: "d1", software: "metarl test"
    ) { _, _, _ in NoisyPolicy() }
    var recording: [UInt8] = []
    let outcomes = try runner.run(script) { recording += $0 }
    return (outcomes, recording)
  }

  @Test func `a scripted rollout gives the return computed by hand`() throws {
    // x: 1 → 1 + 1 + 0.5 = 2.5 → 2.5 − 1 + 0.5 = 2; target 3, action 2 clipped to 1 but paid
    // in full: −0.5 − 4, then −1 − 1.
    let (outcomes, recording) = try run(
      """
        - task: {slope: 0.5, target: 3}
          initial_state: {position: [1]}
          actions: [2, -1]
          expect: {mean_return: {equals: -6.5}, final_observation: [2], truncated: false}
      """)
    #expect(outcomes[0].meanReturn == -6.5)
    #expect(outcomes[0].contradictions == [])
    let lines = String(decoding: recording, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(
      lines[0] == """
        {"format":"metarl-recording","version":1,"environment":"slope","definition_digest":"d1",\
        "seed":7,"software":"metarl test","rollouts":[{"name":"rollout 0",\
        "task":{"target":[3.0],"slope":[0.5]},"episodes":1,"initial_state":{"position":[1.0]},\
        "actions":2,"continue_after_termination":false}]}
        """)
    #expect(
      lines[1] == """
        {"rollout":0,"episode":0,"step":0,"observation":[1.0],"state":{"position":[1.0]}}
        """)
    #expect(
      lines[2] == """
        {"rollout":0,"episode":0,"step":1,"action":[2.0],"observation":[2.5],"reward":-4.5,\
        "reward_terms":{"distance":-0.5,"effort":-4.0},"terminated":false,"truncated":false,\
        "state":{"position":[2.5]}}
        """)
  }

  @Test func `an episode ends at termination, at the horizon, or goes on when told to`()
    throws
  {
    let (outcomes, _) = try run(
      """
        - {task: {slope: 0.5, target: 3}, initial_state: {position: 8}, actions: [1, 1, 1, 1]}
        - {task: {slope: 0, target: 3}, actions: [0, 0, 0, 0, 0, 0, 0]}
        - task: {slope: 0.5, target: 3}
          initial_state: {position: 8}
          actions: [1, 1, 1, 1, 0, 0, 0]
          continue_after_termination: true
      """)
    #expect(outcomes.map(\.meanSteps) == [2, 5, 7])
    #expect(outcomes.map { $0.episodes[0].terminated } == [true, false, true])
    // The horizon cuts off whatever the task does there.
    #expect(outcomes.map { $0.episodes[0].truncated } == [false, true, true])
  }

  @Test func `an episode whose task ends it exactly at the horizon is terminated and truncated`()
    throws
  {
    let (outcomes, lines) = try run(
      """
        - {task: {slope: 0.5, target: 3}, initial_state: {position: 3}, actions: [1, 1, 1, 1, 1]}
      """)
    #expect(outcomes[0].episodes[0].steps == 5)
    #expect(outcomes[0].episodes[0].terminated && outcomes[0].episodes[0].truncated)
    let text = String(decoding: lines, as: UTF8.self)
    #expect(text.contains(#""terminated":true,"truncated":true"#))
  }

  @Test func `a failed expectation says what was expected and seen`() throws {
    let (outcomes, _) = try run(
      """
        - task: {slope: 0, target: 3}
          initial_state: {position: 1}
          actions: [1]
          expect:
            mean_return: {at_least: -1, at_most: 5}
            terminated: true
            final_state: {position: [2.5]}
      """)
    #expect(outcomes[0].expectationCount == 3)
    #expect(
      outcomes[0].contradictions == [
        "mean_return: expected at least -1.0 and at most 5.0, seen -2.0",
        "terminated: expected true, seen false in episode 0",
        "final_state.position: expected [2.5] within 1e-09, seen [2.0] in episode 0",
      ])
  }

  @Test func `episodes start and sample alike in every rollout, and apart from each other`()
    throws
  {
    let (outcomes, _) = try run(
      """
        - {task: {slope: 0, target: 3}, policy: x, episodes: 3}
        - {task: {slope: 0, target: 3}, policy: x, episodes: 100}
        - {task: {slope: 0, target: 3}, policy: x, episodes: 3, deterministic: true}
      """)
    #expect(outcomes[0].episodes == Array(outcomes[1].episodes.prefix(3)))
    #expect(Set(outcomes[1].episodes.map(\.undiscountedReturn)).count == 100)
    #expect(outcomes[0].episodes != outcomes[2].episodes)
  }

  @Test(arguments: [
    ("{task: {target: 3}, actions: [1]}", "lacks 'slope'"),
    ("{task: {target: 3, slop: 1}, actions: [1]}", "did you mean 'slope'"),
    ("{task: {target: 3, slope: 1}, actions: [[1, 2]]}", "action 0 has 2 numbers"),
    ("{task: {target: 3, slope: 1}, initial_state: {speed: 1}, actions: [1]}", "known: position"),
    (
      "{task: {target: 3, slope: 1}, actions: [1], expect: {final_state: {speed: 1}}}",
      "position (1)"
    ),
  ])
  func `what does not fit the family is refused before anything is written`(
    rollout: String, says: String
  ) throws {
    let error = #expect(throws: ReplayError.self) { try run("  - \(rollout)") }
    #expect(error?.place == "walk.yaml:4")
    #expect(error?.message.contains(says) == true, "\(error.map(\.description) ?? "")")
  }
}
