import Experiments
import Files

extension RunReport {
  /// What the trainings took and how they ended.
  var trainingSection: String {
    let definesSuccess = histories.contains { $0.rows.last?["success_after"] != nil }
    var table = ReportTable(
      "Trainings",
      [
        "run", "algorithm", "seed", "iterations", "environment steps", "seconds",
        "rejected steps", "episodes that diverged", "return before, last", "return after, last",
      ] + (definesSuccess ? ["success before, last", "success after, last"] : []), textColumns: 2)
    for history in histories {
      let last = history.rows.last
      func figure(_ key: String) -> String {
        last?[key]?.number.map { FigureText.fixed($0) } ?? "-"
      }
      let steps = [
        "steps_pre_adaptation", "steps_during_adaptation", "steps_post_adaptation",
        "steps_validation",
      ].compactMap { last?[$0]?.integer }
      let rejected = history.rows.count { ($0["outcome"]?.text ?? "accepted") != "accepted" }
      table.append(
        [
          history.run, history.configuration.learner.algorithm.rawValue,
          "\(history.configuration.seed)",
          "\(last?["iteration"]?.integer ?? 0) of \(history.configuration.iterations)",
          "\(steps.reduce(0, +))",
          FigureText.fixed(history.column("seconds").values.reduce(0, +), decimals: 0),
          "\(rejected)",
          DivergenceCheck.count(
            history.rows.reduce(0) { $0 + ($1["diverged_episodes"]?.integer ?? 0) },
            of: history.rows.reduce(0) { $0 + ($1["episodes"]?.integer ?? 0) }),
          figure("return_before"), figure("return_after"),
        ] + (definesSuccess ? [figure("success_before"), figure("success_after")] : []))
    }
    return HTMLText.table(table)
  }

  /// Versions and digests, the commands that make it all again, and the configurations.
  var originSection: String {
    var table = ReportTable("How the runs were made", ["run", "what", "value"], textColumns: 3)
    let entries = histories.indices.map { index in
      let made = provenances[index]?.entries.map { (Self.words($0.key), $0.value) } ?? []
      guard index < checkpoints.count else { return made }
      return made + [
        ("evaluated after iteration", "\(checkpoints[index].iteration)"),
        ("digest of these parameters", checkpoints[index].parameterDigest),
      ]
    }
    for row in Self.merged(histories.map(\.run), entries) { table.append(row) }
    if let digest = set?.reports[0].taskDigest {
      table.append(["evaluation", "digest of the tasks", digest])
    }
    let runs = histories.map { HTMLText.shellWord($0.run) }
    var commands = zip(histories, runs).map { history, run in
      "metarl train --config \(HTMLText.shellWord(FileSystem.join(history.run, "config.yaml"))) "
        + "--run-dir \(HTMLText.shellWord(history.run + "-again"))"
    }
    let again = histories.map { HTMLText.shellWord($0.run + "-again") }
    commands.append(
      (["metarl report"] + again + flags.map(HTMLText.shellWord)).joined(separator: " "))
    let configurations = zip(histories, provenances).map { history, provenance in
      "<details><summary>Configuration of \(HTMLText.escaped(history.run, limit: 120))</summary>"
        + "<pre>\(HTMLText.escaped(history.configuration.yaml(provenance: provenance)))</pre>"
        + "</details>"
    }
    let equal =
      "<p>Equal seeds give equal bits on equal versions. To make it all again, from the "
      + "configuration below as config.yaml:</p>\n"
      + "<pre>\(HTMLText.escaped(commands.joined(separator: "\n")))</pre>"
    return ([HTMLText.table(table), equal] + configurations).joined(separator: "\n")
  }

  /// How the runs were made, row by row: what is equal of all of them is told once.
  ///
  /// - Parameters:
  ///   - runs: their names.
  ///   - entries: what is told of each.
  /// - Returns: rows of run, what and value; those of all runs first.
  static func merged(_ runs: [String], _ entries: [[(what: String, value: String)]]) -> [[String]] {
    let shared = (runs.count > 1 ? entries[0] : []).filter { entry in
      entries.allSatisfy { $0.contains { $0 == entry } }
    }
    let own = zip(runs, entries).flatMap { run, entries in
      entries.filter { entry in !shared.contains { $0 == entry } }
        .map { [run, $0.what, $0.value] }
    }
    return shared.map { ["all \(runs.count) runs", $0.what, $0.value] } + own
  }

  private static func words(_ key: String) -> String {
    switch key {
    case "definition_digest": "digest of the family's definition"
    case "git_revision": "git revision"
    case "gsl": "GNU Scientific Library"
    case "blas": "matrix library and its kernels"
    case "mujoco": "MuJoCo"
    default: key
    }
  }
}
