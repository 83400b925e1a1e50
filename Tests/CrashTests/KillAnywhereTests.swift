import Experiments
import Files
import Foundation
import Testing

/// Trainings are killed at random moments, go on, and end as if nothing had happened.
///
/// `KILLS` sets how often (default 20; `make test-crash KILLS=200`). Every write waits at each
/// of its stages, so that many kills land inside one.
@Suite(.serialized) struct KillAnywhereTests {
  private static let kills =
    ProcessInfo.processInfo.environment["KILLS"].flatMap(Int.init) ?? 20

  /// Where kills landed.
  private struct Tally {
    var beforeConfiguration = 0
    var beforeCheckpoint = 0
    var insideWrite = 0
    var insideRow = 0
    var kills = 0
  }

  @Test(arguments: ["navigation-2d", "half-cheetah-velocity"])
  func `a run killed anywhere and resumed ends as the run that was not`(family: String) throws {
    let training = SmallTraining(family: family)
    guard training.isAvailable else { return }
    let workshop = try Workshop()
    let began = now()
    let reference = try workshop.start(training.arguments(run: "whole"), slowWrites: 8)
    try #require(reference.wait(seconds: 200) == .exited(0), "\(workshop.text("log.err"))")
    let duration = now() - began
    let expected = try RunResult(training, run: workshop.path("whole"))
    #expect(expected.rows.count == training.iterations)

    var tally = Tally()
    var round = 0
    while tally.kills < max(Self.kills / 2, 1) {
      round += 1
      let run = "run-\(round)"
      // Some runs are killed more than once.
      var attempts = 0
      repeat {
        attempts += 1
        try start(training, run: run, in: workshop, slowWrites: 8) { process in
          let delay = Double.random(in: 0...duration)
          if process.wait(seconds: delay) == .stillRunning {
            process.kill(SIGKILL)
            // It may have come to its end just before: then it was not killed.
            let end = process.wait(seconds: 20)
            #expect(end == .killed(signal: SIGKILL) || end == .exited(0))
            if end != .exited(0) {
              count(&tally, run: workshop.path(run), training: training)
            }
          }
        }
      } while Bool.random() && attempts < 3 && tally.kills < max(Self.kills / 2, 1)
      let end = try start(training, run: run, in: workshop, slowWrites: 0) {
        $0.wait(seconds: 200)
      }
      try #require(end == .exited(0), "round \(round): \(workshop.text("log.err"))")
      let difference = try RunResult(training, run: workshop.path(run))
        .difference(from: expected)
      #expect(
        difference == nil, "round \(round) after \(attempts) kills differs: \(difference ?? "")")
      #expect(leftovers(in: workshop.path(run)).isEmpty)
      try FileSystem.removeTree(workshop.path(run))
    }
    print(
      "\(family): \(tally.kills) kills in \(round) runs of \(String(format: "%.1f", duration)) s; "
        + "\(tally.beforeConfiguration) before config.yaml, \(tally.beforeCheckpoint) before the "
        + "first checkpoint, \(tally.insideWrite) inside a checkpoint's write, "
        + "\(tally.insideRow) between the two files of a row")
  }

  /// Starts or resumes a run, whichever its folder asks for, and hands it to the body.
  private func start<Result>(
    _ training: SmallTraining, run: String, in workshop: Workshop, slowWrites: Int,
    _ body: (ChildProcess) throws -> Result
  ) throws -> Result {
    let hasStarted = FileSystem.kind(of: workshop.path("\(run)/config.yaml")) == .file
    let workers = "\(Int.random(in: 1...3))"
    let arguments =
      hasStarted
      ? ["train", "--resume", run, "--workers", workers, "--quiet"]
      : training.arguments(run: run) + ["--quiet"]
    return try body(workshop.start(arguments, slowWrites: slowWrites))
  }

  private func count(_ tally: inout Tally, run: String, training: SmallTraining) {
    tally.kills += 1
    if FileSystem.kind(of: "\(run)/config.yaml") == nil { tally.beforeConfiguration += 1 }
    let names = (try? FileSystem.names(inFolder: "\(run)/checkpoints")) ?? []
    if !names.contains(where: { $0.hasPrefix("iteration-") }) { tally.beforeCheckpoint += 1 }
    if names.contains(where: { $0.hasPrefix(".") }) { tally.insideWrite += 1 }
    func lines(_ name: String) -> Int {
      ((try? FileSystem.contents(of: "\(run)/\(name)")) ?? []).filter { $0 == 10 }.count
    }
    if lines("metrics.jsonl") >= max(lines("progress.csv"), 1) { tally.insideRow += 1 }
  }

  private func leftovers(in run: String) -> [String] {
    [run, "\(run)/checkpoints"].flatMap { (try? FileSystem.names(inFolder: $0)) ?? [] }
      .filter { $0.hasPrefix(".") }
  }
}
