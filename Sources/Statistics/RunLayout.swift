/// Values of one policy's runs on tasks, and the mean squares of its runs.
struct RunLayout {
  /// The mean over runs and tasks.
  let mean: Double
  /// The mean over runs of each task, [n].
  let taskMeans: [Double]
  /// Those means as tasks differ by them.
  let tasks: TaskLayout
  /// S_R and S_E.
  let meanSquares: RunMeanSquares

  /// - Parameters:
  ///   - runs: values by run, then task, [R][n]; R ≥ 2 and n ≥ 2.
  ///   - strata: tasks that are the same, as indices; nil: all of one stratum.
  init(_ runs: [[Double]], strata: [[Int]]?) {
    precondition(runs.count > 1, "runs: \(runs.count), at least 2 expected")
    let tasks = runs[0].count
    precondition(
      runs.allSatisfy { $0.count == tasks }, "runs share tasks, but have not equally many")
    let runMeans = runs.map { Statistics.mean(of: $0) }
    let taskMeans = (0..<tasks).map { task in Statistics.mean(of: runs.map { $0[task] }) }
    let layout = TaskLayout(taskMeans, strata: strata)
    let spread = sampleStandardDeviation(of: runMeans)
    mean = Statistics.mean(of: runMeans)
    self.taskMeans = taskMeans
    self.tasks = layout
    // What is left of a run's values beside the run's own mean of the stratum and the task's mean.
    let residual =
      layout.weightedSum { stratum in
        var squares = 0.0
        let stratumMean = Statistics.mean(of: stratum.map { taskMeans[$0] })
        for run in runs {
          let runMean = Statistics.mean(of: stratum.map { run[$0] })
          for task in stratum {
            let rest = run[task] - runMean - taskMeans[task] + stratumMean
            squares += rest * rest
          }
        }
        return squares / Double((runs.count - 1) * (stratum.count - 1))
      } / Double(runs.count)
    meanSquares = RunMeanSquares(
      runs: spread * spread / Double(runs.count), degreesOfFreedom: Double(runs.count - 1),
      residual: residual)
  }
}

/// How means of tasks differ, draws of each stratum among themselves.
struct TaskLayout {
  /// S_T.
  let meanSquare: Double
  /// Its degrees of freedom, by Satterthwaite where there are several strata.
  let degreesOfFreedom: Double
  private let strata: [(draws: [Int], weight: Double)]

  /// - Parameters:
  ///   - values: one a task, n ≥ 2.
  ///   - strata: tasks that are the same, as indices, one of them drawn twice at least; nil: all of
  ///     one stratum.
  init(_ values: [Double], strata: [[Int]]?) {
    precondition(values.count > 1, "tasks: \(values.count), at least 2 expected")
    let all = strata ?? [Array(values.indices)]
    precondition(
      all.reduce(0) { $0 + $1.count } == values.count, "strata do not cover the tasks once")
    let weights = StratumWeights(all.map(\.count))
    self.strata = zip(all, weights.values).filter { $0.0.count > 1 }.map { ($0, $1) }
    let variances = self.strata.map { stratum in
      let deviation = sampleStandardDeviation(of: stratum.draws.map { values[$0] })
      return deviation * deviation
    }
    let estimate = weights.estimate(variances)
    (meanSquare, degreesOfFreedom) = (estimate.variance, estimate.degreesOfFreedom)
  }

  /// Σ weight · value over strata that were drawn twice or more.
  func weightedSum(_ value: ([Int]) -> Double) -> Double {
    strata.reduce(0) { $0 + $1.weight * value($1.draws) }
  }
}

/// The mean squares of one policy's runs.
struct RunMeanSquares {
  /// S_R.
  let runs: Double
  /// R − 1.
  let degreesOfFreedom: Double
  /// S_E.
  let residual: Double
}

extension CrossedMean {
  /// The parts of a variance: of the runs of every policy, then of the tasks.
  ///
  /// - Parameters:
  ///   - runs: one a policy: one for a mean, two for a difference.
  ///   - tasks: S_T, in which the residuals of all policies stand.
  ///   - degreesOfFreedom: of S_T.
  /// - Returns: the parts, as many as policies and one more.
  static func parts(
    runs: [RunMeanSquares], tasks: Double, degreesOfFreedom: Double
  ) -> [Part] {
    var ofTasks = tasks
    var parts: [Part] = []
    for policy in runs {
      var variance = policy.runs
      if policy.degreesOfFreedom <= degreesOfFreedom {
        ofTasks -= policy.residual
      } else {
        variance = max(variance - policy.residual, 0)
      }
      parts.append(
        Part(
          variance: variance, meanSquare: policy.runs,
          degreesOfFreedom: policy.degreesOfFreedom))
    }
    parts.append(
      Part(variance: max(ofTasks, 0), meanSquare: tasks, degreesOfFreedom: degreesOfFreedom))
    return parts
  }
}
