/// Why a training stopped before its end.
public enum TrainingError: Error, Sendable, CustomStringConvertible {
  /// Too many outer steps were rejected in a row.
  case diverged(iteration: Int, cause: String, rejections: Int, checkpoint: String?)
  /// The run cannot go on from its folder.
  case notResumable(path: String, reason: String)

  /// One line: what failed, on what, why, and what to do.
  public var description: String {
    switch self {
    case .diverged(let iteration, let cause, let rejections, let checkpoint):
      "the training stopped at iteration \(iteration): the last \(rejections) outer steps were "
        + "rejected (\(cause)). Last good checkpoint: \(checkpoint ?? "none"). Try a smaller "
        + "adaptation.inner_learning_rate or outer.maximum_kl."
    case .notResumable(let path, let reason):
      "the run '\(path)' cannot be resumed: \(reason)"
    }
  }
}
