import MetaLearning

/// How many of an evaluation's tasks a policy was trained on: by value, whatever the split and
/// seed they come from.
public struct TrainingOverlap: Sendable, Equatable {
  /// Evaluated tasks that equal a training draw.
  public let repeated: Int
  /// Evaluated tasks.
  public let tasks: Int
  /// Training tasks drawn up to the checkpoint.
  public let trainingDraws: Int
  /// Whether training draws repeat among themselves: the family's tasks are a finite choice,
  /// and an evaluation cannot help meeting them again.
  public let isFiniteChoice: Bool

  /// Draws that are looked at to see whether tasks repeat; a family with hundreds of different
  /// tasks counts as finite too.
  private static let firstDraws = 64

  /// Compares the tasks of a request with the training draws of a checkpoint.
  ///
  /// - Complexity: O(training draws).
  public init(_ request: EvaluationRequest, of family: any TaskFamily, with checkpoint: Checkpoint)
  {
    let count = checkpoint.iteration * checkpoint.learner.sampling.metaBatchSize
    func draw(_ index: Int) -> TaskParameters {
      family.task(split: .train, index: index, seed: checkpoint.seed)
    }
    let evaluated = TaskStrata((0..<request.tasks).map { request.task($0, of: family) })
    var wanted = Set(evaluated.tasks)
    for index in 0..<count where !wanted.isEmpty { wanted.remove(draw(index)) }
    repeated = zip(evaluated.tasks, evaluated.draws).reduce(0) {
      $0 + (wanted.contains($1.0) ? 0 : $1.1.count)
    }
    tasks = request.tasks
    trainingDraws = count
    isFiniteChoice = TaskStrata((0..<min(count, Self.firstDraws)).map(draw)).repeats
  }

  /// An overlap from its numbers.
  init(repeated: Int, tasks: Int, trainingDraws: Int, isFiniteChoice: Bool) {
    (self.repeated, self.tasks) = (repeated, tasks)
    (self.trainingDraws, self.isFiniteChoice) = (trainingDraws, isFiniteChoice)
  }

  /// Whether the evaluation leaks: it repeats training tasks that it could have avoided.
  public var isLeak: Bool { repeated > 0 && !isFiniteChoice }

  /// The overlap in words; nil when there is none.
  public var note: String? {
    guard repeated > 0 else { return nil }
    let which = repeated == tasks ? "all \(tasks)" : "\(repeated) of the \(tasks)"
    return isFiniteChoice
      ? "\(which) evaluated tasks were trained on: the family has no others"
      : "\(which) evaluated tasks are among the \(trainingDraws) that the policy was trained on"
  }
}
