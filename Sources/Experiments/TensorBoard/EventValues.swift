import MetaLearning
import TensorBoardEvents

/// What TensorBoard is shown of an iteration, under the names that are usual in the field.
enum EventValues {
  /// Tags, and the metrics that they show.
  static let tags: [(tag: String, key: String)] = [
    ("return/before", "return_before"), ("return/after", "return_after"),
    ("return/gain", "gain"), ("return/validation", "return_validation"),
    ("outer/kl", "kl"), ("outer/surrogate", "surrogate_after"),
    ("outer/surrogate_before", "surrogate_before"), ("outer/candidates", "candidates"),
    ("outer/step_norm", "step_norm"), ("outer/meta_gradient_norm", "meta_gradient_norm"),
    ("outer/largest_task_share", "largest_task_share"),
    ("inner/gradient_norm", "inner_gradient_norm"), ("policy/entropy", "entropy"),
    ("policy/standard_deviation", "standard_deviation"),
    ("baseline/explained_variance", "explained_variance"),
    ("episodes/length", "episode_length"), ("episodes/diverged", "diverged_episodes"),
    ("throughput/seconds", "seconds"),
  ]

  /// The numbers of an iteration; what is not known or not finite is left out.
  static func scalars(_ report: IterationReport, _ row: MetricsRow) -> [BoardSummary.Value] {
    var values = tags.compactMap { tag, key in row[key]?.number.map { (tag, $0) } }
    let total = [
      "steps_pre_adaptation", "steps_during_adaptation", "steps_post_adaptation",
      "steps_validation",
    ].compactMap { row[$0]?.integer }.reduce(0, +)
    values.append(("experience/environment_steps", Double(total)))
    values.append(("outer/accepted", row["outcome"]?.text == "accepted" ? 1 : 0))
    if report.seconds > 0 {
      values.append(
        ("throughput/steps_per_second", Double(report.environmentSteps.total) / report.seconds))
    }
    return values.filter(\.1.isFinite).map { tag, number in
      var value = BoardSummary.Value()
      value.tag = tag
      value.simpleValue = Float(number)
      return value
    }
  }

  /// The returns of the iteration's tasks as distributions.
  static func histograms(_ report: IterationReport) -> [BoardSummary.Value] {
    let returns = [
      ("tasks/return_before", report.returnsBefore), ("tasks/return_after", report.returnsAfter),
    ]
    return returns.compactMap { tag, values in
      guard let histogram = histogram(values) else { return nil }
      var value = BoardSummary.Value()
      value.tag = tag
      value.histogram = histogram
      return value
    }
  }

  /// Values in buckets of equal width from the smallest to the largest.
  ///
  /// - Returns: nil without a finite value; the others are left out.
  static func histogram(_ values: [Double], buckets: Int = 20) -> BoardHistogram? {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return nil }
    let width = max((high - low) / Double(buckets), .leastNormalMagnitude)
    var counts = [Double](repeating: 0, count: high > low ? buckets : 1)
    for value in finite {
      counts[min(Int(((value - low) / width).rounded(.down)), counts.count - 1)] += 1
    }
    var histogram = BoardHistogram()
    (histogram.min, histogram.max, histogram.num) = (low, high, Double(finite.count))
    histogram.sum = finite.reduce(0, +)
    histogram.sumSquares = finite.reduce(0) { $0 + $1 * $1 }
    histogram.bucketLimit = counts.indices.map {
      $0 == counts.count - 1 ? high : low + Double($0 + 1) * width
    }
    histogram.bucket = counts
    return histogram
  }
}
