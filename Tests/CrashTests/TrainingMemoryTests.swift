import Experiments
import Files
import Testing

/// MuJoCo gets no memory in the middle of a training.
@Suite(.enabled(if: Faults.isAvailable, "the library of faults is not built"))
struct TrainingMemoryTests {
  private let training = SmallTraining(family: "hopper-dynamics", iterations: 7)

  /// Validation at iteration 5 has more episodes at once than training, and so asks for memory.
  private func arguments(run: String) -> [String] {
    training.arguments(run: run) + [
      "--quiet", "--set", "validation.every=5", "--set", "validation.tasks=3", "--set",
      "validation.rollouts_per_task=9",
    ]
  }

  @Test func `the end of memory stops a training with the word of its checkpoint`() throws {
    guard training.isAvailable else { return }
    let workshop = try Workshop()
    try #require(
      workshop.run(arguments(run: "whole")) == .exited(0), "\(workshop.text("log.err"))")

    let checkpoint = "run/checkpoints/iteration-000003.safetensors"
    let faults = Faults(
      folder: workshop.path("nothing"), memoryEnd: workshop.path(checkpoint))
    let end = try workshop.run(arguments(run: "run"), log: "failed", faults: faults)
    let said = workshop.text("failed.err")
    #expect(end == .exited(70), "\(end): \(said)")
    #expect(said.contains("no memory for a simulation"), "\(said)")
    #expect(said.contains("Last good checkpoint: run/checkpoints/iteration-000004"), "\(said)")
    #expect(said.contains("metarl train --resume run"), "\(said)")

    try #require(
      workshop.run(["train", "--resume", "run", "--quiet"], log: "finish") == .exited(0),
      "\(workshop.text("finish.err"))")
    let difference = try RunResult(training, run: workshop.path("run"))
      .difference(from: RunResult(training, run: workshop.path("whole")))
    #expect(difference == nil, "\(difference ?? "")")
  }
}
