import MetaLearning
import StrictYAML

/// Walk to a goal on the plane, as the crow flies, possibly pushed by a constant wind.
///
/// One step: p ← p + clip(a, ±limit) + w; the reward is −‖p − g‖₂ after the move; the episode
/// ends when p is within the tolerance of g on both axes.
///
/// The goal g and the wind w are task parameters, or settings where the definition fixes
/// them; without either, the wind is 0.
///
/// Source: Finn et al. 2017, arXiv:1703.03400, §5.3; the wind is our own.
public struct Navigation2DSimulator: Simulator {
  /// `navigation-2d`.
  public static let kind = "navigation-2d"

  private let stepLimit: Double
  private let tolerance: Double
  private let startRange: Double
  private let fixedGoal: SIMD2<Double>?
  private let fixedWind: SIMD2<Double>
  private let actionScale: Double
  /// Goal and wind, as far as the definition does not fix them.
  public let taskParameters: [TaskParameterRule]
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `step_limit`, `tolerance`, `start_range`, and `goal` and `wind` if fixed.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(
      context.settings, keys: ["step_limit", "tolerance", "start_range", "goal", "wind"])
    actionScale = context.actionScale
    stepLimit = try reader.positive(
      "step_limit", "m a step on each axis; actions are clipped to it")
    tolerance = try reader.positive("tolerance", "m on each axis; nearer to the goal ends")
    startRange = try reader.notNegative("start_range", "m; the start is uniform in ± this")
    var rules: [TaskParameterRule] = []
    fixedGoal = try reader.point("goal", "m; the goal of every task")
    if fixedGoal == nil {
      rules.append(TaskParameterRule(name: "goal", size: 2, unit: "m", meaning: "where to go"))
    }
    let wind = try reader.point("wind", "m a step; the wind of every task")
    fixedWind = wind ?? .zero
    if wind == nil, context.declaredParameters.contains("wind") {
      rules.append(
        TaskParameterRule(name: "wind", size: 2, unit: "m a step", meaning: "added to every move"))
    }
    taskParameters = rules
    choices = reader.choices
  }

  /// The position.
  public var observation: [SpaceEntry] { planarPosition }

  /// The move.
  public var action: [SpaceEntry] {
    planarAction("move", unit: "m", limit: stepLimit, scale: actionScale)
  }

  /// Two numbers.
  public var actionSpace: ActionSpace { .continuous(size: 2) }

  /// The distance.
  public var rewardTerms: [RewardTerm] {
    [RewardTerm(name: "distance", formula: "-|p - g| (Euclidean, after the move)")]
  }

  /// At the goal.
  public var ends: String { "|px - gx| < \(tolerance) and |py - gy| < \(tolerance)" }

  /// Lanes of one goal and wind.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    PlanarLanes(
      Navigation2DDynamics(
        actionScale: actionScale, startPositionRange: startRange, stepLimit: stepLimit,
        tolerance: tolerance, goal: task.point("goal") ?? fixedGoal ?? .zero,
        wind: task.point("wind") ?? fixedWind),
      laneCount: laneCount)
  }
}

/// The rules of `Navigation2DSimulator` for one task.
struct Navigation2DDynamics: PlanarDynamics {
  static let hasVelocity = false
  static let rewardTermCount = 1
  let actionScale: Double
  let startPositionRange: Double
  let startVelocityRange = 0.0
  let stepLimit: Double
  let tolerance: Double
  let goal: SIMD2<Double>
  let wind: SIMD2<Double>

  @inline(__always)
  func step(
    position: inout SIMD2<Double>, velocity: inout SIMD2<Double>, action: SIMD2<Double>
  ) -> (terms: SIMD2<Double>, terminated: Bool) {
    position += clip(action, stepLimit) + wind
    let offset = position - goal
    return (
      SIMD2(-length(offset), 0), abs(offset.x) < tolerance && abs(offset.y) < tolerance
    )
  }
}

extension TaskParameters {
  /// A parameter of two numbers as a point.
  func point(_ name: String) -> SIMD2<Double>? {
    self[name].map { SIMD2($0[0], $0[1]) }
  }
}

/// The observation entries of a position on the plane.
let planarPosition = [
  SpaceEntry(meaning: "position x", unit: "m"), SpaceEntry(meaning: "position y", unit: "m"),
]

/// The observation entries of a velocity on the plane.
func planarVelocity(unit: String) -> [SpaceEntry] {
  [SpaceEntry(meaning: "velocity x", unit: unit), SpaceEntry(meaning: "velocity y", unit: unit)]
}

/// The action entries of a pair, in the policy's units.
func planarAction(
  _ meaning: String, unit: String, limit: Double, scale: Double
) -> [SpaceEntry] {
  let unit = scale == 1 ? unit : "\(scale) \(unit)"
  let range = -limit / scale...limit / scale
  return ["x", "y"].map { SpaceEntry(meaning: "\(meaning) \($0)", unit: unit, range: range) }
}
