import MetaLearning
import StrictYAML

/// Find out which of k arms pays most often; an arm pays 1 with its own probability.
///
/// Source: Duan et al. 2016 (RL²), arXiv:1611.02779, section 3.1.
public struct BernoulliBanditSimulator: Simulator {
  /// `bernoulli-bandit`.
  public static let kind = "bernoulli-bandit"

  private let arms: Int
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `arms`.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(context.settings, keys: ["arms"])
    arms = try reader.count("arms", "how many there are to choose from", in: 2...1000)
    choices = reader.choices
  }

  /// The probabilities.
  public var taskParameters: [TaskParameterRule] {
    [
      TaskParameterRule(
        name: "means", size: arms, unit: "", meaning: "each arm's probability of paying 1",
        range: 0...1)
    ]
  }

  /// Nothing.
  public var observation: [SpaceEntry] { blindObservation }
  /// None: the action is an index.
  public var action: [SpaceEntry] { [] }
  /// The arms.
  public var actionSpace: ActionSpace { .discrete(count: arms) }
  /// The payoff.
  public var rewardTerms: [RewardTerm] {
    [RewardTerm(name: "payoff", formula: "1 with probability means[a], else 0")]
  }
  /// Never.
  public var ends: String { "never" }

  /// Lanes of one set of arms.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    TabularLanes(bandit(task, reward: .bernoulli), laneCount: laneCount)
  }
}

/// Find out which of k arms pays most on average; payoffs are normal about the arm's mean.
public struct GaussianBanditSimulator: Simulator {
  /// `gaussian-bandit`.
  public static let kind = "gaussian-bandit"

  private let arms: Int
  private let deviation: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `arms` and `reward_deviation`.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(context.settings, keys: ["arms", "reward_deviation"])
    arms = try reader.count("arms", "how many there are to choose from", in: 2...1000)
    deviation = try reader.notNegative("reward_deviation", "standard deviation of a payoff")
    choices = reader.choices
  }

  /// The means.
  public var taskParameters: [TaskParameterRule] {
    [TaskParameterRule(name: "means", size: arms, unit: "", meaning: "each arm's mean payoff")]
  }

  /// Nothing.
  public var observation: [SpaceEntry] { blindObservation }
  /// None: the action is an index.
  public var action: [SpaceEntry] { [] }
  /// The arms.
  public var actionSpace: ActionSpace { .discrete(count: arms) }
  /// The payoff.
  public var rewardTerms: [RewardTerm] {
    [RewardTerm(name: "payoff", formula: "normal about means[a], deviation \(deviation)")]
  }
  /// Never.
  public var ends: String { "never" }

  /// Lanes of one set of arms.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    TabularLanes(bandit(task, reward: .normal(deviation)), laneCount: laneCount)
  }
}

/// The process of one state in which every action leads back to it.
private func bandit(_ task: TaskParameters, reward: TabularReward) -> TabularProcess {
  let means = task["means"] ?? []
  return TabularProcess(
    stateCount: 1, actionCount: means.count, transitions: means.map { _ in 1 },
    rewardMeans: means, reward: reward, observesState: false)
}

/// The observation of a bandit.
private let blindObservation = [SpaceEntry(meaning: "always 0", unit: "", range: 0...0)]
