import MetaLearning
import StrictYAML

/// Act in a finite Markov decision process whose transitions and rewards are not known.
///
/// Episodes start in state 0; the reward of action a in state s is normal about m(s, a).
///
/// Source: Duan et al. 2016 (RL²), arXiv:1611.02779, section 3.2.
public struct TabularMDPSimulator: Simulator {
  /// `tabular-mdp`.
  public static let kind = "tabular-mdp"

  private let states: Int
  private let actions: Int
  private let deviation: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `states`, `actions` and `reward_deviation`.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(
      context.settings, keys: ["states", "actions", "reward_deviation"])
    states = try reader.count("states", "S; episodes start in state 0", in: 2...100)
    actions = try reader.count("actions", "A", in: 2...100)
    deviation = try reader.notNegative("reward_deviation", "standard deviation of a reward")
    choices = reader.choices
  }

  /// Transitions and mean rewards.
  public var taskParameters: [TaskParameterRule] {
    [
      TaskParameterRule(
        name: "transitions", size: states * actions * states, unit: "",
        meaning: "probabilities of the next state, [S, A, S]", probabilityGroup: states),
      TaskParameterRule(
        name: "reward_means", size: states * actions, unit: "", meaning: "mean rewards, [S, A]"),
    ]
  }

  /// The state.
  public var observation: [SpaceEntry] {
    (0..<states).map { SpaceEntry(meaning: "1 in state \($0), else 0", unit: "", range: 0...1) }
  }
  /// None: the action is an index.
  public var action: [SpaceEntry] { [] }
  /// The actions.
  public var actionSpace: ActionSpace { .discrete(count: actions) }
  /// The payoff.
  public var rewardTerms: [RewardTerm] {
    [RewardTerm(name: "payoff", formula: "normal about reward_means[s, a], deviation \(deviation)")]
  }
  /// Never.
  public var ends: String { "never" }

  /// Lanes of one process.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    TabularLanes(
      TabularProcess(
        stateCount: states, actionCount: actions, transitions: task["transitions"] ?? [],
        rewardMeans: task["reward_means"] ?? [], reward: .normal(deviation), observesState: true),
      laneCount: laneCount)
  }
}
