import MetaLearning
import StrictYAML

/// Steer a frictionless point to one of the corners, by small changes of its velocity.
///
/// One step: v ← v + clip(a, ±limit); p ← p + v; the reward is max(radius − ‖p − g‖₂, 0).
/// The episode never ends by itself.
///
/// Source: Rothfuss et al. 2019 (ProMP), arXiv:1810.06784, the point with momentum.
public struct PointMassMomentumSimulator: Simulator {
  /// `point-mass-momentum`.
  public static let kind = "point-mass-momentum"

  private let velocityChangeLimit: Double
  private let rewardRadius: Double
  private let startPositionRange: Double
  private let startVelocityRange: Double
  private let actionScale: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `velocity_change_limit`, `reward_radius` and the start ranges.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(
      context.settings,
      keys: [
        "velocity_change_limit", "reward_radius", "start_position_range", "start_velocity_range",
      ])
    actionScale = context.actionScale
    velocityChangeLimit = try reader.positive(
      "velocity_change_limit", "m a step, on each axis; actions are clipped to it")
    rewardRadius = try reader.positive("reward_radius", "m; no reward farther from the goal")
    startPositionRange = try reader.notNegative(
      "start_position_range", "m; the start is uniform in ± this")
    startVelocityRange = try reader.notNegative(
      "start_velocity_range", "m a step; the start is uniform in ± this")
    choices = reader.choices
  }

  /// The goal.
  public var taskParameters: [TaskParameterRule] {
    [TaskParameterRule(name: "goal", size: 2, unit: "m", meaning: "the corner to go to")]
  }

  /// Position and velocity.
  public var observation: [SpaceEntry] { planarPosition + planarVelocity(unit: "m a step") }

  /// The change of velocity.
  public var action: [SpaceEntry] {
    planarAction(
      "change of velocity", unit: "m a step", limit: velocityChangeLimit, scale: actionScale)
  }

  /// Two numbers.
  public var actionSpace: ActionSpace { .continuous(size: 2) }

  /// The nearness.
  public var rewardTerms: [RewardTerm] {
    [
      RewardTerm(
        name: "nearness", formula: "max(\(rewardRadius) - |p - g|, 0) (Euclidean, after the move)")
    ]
  }

  /// Never.
  public var ends: String { "never" }

  /// Lanes of one goal.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    PlanarLanes(
      PointMassMomentumDynamics(
        actionScale: actionScale, startPositionRange: startPositionRange,
        startVelocityRange: startVelocityRange, velocityChangeLimit: velocityChangeLimit,
        rewardRadius: rewardRadius, goal: task.point("goal") ?? .zero),
      laneCount: laneCount)
  }
}

/// The rules of `PointMassMomentumSimulator` for one task.
struct PointMassMomentumDynamics: PlanarDynamics {
  static let hasVelocity = true
  static let rewardTermCount = 1
  let actionScale: Double
  let startPositionRange: Double
  let startVelocityRange: Double
  let velocityChangeLimit: Double
  let rewardRadius: Double
  let goal: SIMD2<Double>

  @inline(__always)
  func step(
    position: inout SIMD2<Double>, velocity: inout SIMD2<Double>, action: SIMD2<Double>
  ) -> (terms: SIMD2<Double>, terminated: Bool) {
    velocity += clip(action, velocityChangeLimit)
    position += velocity
    return (SIMD2(max(rewardRadius - length(position - goal), 0), 0), false)
  }
}
