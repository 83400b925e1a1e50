/// How the tasks of several runs (seeds) belong together.
public enum TaskCrossing: Sendable {
  /// Every run was evaluated on the same tasks, in the same order: a drawn task is drawn for
  /// all runs.
  case shared
  /// Every run has tasks of its own.
  case separate
}

/// The bootstrap interval of a statistic over runs and tasks, both resampled.
///
/// Each resample draws as many runs as there are, with replacement, and for them tasks with
/// replacement; the statistic is taken over all drawn values. The quantiles are expanded as in
/// `bootstrapInterval`, for the degrees of freedom that runs and tasks leave together
/// (`expandedTail`): few runs widen the interval as far as it is they that differ.
/// Source: Davison and Hinkley 1997, "Bootstrap Methods and their Application", section 3.8.
///
/// - Parameters:
///   - runs: values by run, then task, [R][n].
///   - crossing: whether the tasks are the same in all runs; then all have equally many.
///   - statistic: what to estimate.
///   - options: level, resamples, seed.
/// - Returns: the interval, or nil for fewer than two runs or fewer than
///   `fewestBootstrapValues` tasks in one of them. With two or three runs it says little: the
///   few runs can hardly show how much runs differ.
public func hierarchicalBootstrapInterval(
  of runs: [[Double]], crossing: TaskCrossing, statistic: SummaryStatistic = .mean,
  options: BootstrapOptions = BootstrapOptions()
) -> Interval? {
  guard let tasks = runs.map(\.count).min(), runs.count > 1, tasks >= fewestBootstrapValues
  else { return nil }
  if case .shared = crossing {
    precondition(
      runs.allSatisfy { $0.count == tasks }, "runs share tasks, but have not equally many")
  }
  var sample: [Double] = []
  sample.reserveCapacity(runs.reduce(0) { max($0, $1.count) } * runs.count)
  var shared = [Int](repeating: 0, count: tasks)
  let tail = expandedTail(
    level: options.level, parts: varianceParts(of: runs, crossing: crossing))
  return percentileInterval(tail: tail, options: options) { generator in
    sample.removeAll(keepingCapacity: true)
    for place in shared.indices { shared[place] = generator.index(below: tasks) }
    for _ in runs.indices {
      let run = runs[generator.index(below: runs.count)]
      switch crossing {
      case .shared: for task in shared { sample.append(run[task]) }
      case .separate:
        for _ in run.indices { sample.append(run[generator.index(below: run.count)]) }
      }
    }
    return statistic.value(reordering: &sample)
  }
}

/// The variance of the mean over runs and tasks that resampling either of them shows.
private func varianceParts(of runs: [[Double]], crossing: TaskCrossing) -> [VariancePart] {
  func part(_ means: [Double]) -> VariancePart {
    let deviation = sampleStandardDeviation(of: means)
    return VariancePart(variance: deviation * deviation / Double(means.count), count: means.count)
  }
  let byRun = part(runs.map { mean(of: $0) })
  switch crossing {
  case .shared:
    return [byRun, part(runs[0].indices.map { task in mean(of: runs.map { $0[task] }) })]
  case .separate:
    // The mean of a run's tasks has its part in the mean over R runs once in R².
    let weight = Double(runs.count * runs.count)
    return [byRun]
      + runs.map(part).map { VariancePart(variance: $0.variance / weight, count: $0.count) }
  }
}
