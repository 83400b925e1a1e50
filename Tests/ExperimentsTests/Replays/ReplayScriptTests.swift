import Foundation
import MetaLearning
import Testing

@testable import Experiments
@testable import Replays

@Suite struct ReplayScriptTests {
  private func script(_ rollout: String) throws -> ReplayScript {
    try ReplayScript(
      text: "environment: slope\nrollouts:\n  - \(rollout)\n", origin: "walk.yaml", folder: ".")
  }

  @Test func `every key of a rollout arrives`() throws {
    let script = try ReplayScript(
      text: """
        environment: slope@steep
        seed: 18446744073709551615
        rollouts:
          - name: scripted
            task: {target: 3, slope: [0.5]}
            initial_state: {position: [0.25]}
            actions: [[0.5], -1]
            episodes: 2
            continue_after_termination: true
            expect:
              mean_return: {at_least: -12, at_most: 0}
              mean_steps: {equals: 2}
              terminated: false
              final_observation: [1, 2]
              final_state: {position: {equals: [1], within: 0.5}}
          - task: {split: held_out, index: 3}
            policy: runs/nav
            adaptation_steps: 2
            inner_learning_rates: [0.5, 0.25]
            rollouts_per_task: 7
            deterministic: true
        """, origin: "walk.yaml", folder: ".")
    #expect(script.environment == "slope@steep")
    #expect(script.seed == .max)
    let scripted = script.rollouts[0]
    #expect(
      scripted.task
        == .parameters(
          TaskParameters([
            .init(name: "target", values: [3]), .init(name: "slope", values: [0.5]),
          ])))
    #expect(scripted.initialState["position"] == [0.25])
    #expect(scripted.episodes == 2)
    #expect(scripted.continuesAfterTermination)
    #expect(scripted.expectations.count == 5)
    guard case .actions(let actions) = scripted.actor else {
      Issue.record("the first rollout has actions")
      return
    }
    #expect(actions == [[0.5], [-1]])
    #expect(script.rollouts[1].name == "rollout 1")
    #expect(script.rollouts[1].task == .draw(split: .heldOut, index: 3))
    guard case .policy(let request) = script.rollouts[1].actor else {
      Issue.record("the second rollout has a policy")
      return
    }
    #expect(
      request
        == ReplayScript.PolicyRequest(
          path: "runs/nav", adaptationSteps: 2, deterministic: true, rolloutsPerTask: 7,
          innerLearningRates: [0.5, 0.25]))
  }

  @Test(arguments: [
    ("{task: {}, actions: [1], polcy: x}", "did you mean 'policy'"),
    ("{task: {}}", "exactly one of policy, actions and actions_from, not none"),
    ("{task: {}, actions: [1], policy: x}", "not policy and actions"),
    ("{task: {}, actions: [1], deterministic: true}", "goes with 'policy'"),
    ("{task: {}, policy: x, continue_after_termination: true}", "not with a policy"),
    ("{actions: [1]}", "task"),
    ("{task: {target: .nan}, actions: [1]}", "target"),
    ("{task: {}, actions: [[1, .inf]]}", "actions[0][1]"),
    ("{task: {}, actions: []}", "1 to 500000 actions"),
    ("{task: {}, actions: [1], episodes: 0}", "episodes"),
    ("{task: {split: heldout}, actions: [1]}", "did you mean 'held_out'"),
    ("{task: {}, actions: [1], expect: {mean_retrun: {at_least: 0}}}", "'mean_return'"),
    ("{task: {}, actions: [1], expect: {mean_return: {}}}", "at_least, at_most or equals"),
    ("{task: {}, policy: x, adaptation_steps: 1, inner_learning_rates: []}", "of 0"),
    ("{task: {}, actions_from: ../secret.csv}", "in the script's folder"),
    ("{task: {}, actions_from: /etc/hostname}", "in the script's folder"),
    ("{task: {}, actions_from: absent.csv}", "No such file"),
  ])
  func `a mistake is named with its line`(rollout: String, says: String) throws {
    let error = try #require(throws: (any Error).self) { try script(rollout) }
    #expect("\(error)".contains(says), "\(error)")
  }

  @Test func `actions come from a table beside the script, not through a link out of it`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("replay-\(UUID().uuidString)")
    let inside = folder.appendingPathComponent("scripts")
    try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("push\n0.5\r\n\n-1e-3\n".utf8).write(to: inside.appendingPathComponent("walk.csv"))
    try Data("1\n".utf8).write(to: folder.appendingPathComponent("outside.csv"))
    try FileManager.default.createSymbolicLink(
      at: inside.appendingPathComponent("link.csv"),
      withDestinationURL: folder.appendingPathComponent("outside.csv"))
    func read(_ file: String) throws -> ReplayScript {
      try ReplayScript(
        text: "environment: slope\nrollouts:\n  - {task: {}, actions_from: \(file)}\n",
        origin: "walk.yaml", folder: inside.path)
    }
    guard case .actions(let actions) = try read("walk.csv").rollouts[0].actor else {
      Issue.record("the rollout has actions")
      return
    }
    #expect(actions == [[0.5], [-0.001]])
    #expect(throws: (any Error).self) { try read("link.csv") }
  }

  @Test(arguments: [
    ("1,2\n3\n", "table.csv:2", "1 numbers"), ("1,2\n3,x\n", "table.csv:2", "'x'"),
    ("1,inf\n", "table.csv:1", "not a finite"), ("heading\n", "table.csv", "no actions"),
    ("1,\n", "table.csv:1", "''"), ("1\n\n2 3\n", "table.csv:3", "'2 3'"),
  ])
  func `a table of actions says what is no number`(text: String, place: String, says: String) {
    let error = #expect(throws: ReplayError.self) {
      try ActionTable.rows(bytes: Array(text.utf8), origin: "table.csv")
    }
    #expect(error?.place == place)
    #expect(error?.message.contains(says) == true)
  }

  @Test(arguments: [
    ("1,2\r\n 3 ,\t4\r\n", [[1.0, 2], [3, 4]]), ("\"a\",\"b\"\n1,2", [[1, 2]]),
    ("wind\n\n  \n-1e-3\n", [[-0.001]]), ("é,x\n5,6\n", [[5, 6]]),
  ])
  func `a table of actions is read with headings, spaces and empty lines`(
    text: String, rows: [[Double]]
  ) throws {
    #expect(try ActionTable.rows(bytes: Array(text.utf8), origin: "table.csv") == rows)
  }

  @Test func `a table of actions has no more steps and columns than are read`() {
    for text in [
      String(repeating: "1\n", count: 500_001), String(repeating: "1,", count: 10_001) + "1",
    ] {
      let error = #expect(throws: ReplayError.self) {
        try ActionTable.rows(bytes: Array(text.utf8), origin: "table.csv")
      }
      #expect(error?.message.contains("more than") == true)
    }
  }
}
