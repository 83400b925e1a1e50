import MetaLearning

/// How an adaptation is evaluated: which tasks, how many episodes, which steps.
public struct EvaluationRequest: Sendable, Hashable {
  /// Which draws of tasks.
  public var split = TaskSplit.heldOut
  /// Tasks 0 ..< `tasks` of the split, ≥ 1; the number of listed tasks where there are such.
  public var tasks: Int {
    get { listedTasks?.count ?? drawnTasks }
    set { drawnTasks = newValue }
  }
  private var drawnTasks = 40
  /// Tasks that are given instead of drawn; at least one, each valid for the family.
  public var listedTasks: [TaskParameters]?
  /// Episodes a task with each policy, ≥ 1; query examples of each class where tasks are of
  /// examples.
  public var rolloutsPerTask = 20
  /// Support examples of each class, where tasks are of examples; nil for the training's.
  public var shots: Int?
  /// α of each inner step; its count is the number of steps.
  public var innerLearningRates: [Double]
  /// The seed of evaluations that name none, whatever that of the run is: those of one family
  /// meet one fixed set of tasks, so that their tables can be compared.
  public static let standardSeed: UInt64 = 0

  /// The seed of an evaluation that names none: `standardSeed`, but for the run's own tasks of the
  /// splits `train` and `validation` that of the run.
  public static func seed(for split: TaskSplit, ofRun seed: UInt64) -> UInt64 {
    split == .heldOut || split == .shifted ? standardSeed : seed
  }

  /// The seed of tasks and rollouts.
  public var seed: UInt64

  /// A request with the default split and sizes.
  public init(innerLearningRates: [Double], seed: UInt64) {
    self.innerLearningRates = innerLearningRates
    self.seed = seed
  }

  /// Task `index` of the request.
  public func task(_ index: Int, of family: any TaskFamily) -> TaskParameters {
    listedTasks?[index] ?? family.task(split: split, index: index, seed: seed)
  }

  /// Where the randomness of a task's first rollouts lives, batch 0; step k's is batch k.
  ///
  /// Splits are apart: the luck that selects a checkpoint on validation tasks is not that of its
  /// evaluation, whatever the seed.
  ///
  /// - Parameter index: of the task in the request.
  /// - Returns: the address.
  public func address(task index: Int) -> RolloutAddress {
    let part =
      switch split {
      case .heldOut: 0
      case .shifted: 1
      case .validation: 2
      case .train: 3
      }
    return RolloutAddress(seed: seed, use: .evaluation, iteration: part, task: index)
  }

  /// Where the tasks come from, as reports name it: the split, or `list`.
  public var source: String { listedTasks == nil ? split.rawValue : "list" }

  /// Which assignment of random streams to episodes: raised whenever the same seed gives others.
  ///
  /// 1 gave all steps of a task the same start states, payoffs and transitions.
  static let streams = 2

  /// Everything that a result depends on beside the policy, on one line.
  package func summary(of family: any TaskFamily) -> String {
    let drawn = (0..<tasks).map { task($0, of: family) }
    let rates = innerLearningRates.map { "\($0)" }.joined(separator: " ")
    return "tasks \(EvaluationReport.digest(of: drawn)), episodes \(rolloutsPerTask), "
      + (shots.map { "shots \($0), " } ?? "")
      + "rates \(rates), seed \(seed), streams \(Self.streams)"
  }
}
