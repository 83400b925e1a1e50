import MetaLearning
import StrictYAML

/// Push a body of unknown mass to an unknown goal, through friction.
///
/// With h the timestep, f the friction, m the mass:
/// v ← (1 − f)·v + h·clip(a, ±limit)/m; p ← p + h·v;
/// the reward is −‖p − g‖₂ − c·‖a‖² with a before clipping, so that pushing beyond the limit
/// costs. The episode never ends by itself. Our own.
public struct PointMassSimulator: Simulator {
  /// `point-mass`.
  public static let kind = "point-mass"

  private let forceLimit: Double
  private let timestep: Double
  private let friction: Double
  private let controlCost: Double
  private let startPositionRange: Double
  private let startVelocityRange: Double
  private let actionScale: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `force_limit`, `timestep`, `friction`, `control_cost` and the start ranges.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(
      context.settings,
      keys: [
        "force_limit", "timestep", "friction", "control_cost", "start_position_range",
        "start_velocity_range",
      ])
    actionScale = context.actionScale
    forceLimit = try reader.positive("force_limit", "N on each axis; actions are clipped to it")
    timestep = try reader.positive("timestep", "s a step")
    friction = try reader.notNegative("friction", "share of the velocity lost a step", upTo: 1)
    controlCost = try reader.notNegative("control_cost", "reward per N², of the unclipped action")
    startPositionRange = try reader.notNegative(
      "start_position_range", "m; the start is uniform in ± this")
    startVelocityRange = try reader.notNegative(
      "start_velocity_range", "m/s; the start is uniform in ± this")
    choices = reader.choices
  }

  /// Goal and mass.
  public var taskParameters: [TaskParameterRule] {
    [
      TaskParameterRule(name: "goal", size: 2, unit: "m", meaning: "where to go"),
      TaskParameterRule(
        name: "mass", size: 1, unit: "kg", meaning: "the body's mass", isPositive: true),
    ]
  }

  /// Position and velocity.
  public var observation: [SpaceEntry] { planarPosition + planarVelocity(unit: "m/s") }

  /// The force.
  public var action: [SpaceEntry] {
    planarAction("force", unit: "N", limit: forceLimit, scale: actionScale)
  }

  /// Two numbers.
  public var actionSpace: ActionSpace { .continuous(size: 2) }

  /// Distance and control.
  public var rewardTerms: [RewardTerm] {
    [
      RewardTerm(name: "distance", formula: "-|p - g| (Euclidean, after the move)"),
      RewardTerm(name: "control", formula: "-\(controlCost) |a|^2 (before clipping)"),
    ]
  }

  /// Never.
  public var ends: String { "never" }

  /// Lanes of one goal and mass.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    PlanarLanes(
      PointMassDynamics(
        actionScale: actionScale, startPositionRange: startPositionRange,
        startVelocityRange: startVelocityRange, forceLimit: forceLimit, timestep: timestep,
        friction: friction, controlCost: controlCost, goal: task.point("goal") ?? .zero,
        mass: task["mass"]?.first ?? 1),
      laneCount: laneCount)
  }
}

/// The rules of `PointMassSimulator` for one task.
struct PointMassDynamics: PlanarDynamics {
  static let hasVelocity = true
  static let rewardTermCount = 2
  let actionScale: Double
  let startPositionRange: Double
  let startVelocityRange: Double
  let forceLimit: Double
  let timestep: Double
  let friction: Double
  let controlCost: Double
  let goal: SIMD2<Double>
  let mass: Double

  @inline(__always)
  func step(
    position: inout SIMD2<Double>, velocity: inout SIMD2<Double>, action: SIMD2<Double>
  ) -> (terms: SIMD2<Double>, terminated: Bool) {
    velocity = (1 - friction) * velocity + timestep * clip(action, forceLimit) / mass
    position += timestep * velocity
    let control = controlCost * (action.x * action.x + action.y * action.y)
    return (SIMD2(-length(position - goal), -control), false)
  }
}
