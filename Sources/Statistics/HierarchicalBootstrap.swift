/// The bootstrap interval of a statistic over runs and tasks, both resampled.
///
/// Every run was evaluated on the same tasks: each resample draws as many runs as there are, with
/// replacement, and as many tasks, for all runs alike; the statistic is taken over all drawn
/// values. The quantiles are expanded as in `bootstrapInterval`, for the degrees of freedom that
/// runs and tasks leave together (`expandedTail`): few runs widen the interval as far as it is
/// they that differ.
/// Source: Davison and Hinkley 1997, "Bootstrap Methods and their Application", section 3.8.
///
/// - Parameters:
///   - runs: values by run, then task, [R][n].
///   - statistic: what to estimate.
///   - options: level, resamples, seed.
/// - Returns: the interval, or nil for fewer than two runs or fewer than
///   `fewestBootstrapValues` tasks. With two or three runs it says little: the few runs can
///   hardly show how much runs differ.
public func hierarchicalBootstrapInterval(
  of runs: [[Double]], statistic: SummaryStatistic = .mean,
  options: BootstrapOptions = BootstrapOptions()
) -> Interval? {
  guard let tasks = runs.first?.count, runs.count > 1, tasks >= fewestBootstrapValues
  else { return nil }
  precondition(runs.allSatisfy { $0.count == tasks }, "runs share tasks, but have not equally many")
  let byRun = runs.map { mean(of: $0) }
  let byTask = (0..<tasks).map { task in mean(of: runs.map { $0[task] }) }
  let tail = expandedTail(
    level: options.level, parts: [VariancePart(ofMean: byRun), VariancePart(ofMean: byTask)])
  var sample: [Double] = []
  sample.reserveCapacity(tasks * runs.count)
  var drawn = [Int](repeating: 0, count: tasks)
  return percentileInterval(tail: tail, options: options) { generator in
    sample.removeAll(keepingCapacity: true)
    for place in drawn.indices { drawn[place] = generator.index(below: tasks) }
    for _ in runs.indices {
      let run = runs[generator.index(below: runs.count)]
      for task in drawn { sample.append(run[task]) }
    }
    return statistic.value(reordering: &sample)
  }
}
