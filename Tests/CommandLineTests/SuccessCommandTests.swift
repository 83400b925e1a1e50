import Foundation
import Testing

@Suite struct SuccessCommandTests {
  #if MuJoCo
    /// A place that is always, or never, near enough.
    @Test(arguments: [("10", 1.0), ("1e-9", 0)])
    func `success is in metrics, evaluation and report where the family defines it`(
      within: String, rate: Double
    ) throws {
      let program = try Program()
      defer { program.cleanUp() }
      let environments = Program.sources.appendingPathComponent("Environments")
      let definition = try String(
        contentsOf: environments.appendingPathComponent("Families/arm-reach.yaml"),
        encoding: .utf8)
      try program.write(
        definition.replacing("within: 0.05", with: "within: \(within)")
          .replacing("name: arm-reach", with: "name: my-arm")
          .replacing("horizon: 100 ", with: "horizon: 5 "), to: "my-arm.yaml")
      try program.write(
        String(
          contentsOf: environments.appendingPathComponent("Models/arm.xml"), encoding: .utf8),
        to: "arm.xml")
      let training = try program.run([
        "train", "my-arm.yaml", "--run-dir", "run", "--iterations", "2", "--meta-batch-size", "2",
        "--rollouts-per-task", "3", "--hidden", "4", "--set", "validation.tasks=1", "--quiet",
      ])
      #expect(training.code == 0, "\(training.error)")
      for line in try program.text(of: "run/metrics.jsonl").split(separator: "\n") {
        let row = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(row["success_before"] as? Double == rate && row["success_after"] as? Double == rate)
      }
      let evaluation = try program.run([
        "evaluate", "run", "--tasks", "3", "--steps", "1", "--quiet", "--json", "e.json",
      ])
      #expect(evaluation.code == 0, "\(evaluation.error)")
      #expect(evaluation.output.contains("Share of episodes that solve their task"))
      let object = try #require(
        try JSONSerialization.jsonObject(with: program.bytes(of: "e.json")) as? [String: Any])
      let curve = try #require(object["curve"] as? [[String: Any]])
      #expect(curve.allSatisfy { $0["success"] as? Double == rate })
      let report = try program.run(["report", "run", "--tasks", "3", "--steps", "1", "--quiet"])
      #expect(report.code == 0, "\(report.error)")
      let html = try program.text(of: "run/report.html")
      #expect(html.contains("success after, last") && html.contains("Share of episodes"))
    }

    @Test func `a replay counts the episodes that diverged`() throws {
      let program = try Program()
      defer { program.cleanUp() }
      let speeds = "[1e9, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9]"
      let zeros = "[0, 0, 0, 0, 0, 0, 0, 0, 0]"
      func script(_ speeds: String) -> String {
        """
        environment: half-cheetah-velocity
        rollouts:
          - name: thrown
            task: {velocity: 1}
            initial_state: {qpos: \(zeros), qvel: \(speeds)}
            actions: [[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]
            episodes: 3
        """
      }
      try program.write(script(speeds), to: "thrown.yaml")
      let result = try program.run(["replay", "thrown.yaml"])
      #expect(result.code == 0, "\(result.error)")
      #expect(result.output.contains("diverged") && result.output.contains("3/3"))
      try program.write(script(zeros), to: "resting.yaml")
      let sound = try program.run(["replay", "resting.yaml"])
      #expect(sound.code == 0 && !sound.output.contains("diverged"), "\(sound.error)")
    }
  #endif

  @Test func `a check of estimators counts the episodes that diverged`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let small = [
      "check", "estimators", "navigation-2d", "--tasks", "1", "--batches", "2",
      "--rollouts-per-task", "2", "--reference-batches", "2", "--reference-rollouts", "3",
      "--hidden", "4", "--quiet",
    ]
    let broken = try program.run(small + ["--inner-learning-rate", "1e300"])
    // Of 2 · (3 + 3) reference and 2 · (2 + 2) estimated episodes and 4 · 100 of baselines, at most
    // the 10 after an inner step diverge.
    #expect(
      broken.error.contains(/warning: ([1-9]|10) of 420 episodes diverged/), "\(broken.error)")
    let sound = try program.run(small)
    #expect(sound.code == 0 && !sound.error.contains("diverged"), "\(sound.error)")
  }
}
