import ArgumentParser
import Environments
import Experiments
import Files
import Foundation
import MetaLearning

/// The flags that say on which tasks a policy is tried.
struct TaskOptions: ParsableArguments {
  @Option(help: "Which tasks: held_out, shifted, train or validation.")
  var split = TaskSplit.heldOut

  @Option(help: ArgumentHelp("Number of tasks. Default: 40.", valueName: "n"))
  var tasks: Int?

  @Option(
    help: ArgumentHelp(
      "Takes the tasks from a YAML file (a list or a grid) instead of drawing them.",
      valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var tasksFile: String?

  @Flag(help: "Evaluates even on tasks that the policy was trained on.")
  var allowTrainingTasks = false

  @Option(
    help: ArgumentHelp(
      "Seed of tasks and rollouts. Default: 0 whatever the run's, so that all runs meet the "
        + "same tasks; for train and validation tasks the run's.",
      valueName: "n"))
  var seed: UInt64?

  func validate() throws {
    if let tasks { try requirePositive(tasks, "--tasks") }
    if tasks != nil && tasksFile != nil {
      throw ValidationError("--tasks-file says how many tasks there are; leave out --tasks.")
    }
  }

  /// Lays the flags over a request and makes sure that its tasks exist.
  ///
  /// - Throws: what reading the file of tasks throws, and an error for a split that the family
  ///   does not have.
  func apply(to request: inout EvaluationRequest, family: DefinedTaskFamily) throws {
    request.split = split
    if let seed { request.seed = seed }
    if let tasks { request.tasks = tasks }
    if let tasksFile {
      let bytes = try FileSystem.contents(of: tasksFile, limit: 16 << 20)
      request.listedTasks = try TaskList.tasks(
        yaml: String(decoding: bytes, as: UTF8.self), origin: tasksFile, family: family)
    } else {
      try family.requireSplit(split)
    }
  }

  /// Refuses tasks that a policy was trained on.
  ///
  /// - Returns: the tasks that could not be avoided, or are allowed.
  /// - Throws: `CommandFailure` for a leak.
  func checkOverlap(
    _ request: EvaluationRequest, family: DefinedTaskFamily, location: CheckpointLocation
  ) throws -> TrainingOverlap {
    let overlap = TrainingOverlap(request, of: family, with: location.checkpoint)
    if let note = overlap.note, overlap.isLeak, !allowTrainingTasks {
      throw CommandFailure(
        .usage,
        "'\(location.path)': \(note). Take another split or seed, or say "
          + "--allow-training-tasks.")
    }
    return overlap
  }
}
