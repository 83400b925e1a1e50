import MetaLearning

/// What a training reports while it runs; whoever watches prints it.
public enum TrainingEvent: Sendable {
  /// It starts, or goes on, behind this many iterations.
  case started(iteration: Int, of: Int)
  /// An iteration is done.
  case iteration(IterationReport, total: EnvironmentSteps)
  /// Validation tasks were tried: mean return after adaptation, and whether it is the best yet.
  case validation(iteration: Int, score: Double, isBest: Bool)
  /// A checkpoint was written.
  case checkpoint(path: String)
  /// Pictures cannot be drawn, and why; once at the start.
  case noPictures(String)
  /// Something that the user should know.
  case warning(String)
}

/// How a training ended.
public struct TrainingSummary: Sendable {
  /// Iterations done in all.
  public let iteration: Int
  /// Whether it was asked to stop before the last iteration.
  public let wasStopped: Bool
  /// The newest checkpoint.
  public let checkpoint: String
  /// The best trial on validation tasks.
  public let best: Checkpoint.Best?
  /// Experience in all.
  public let environmentSteps: EnvironmentSteps
  /// Seconds of this process's part.
  public let seconds: Double
}
