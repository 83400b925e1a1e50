import Foundation
import MetaLearning
import Testing

@testable import Experiments

/// Replay scripts, tables of actions and recordings, mutated: errors are fine, traps are not.
@Suite struct ReplayFuzzTests {
  private static let inputs =
    ProcessInfo.processInfo.environment["FUZZ_INPUTS"].flatMap(Int.init) ?? 2000

  private func fuzz(_ valid: String, _ use: ([UInt8]) -> Void) {
    var mutator = Mutator(seed: 2)
    var slowest = 0.0
    for _ in 0..<Self.inputs {
      let input = mutator.mutated(Array(valid.utf8))
      slowest = max(slowest, processorSeconds { use(input) })
    }
    #expect(slowest < 1)
  }

  private static let script = """
    environment: slope
    seed: 7
    rollouts:
      - name: placed
        task: {slope: 0.5, target: 3}
        initial_state: {position: [0.25]}
        actions: [[0.5], -1, 1e-3]
        episodes: 2
        expect: {mean_return: {at_least: -12, equals: -3, within: 9}, final_state: {position: [1]}}
      - {task: {split: held_out, index: 3}, policy: runs/nav, adaptation_steps: 1,
         inner_learning_rates: [0.1], deterministic: true}
    """

  @Test func `scripts never trap, nor does checking them against a family`() {
    fuzz(Self.script) { input in
      guard
        let script = try? ReplayScript(
          text: String(decoding: input, as: UTF8.self), origin: "fuzz", folder: "/nonexistent")
      else { return }
      let preparation = ReplayPreparation(script: script, family: SlopeFamily()) { request, _, _ in
        throw ReplayError(origin: request.path, message: "there are no policies here")
      }
      _ = try? preparation.rollouts()
    }
  }

  @Test func `tables of actions never trap`() {
    fuzz("push,pull\n0.5,-1e-3\n\n1,2\r\n") { input in
      _ = try? ActionTable.rows(text: String(decoding: input, as: UTF8.self), origin: "fuzz")
    }
  }

  @Test func `recordings never trap the reader or the verification`() throws {
    var script = try ReplayScript(text: Self.script, origin: "fuzz", folder: ".")
    script.rollouts.removeLast()
    let runner = ReplayRunner(
      family: SlopeFamily(), definitionDigest: "d", software: "metarl test"
    ) { request, _, _ in throw ReplayError(origin: request.path, message: "no policy") }
    var recording: [UInt8] = []
    _ = try runner.run(script) { recording += $0 }
    let verification = RecordingVerification(
      family: SlopeFamily(), definitionDigest: "d", tolerance: 0)
    var accepted = 0
    fuzz(String(decoding: recording, as: UTF8.self)) { input in
      guard let reader = try? RecordingReader(bytes: input, origin: "fuzz") else { return }
      if (try? verification.verify(reader)) != nil { accepted += 1 }
    }
    // Some mutations change only names or spaces; most must be noticed.
    #expect(accepted < Self.inputs / 4)
  }
}
