import Experiments
import Testing

/// A training that diverges stops by itself and says where.
@Suite struct DivergingRunTests {
  @Test(arguments: [
    ("navigation-2d", "1e39"), ("navigation-2d", "1e15"), ("bernoulli-bandit", "1e39"),
    ("half-cheetah-velocity", "1e15"),
  ])
  func `a diverging run stops with the iteration, the task and the last good checkpoint`(
    family: String, rate: String
  ) throws {
    let workshop = try Workshop()
    let training = SmallTraining(family: family)
    guard training.isAvailable else { return }
    let end = try workshop.run(
      training.arguments(run: "run") + [
        "--inner-learning-rate", rate, "--set", "outer.maximum_consecutive_rejections=5",
      ])
    #expect(end == .exited(70))
    let message = workshop.text("log.err").split(separator: "\n").last ?? ""
    for part in [
      "stopped at iteration 5", "the last 5 outer steps were rejected", "-not-finite",
      ", first in task ", " of the split train",
      "Last good checkpoint: run/checkpoints/iteration-000003.safetensors",
    ] {
      #expect(message.contains(part), "\(message)")
    }
    let rows = workshop.text("run/metrics.jsonl").split(separator: "\n")
    #expect(rows.count == 5)
    #expect(rows.allSatisfy { $0.contains("-not-finite\",\"rejected_task\":") })
    let folder = try RunFolder.open(workshop.path("run"), forWriting: false)
    #expect(try folder.newestCheckpoint().loaded?.checkpoint.iteration == 3)
  }
}
