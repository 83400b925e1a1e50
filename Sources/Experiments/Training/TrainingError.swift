/// Why a training stopped before its end.
public enum TrainingError: Error, Sendable, CustomStringConvertible {
  /// Too many outer steps were rejected in a row.
  ///
  /// `task` is the index in the split `train` of the first task that failed in the last
  /// one, or nil where no single task did.
  case diverged(iteration: Int, cause: String, task: Int?, rejections: Int, checkpoint: String?)
  /// A file could not be written, or a simulator not be made.
  case stopped(iteration: Int, cause: String, folder: String, checkpoint: String?)
  /// The run folder was moved, replaced or removed.
  case displaced(iteration: Int, cause: String)
  /// The run cannot go on from its folder.
  case notResumable(path: String, reason: String)

  /// Whether iterations were under way; otherwise nothing was touched.
  public var hadStarted: Bool {
    if case .notResumable = self { false } else { true }
  }

  /// One line: what failed, on what, why, and what to do.
  public var description: String {
    switch self {
    case .diverged(let iteration, let cause, let task, let rejections, let checkpoint):
      "the training stopped at iteration \(iteration): \(Self.steps(rejections)) rejected "
        + "(\(cause)\(task.map { ", first in task \($0) of the split train" } ?? "")). "
        + "Last good checkpoint: \(checkpoint ?? "none"). Try a smaller "
        + "adaptation.inner_learning_rate, trust_region.maximum_kl or adam.learning_rate."
    case .stopped(let iteration, let cause, let folder, let checkpoint):
      "the training stopped after iteration \(iteration): \(Self.sentence(cause)) "
        + (checkpoint.map { "Last good checkpoint: \($0); go" } ?? "There is no checkpoint yet; go")
        + " on with: metarl train --resume \(folder)"
    case .displaced(let iteration, let cause):
      "the training stopped after iteration \(iteration): \(Self.sentence(cause)) If it was "
        + "moved, go on with: metarl train --resume NEW-FOLDER"
    case .notResumable(let path, let reason):
      "the run '\(path)' cannot be resumed: \(reason)"
    }
  }

  private static func sentence(_ text: String) -> String {
    text.hasSuffix(".") ? text : text + "."
  }

  private static func steps(_ count: Int) -> String {
    count == 1 ? "the last outer step was" : "the last \(count) outer steps were"
  }
}
