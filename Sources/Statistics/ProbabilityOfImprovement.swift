/// The probability that one policy does better than another on a task, averaged over tasks:
/// mean over tasks of P(X > Y) + P(X = Y)/2, over all pairs of results on that task.
///
/// Source: Agarwal et al. 2021, arXiv:2108.13264, section 4.3.
public struct ProbabilityOfImprovement: Sendable, Equatable {
  /// The mean over tasks.
  public let value: Double
  /// Its 95 % interval by Clopper and Pearson for as many independent results as there are; nil
  /// where one policy has several runs and the other one: of one run nobody knows how others of
  /// its seeds would do.
  ///
  /// Of one run each, the policies are these two, and the results are those on n tasks. Of R runs
  /// against Q, pairs that share a run or a task are not independent: their mean is one over means
  /// of min(R, Q, n) independent pairs each, and no more spread than such a mean. Source: Hoeffding
  /// 1963, doi:10.1080/01621459.1963.10500830, section 5.
  public let interval: Interval?

  /// Compares results on the same tasks.
  ///
  /// - Parameters:
  ///   - first: results by task, then run, [n][R], n ≥ 1; with one run, R = 1.
  ///   - second: results of the other policy, [n][Q].
  public init(of first: [[Double]], over second: [[Double]]) {
    let probabilities = probabilitiesOfImprovement(of: first, over: second)
    let (runs, others, tasks) = (first[0].count, second[0].count, first.count)
    value = mean(of: probabilities)
    if (runs == 1) != (others == 1) {
      interval = nil
    } else {
      let results = runs == 1 ? tasks : min(runs, others, tasks)
      interval = proportionInterval(successes: value * Double(results), of: results)
    }
  }
}

/// `ProbabilityOfImprovement` task by task.
///
/// - Parameters: as of `ProbabilityOfImprovement.init(of:over:)`.
/// - Returns: one probability a task, in order.
/// - Precondition: the same number of tasks, at least one result for each.
func probabilitiesOfImprovement(
  of first: [[Double]], over second: [[Double]]
) -> [Double] {
  precondition(
    first.count == second.count, "results for \(first.count) and \(second.count) tasks")
  return zip(first, second).map { mine, other in
    precondition(!mine.isEmpty && !other.isEmpty, "a task without results")
    var wins = 0.0
    for x in mine {
      for y in other { wins += x > y ? 1 : x == y ? 0.5 : 0 }
    }
    return wins / Double(mine.count * other.count)
  }
}
