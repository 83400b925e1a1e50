import Files
import MetaLearning

extension TrainingDoctor {
  /// What the doctor says of a training from its metrics, as it said it while the training ran.
  ///
  /// Whether the ratio is one at the start is not in the metrics, and was told then alone.
  ///
  /// - Parameter history: of the run.
  /// - Returns: each finding with the iteration that it was first seen in.
  public static func findings(
    in history: LearningHistory
  ) -> [(iteration: Int, finding: Finding)] {
    var doctor = TrainingDoctor(history.configuration.learner)
    return history.rows.flatMap { row in
      let report = IterationReport(row)
      return doctor.examine(report).map { (report.iteration, $0) }
    }
  }
}

extension IterationReport {
  /// What the doctor looks at, from a row of the metrics.
  ///
  /// Returns after adaptation are their mean over tasks. Those before are two tasks with the
  /// row's mean and standard deviation s, which are m ± s/√2.
  fileprivate init(_ row: JSONValue) {
    func number(_ key: String) -> Double { row[key]?.number ?? .nan }
    self.init()
    iteration = row["iteration"]?.integer ?? 0
    let half = number("return_before_sd") * 0.5.squareRoot()
    returnsBefore =
      half.isFinite
      ? [number("return_before") - half, number("return_before") + half]
      : [number("return_before")]
    returnsAfter = [number("return_after")]
    let rejection = row["outcome"]?.text.flatMap(StepRejection.init)
    outcome = rejection.map(StepOutcome.rejected) ?? .accepted
    standardDeviation = row["standard_deviation"]?.number
    explainedVariance = number("explained_variance")
    episodeLength = number("episode_length")
    largestTaskShare = number("largest_task_share")
    // Rows of before the count of episodes was written have none: nothing is said of them.
    episodes = row["episodes"]?.integer ?? 0
    divergedEpisodes = row["diverged_episodes"]?.integer ?? 0
  }
}
