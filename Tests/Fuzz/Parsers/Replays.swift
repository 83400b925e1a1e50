import Environments
import Experiments
import Files
import MetaLearning
import Replays

extension FuzzedParser {
  /// Scripts, tables and recordings.
  static let replays = [
    script("navigation-2d", replays: ["navigation-2d", "navigation-2d-sparse", "point-mass"]),
    FuzzedParser("actions", reads: "tables of actions (CSV)", .text) { _ in
      let seeds = [
        Array("push,pull\n0.5,-1e-3\n\n1,2\r\n".utf8),
        Array(try BroughtFiles.bytes("Replays/hopper.csv").prefix(600)),
      ]
      return Prepared(seeds: seeds) {
        let rows = try ActionTable.rows(bytes: $0, origin: "fuzz")
        try BrokenPromise.unless(
          rows.allSatisfy { $0.count == rows[0].count && $0.allSatisfy(\.isFinite) },
          "its rows differ")
      }
    },
    FuzzedParser("recording", reads: "recordings: reading, verifying, showing", .json) { _ in
      let family = try BroughtFiles.family("navigation-2d")
      let text = """
        environment: navigation-2d
        rollouts:
          - {task: {goal: [0.3, -0.4]}, actions: [[0.1, 0], [0.1, -0.1]], episodes: 2}
          - {task: {split: held_out, index: 3}, initial_state: {position: [0.1, 0.2]},
             actions: [[1, 1]], continue_after_termination: true}
        """
      let runner = ReplayRunner(
        family: family, definitionDigest: family.definitionDigest, software: "metarl",
        carried: try CarriedFamily(of: family)
      ) { request, _, _ in
        throw ReplayError(origin: request.path, message: "there are no policies here")
      }
      var recording: [UInt8] = []
      _ = try runner.run(ReplayScript(text: text, origin: "fuzz", folder: ".")) { recording += $0 }
      let verification = RecordingVerification(
        family: family, definitionDigest: family.definitionDigest, tolerance: 0)
      return Prepared(seeds: [recording]) { input in
        let reader = try RecordingReader(bytes: input, origin: "fuzz")
        _ = try? reader.header.family?.family(preset: nil)
        _ = try? ReplayPage(reader, family: family)
        _ = try verification.verify(reader)
      }
    },
  ]

  /// Scripts, checked against a family up to the first step.
  static func script(_ name: String, replays: [String]) -> FuzzedParser {
    FuzzedParser(
      "replay-\(name)", reads: replays.map { "\($0).yaml" }.joined(separator: ", "), .yaml
    ) { _ in
      let family = try BroughtFiles.family(name)
      let folder = FileSystem.join(try BroughtFiles.folder(), "Replays")
      let seeds = try replays.map { try BroughtFiles.bytes("Replays/\($0).yaml") }
      return Prepared(seeds: seeds) { input in
        let script = try ReplayScript(
          text: String(decoding: input, as: UTF8.self), origin: "fuzz", folder: folder)
        let preparation = ReplayPreparation(script: script, family: family) { request, _, _ in
          throw ReplayError(origin: request.path, message: "there are no policies here")
        }
        // Scripts of other families are refused here; their reading has been tried all the same.
        do { _ = try preparation.rollouts() } catch is ReplayError {}
      }
    }
  }
}
