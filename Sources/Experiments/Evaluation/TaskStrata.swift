import MetaLearning

/// Which of an evaluation's tasks are the same task drawn more than once.
///
/// A family whose tasks are a finite choice (two directions) draws them again and again; then
/// intervals over draws say nothing about tasks beyond those few, and a report has to say so.
public struct TaskStrata: Sendable, Equatable {
  /// The different tasks, in the order of their first draw.
  public let tasks: [TaskParameters]
  /// The draws of each of them, in order: indices into the evaluation's tasks.
  public let draws: [[Int]]
  /// Draws in all.
  public let drawCount: Int

  /// Sorts an evaluation's tasks by stratum.
  public init(_ all: [TaskParameters]) {
    var strata: [TaskParameters: Int] = [:]
    var (tasks, draws): ([TaskParameters], [[Int]]) = ([], [])
    for (index, task) in all.enumerated() {
      if let stratum = strata[task] {
        draws[stratum].append(index)
      } else {
        strata[task] = tasks.count
        tasks.append(task)
        draws.append([index])
      }
    }
    (self.tasks, self.draws, drawCount) = (tasks, draws, all.count)
  }

  /// Whether a task was drawn more than once.
  public var repeats: Bool { tasks.count < drawCount }

  /// The draws of each stratum where tasks repeat; nil where all tasks are different, and the task is
  /// what varies.
  public var repeated: [[Int]]? { repeats ? draws : nil }

  /// Values, one a draw, sorted into the strata that a bootstrap resamples by themselves: the
  /// strata where tasks repeat, otherwise one stratum of all.
  public func split(_ values: [Double]) -> [[Double]] {
    precondition(values.count == drawCount, "values: \(values.count), draws: \(drawCount)")
    return repeats ? draws.map { $0.map { values[$0] } } : [values]
  }

  /// What a report must say about the number of tasks; nothing when there are enough.
  public var notes: [String] {
    var notes: [String] = []
    if drawCount == 1 {
      notes.append("1 task: no interval")
    } else if drawCount < 5 {
      notes.append(
        "\(drawCount) tasks: no bootstrap interval (it takes 5), and a t interval that rests on "
          + "normal returns alone")
    }
    if repeats {
      let names =
        tasks.count <= 6
        ? ": "
          + zip(tasks, draws).map { "\($0.shortText) (\($1.count) draws)" }
          .joined(separator: ", ") : ""
      notes.append(
        "\(drawCount) draws of \(tasks.count) different tasks\(names); intervals are about new "
          + "draws and episodes of these tasks, not about other tasks")
    }
    return notes
  }
}

extension TaskParameters {
  /// `goal [0.3, -0.4], mass 1.2`, cut after a few numbers.
  public var shortText: String {
    entries.map { entry in
      guard entry.values.count > 1 else {
        return "\(entry.name) " + (entry.values.first.map { "\($0)" } ?? "")
      }
      let shown = entry.values.prefix(4).map { "\($0)" }.joined(separator: ", ")
      return "\(entry.name) [\(shown)\(entry.values.count > 4 ? ", …" : "")]"
    }.joined(separator: ", ")
  }
}
