/// The probability that one policy does better than another on a task, averaged over tasks:
/// mean over tasks of P(X > Y) + P(X = Y)/2, over all pairs of results on that task.
///
/// Source: Agarwal et al. 2021, arXiv:2108.13264, section 4.3.
///
/// - Parameters:
///   - first: results by task, then run, [n][R]; with one run, R = 1.
///   - second: results of the other policy on the same tasks, [n][Q].
/// - Returns: one probability a task, in order; their mean is the probability of improvement,
///   and their bootstrap interval its interval.
/// - Precondition: the same number of tasks, at least one result for each.
public func probabilitiesOfImprovement(
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
