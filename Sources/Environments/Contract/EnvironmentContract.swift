import MetaLearning

/// What every environment promises, put to the test on a family, a user's own included.
///
/// Random actions, some of them a million times too large, drive five lanes of three tasks
/// of every split; each check compares bits, not tolerances.
public struct EnvironmentContract {
  /// The outcome of one check.
  public struct Outcome: Sendable, Hashable {
    /// What was checked, as a sentence.
    public let name: String
    /// What is wrong and where; nil when the check passed.
    public let failure: String?

    /// Whether the promise is kept.
    public var passed: Bool { failure == nil }
  }

  let family: any TaskFamily
  let splits: [TaskSplit]
  let taskShowsAtReset: Bool
  let seed: UInt64
  let laneCount = 5
  let tasksPerSplit = 3
  /// Control steps of a check's rollouts.
  let steps: Int

  /// The contract of a family.
  ///
  /// - Parameters:
  ///   - family: any family.
  ///   - splits: those that it has draws for.
  ///   - taskShowsAtReset: whether tasks may differ in the observation before the first step.
  ///   - seed: of tasks, start states and actions.
  public init(
    _ family: any TaskFamily, splits: [TaskSplit] = TaskSplit.allCases,
    taskShowsAtReset: Bool = false, seed: UInt64 = 1
  ) {
    self.family = family
    self.splits = splits
    self.taskShowsAtReset = taskShowsAtReset
    self.seed = seed
    steps = max(1, min(family.horizon, 40))
  }

  /// The contract of a family that was made from a definition.
  public init(_ family: DefinedTaskFamily, seed: UInt64 = 1) {
    self.init(
      family, splits: family.splits,
      taskShowsAtReset: family.definition.simulator.taskShowsAtReset, seed: seed)
  }

  /// Runs every check.
  ///
  /// - Returns: one outcome a check, always the same checks in the same order.
  public func run() -> [Outcome] {
    let checks: [(String, () throws -> Void)] = [
      ("spaces and horizon have sizes", spacesHaveSizes),
      ("a task is a function of split, index and seed", tasksAreAddressed),
      ("splits draw different tasks", splitsAreDisjoint),
      ("wrong task parameters are refused", wrongTasksAreRefused),
      ("the same seed gives the same bits", sameSeedSameBits),
      ("an episode does not depend on the ones before it", resetForgets),
      ("lanes do not influence each other", lanesAreIndependent),
      ("inactive lanes are left alone", inactiveLanesRest),
      ("all values are finite", valuesAreFinite),
      ("the reward is the sum of its terms", rewardIsSumOfTerms),
      ("termination flags are consistent", flagsAreConsistent),
      ("no episode diverges", episodesDoNotDiverge),
      ("a restored state goes on with the same bits", stateRestores),
      ("a wrong state is refused", wrongStatesAreRefused),
      ("a task changes only what it says", taskChangesOnlyWhatItSays),
    ]
    return checks.map { name, check in
      do {
        try check()
        return Outcome(name: name, failure: nil)
      } catch {
        return Outcome(name: name, failure: "\(error)")
      }
    }
  }
}

/// Why a check failed.
struct ContractFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
