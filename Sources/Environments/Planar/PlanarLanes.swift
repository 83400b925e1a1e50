import DenseMath
import MetaLearning

/// The rules by which one point moves on the plane, and what it earns.
///
/// Values are pairs (x, y). A step is a pure function of the point, the action and the
/// rules' own constants (settings and task).
protocol PlanarDynamics: Sendable {
  /// Whether the observation is (p, v) instead of p, and the state has a velocity.
  static var hasVelocity: Bool { get }
  /// R, one or two.
  static var rewardTermCount: Int { get }
  /// What the policy's action is multiplied by.
  var actionScale: Double { get }
  /// The start position is uniform in ±this on each axis.
  var startPositionRange: Double { get }
  /// The start velocity is uniform in ±this on each axis.
  var startVelocityRange: Double { get }

  /// Moves the point by one control step.
  ///
  /// The action is in the simulator's units, finite, not clipped.
  ///
  /// - Returns: the reward's terms (the second is ignored when there is one), and whether the
  ///   task ended.
  func step(
    position: inout SIMD2<Double>, velocity: inout SIMD2<Double>, action: SIMD2<Double>
  ) -> (terms: SIMD2<Double>, terminated: Bool)
}

/// √(x² + y²).
@inline(__always)
func length(_ vector: SIMD2<Double>) -> Double {
  (vector.x * vector.x + vector.y * vector.y).squareRoot()
}

/// Each axis limited to ±limit.
@inline(__always)
func clip(_ vector: SIMD2<Double>, _ limit: Double) -> SIMD2<Double> {
  SIMD2(min(max(vector.x, -limit), limit), min(max(vector.y, -limit), limit))
}

/// L points on the plane under one set of rules.
///
/// A step whose action is not a finite number, or whose outcome is not, does not move the
/// point: it earns 0 and ends the episode as diverged.
final class PlanarLanes<Dynamics: PlanarDynamics>: EnvironmentLanes {
  let laneCount: Int
  private let dynamics: Dynamics
  private var positions: [SIMD2<Double>]
  private var velocities: [SIMD2<Double>]

  init(_ dynamics: Dynamics, laneCount: Int) {
    precondition(laneCount > 0, "laneCount: \(laneCount), at least 1 expected")
    self.dynamics = dynamics
    self.laneCount = laneCount
    positions = Array(repeating: .zero, count: laneCount)
    velocities = Array(repeating: .zero, count: laneCount)
  }

  private static var observationSize: Int { Dynamics.hasVelocity ? 4 : 2 }

  private func check(_ batch: LaneBatch) {
    precondition(
      batch.laneCount == laneCount, "batch of \(batch.laneCount) lanes, \(laneCount) expected")
    precondition(
      batch.observationSize == Self.observationSize && batch.actionWidth == 2
        && batch.rewardTermCount == Dynamics.rewardTermCount,
      "batch of observation \(batch.observationSize), action \(batch.actionWidth) and "
        + "\(batch.rewardTermCount) reward terms; "
        + "\(Self.observationSize), 2 and \(Dynamics.rewardTermCount) expected")
  }

  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
    check(batch)
    precondition(streams.count == laneCount, "\(streams.count) streams, \(laneCount) expected")
    for lane in 0..<laneCount where batch.active[lane] {
      positions[lane] = draw(dynamics.startPositionRange, &streams[lane])
      velocities[lane] = draw(dynamics.startVelocityRange, &streams[lane])
      batch.terminated[lane] = false
      batch.diverged[lane] = false
      observe(lane, &batch.observations)
    }
  }

  private func draw(_ range: Double, _ random: inout RandomStream) -> SIMD2<Double> {
    guard range > 0 else { return .zero }
    let x = random.uniform(in: -range...range)
    return SIMD2(x, random.uniform(in: -range...range))
  }

  func step(_ batch: inout LaneBatch) {
    check(batch)
    Self.advance(
      dynamics, active: batch.active, actions: batch.actions, positions: &positions,
      velocities: &velocities, observations: &batch.observations, rewards: &batch.rewards,
      rewardTerms: &batch.rewardTerms, terminated: &batch.terminated, diverged: &batch.diverged)
  }

  /// One step of every active lane; each array is told apart so that none is copied.
  private static func advance(
    _ dynamics: Dynamics, active: [Bool], actions: [Double], positions: inout [SIMD2<Double>],
    velocities: inout [SIMD2<Double>], observations: inout [Double], rewards: inout [Double],
    rewardTerms: inout [Double], terminated: inout [Bool], diverged: inout [Bool]
  ) {
    let (active, actions) = (active.span, actions.span)
    var positions = positions.mutableSpan
    var velocities = velocities.mutableSpan
    var observations = observations.mutableSpan
    var rewards = rewards.mutableSpan
    var rewardTerms = rewardTerms.mutableSpan
    var terminated = terminated.mutableSpan
    var diverged = diverged.mutableSpan
    for lane in active.indices where active[lane] {
      let action = SIMD2(actions[2 * lane], actions[2 * lane + 1]) * dynamics.actionScale
      var (position, velocity) = (positions[lane], velocities[lane])
      var (terms, ended) = (SIMD2<Double>.zero, true)
      var isFinite = (action.x + action.y).isFinite
      if isFinite {
        (terms, ended) = dynamics.step(position: &position, velocity: &velocity, action: action)
        isFinite = (position + velocity + terms).sum().isFinite
      }
      if isFinite {
        positions[lane] = position
        velocities[lane] = velocity
      } else {
        (terms, ended) = (.zero, true)
        (position, velocity) = (positions[lane], velocities[lane])
      }
      if Dynamics.rewardTermCount == 2 {
        rewardTerms[2 * lane] = terms.x
        rewardTerms[2 * lane + 1] = terms.y
        rewards[lane] = terms.x + terms.y
      } else {
        rewardTerms[lane] = terms.x
        rewards[lane] = terms.x
      }
      terminated[lane] = ended
      diverged[lane] = !isFinite
      let first = lane * observationSize
      observations[first] = position.x
      observations[first + 1] = position.y
      if Dynamics.hasVelocity {
        observations[first + 2] = velocity.x
        observations[first + 3] = velocity.y
      }
    }
  }

  private func observe(_ lane: Int, _ observations: inout [Double]) {
    let (position, velocity) = (positions[lane], velocities[lane])
    let first = lane * Self.observationSize
    observations[first] = position.x
    observations[first + 1] = position.y
    if Dynamics.hasVelocity {
      observations[first + 2] = velocity.x
      observations[first + 3] = velocity.y
    }
  }

  func state(ofLane lane: Int) -> LaneState {
    precondition(0 <= lane && lane < laneCount, "lane \(lane) of \(laneCount)")
    let (position, velocity) = (positions[lane], velocities[lane])
    var entries = [LaneState.Entry(name: "position", values: [position.x, position.y])]
    if Dynamics.hasVelocity {
      entries.append(LaneState.Entry(name: "velocity", values: [velocity.x, velocity.y]))
    }
    return LaneState(entries)
  }

  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws {
    check(batch)
    let sizes = Dynamics.hasVelocity ? [("position", 2), ("velocity", 2)] : [("position", 2)]
    try checkState(state, vectors: sizes)
    precondition(0 <= lane && lane < laneCount, "lane \(lane) of \(laneCount)")
    if let values = state["position"] { positions[lane] = SIMD2(values[0], values[1]) }
    if let values = state["velocity"] { velocities[lane] = SIMD2(values[0], values[1]) }
    observe(lane, &batch.observations)
  }
}
