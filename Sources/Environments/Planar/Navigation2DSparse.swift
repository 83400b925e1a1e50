import MetaLearning
import StrictYAML

/// Find out which corner of a square is the goal, with a reward only near the goal's corner.
///
/// One step: p ← p + clip(a, ±limit). The reward is 0 while ‖p‖₁ is below the radius or
/// another corner is nearer than the goal; else it is the step's decrease of the distance to
/// the goal. The episode never ends by itself.
///
/// Source: Rothfuss et al. 2019 (ProMP), arXiv:1810.06784, the sparse 2D navigation.
public struct Navigation2DSparseSimulator: Simulator {
  /// `navigation-2d-sparse`.
  public static let kind = "navigation-2d-sparse"

  private let stepLimit: Double
  private let silentRadius: Double
  private let startRange: Double
  private let corners: [SIMD2<Double>]
  private let actionScale: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `step_limit`, `start_range`, `silent_radius` and `corners`.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(
      context.settings, keys: ["step_limit", "start_range", "silent_radius", "corners"])
    actionScale = context.actionScale
    stepLimit = try reader.positive(
      "step_limit", "m a step on each axis; actions are clipped to it")
    startRange = try reader.notNegative("start_range", "m; the start is uniform in ± this")
    silentRadius = try reader.notNegative(
      "silent_radius", "m; no reward while |px| + |py| is below it")
    corners = try reader.points("corners", "m; no reward while one other than the goal is nearer")
    choices = reader.choices
  }

  /// The goal.
  public var taskParameters: [TaskParameterRule] {
    [TaskParameterRule(name: "goal", size: 2, unit: "m", meaning: "the corner to go to")]
  }

  /// The position.
  public var observation: [SpaceEntry] { planarPosition }

  /// The move.
  public var action: [SpaceEntry] {
    planarAction("move", unit: "m", limit: stepLimit, scale: actionScale)
  }

  /// Two numbers.
  public var actionSpace: ActionSpace { .continuous(size: 2) }

  /// The progress.
  public var rewardTerms: [RewardTerm] {
    [
      RewardTerm(
        name: "progress",
        formula: "|p before - g| - |p after - g|, or 0 while |px| + |py| < \(silentRadius)"
          + " or another corner is nearer than g")
    ]
  }

  /// Never.
  public var ends: String { "never" }

  /// Lanes of one goal.
  public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    let goal = task.point("goal") ?? .zero
    return PlanarLanes(
      Navigation2DSparseDynamics(
        actionScale: actionScale, startPositionRange: startRange, stepLimit: stepLimit,
        silentRadius: silentRadius, goal: goal, otherCorners: corners.filter { $0 != goal }),
      laneCount: laneCount)
  }
}

/// The rules of `Navigation2DSparseSimulator` for one task.
struct Navigation2DSparseDynamics: PlanarDynamics {
  static let hasVelocity = false
  static let rewardTermCount = 1
  let actionScale: Double
  let startPositionRange: Double
  let startVelocityRange = 0.0
  let stepLimit: Double
  let silentRadius: Double
  let goal: SIMD2<Double>
  let otherCorners: [SIMD2<Double>]

  @inline(__always)
  func step(
    position: inout SIMD2<Double>, velocity: inout SIMD2<Double>, action: SIMD2<Double>
  ) -> (terms: SIMD2<Double>, terminated: Bool) {
    let before = length(position - goal)
    position += clip(action, stepLimit)
    let after = length(position - goal)
    // A corner exactly as near as the goal is not nearer.
    let isSilent =
      abs(position.x) + abs(position.y) < silentRadius
      || otherCorners.contains { length(position - $0) < after }
    return (SIMD2(isSilent ? 0 : before - after, 0), false)
  }
}
