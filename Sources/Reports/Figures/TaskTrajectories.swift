import DenseMath
import Environments
import Experiments
import MetaLearning

/// How a robot moves on one task before and after adaptation, step by step.
public struct TaskTrajectories: Sendable, Equatable {
  /// Means over the episodes that are still going on.
  public struct Trajectory: Sendable, Equatable {
    /// m after every step: along what is commanded, or away from the place to reach.
    public var distance: [Double] = []
    /// m/s over every step: along what is commanded, or towards the place to reach.
    public var velocity: [Double] = []
    /// Of every step.
    public var reward: [Double] = []
  }

  /// The task.
  public let task: TaskParameters
  /// What it asks for.
  public let command: RobotMotion.Command
  /// Seconds of a step.
  public let stepDuration: Double
  /// Before adaptation.
  public let before: Trajectory
  /// After all steps.
  public let after: Trajectory
}

extension PolicyEvaluation {
  /// Whether the family's tasks move a robot.
  public var hasTrajectories: Bool { family.definition.simulator is RobotSimulator }

  /// The trajectories before and after adaptation over the evaluation's episodes.
  ///
  /// Trajectories hold no places: the recorded actions are simulated once more.
  ///
  /// - Parameters:
  ///   - request: that of the evaluation.
  ///   - tasks: the indices of tasks.
  ///   - workers: tasks at a time.
  /// - Returns: one a task.
  /// - Throws: as `curve`.
  /// - Precondition: `hasTrajectories`.
  public func trajectories(
    _ request: EvaluationRequest, tasks: [Int], workers: Workers
  ) async throws -> [TaskTrajectories] {
    try await adaptations(request, tasks: tasks, workers: workers).map { one in
      guard let motion = try RobotMotion(family, task: one.task) else {
        preconditionFailure("'\(family.qualifiedName)' has no robot")
      }
      return TaskTrajectories(
        task: one.task, command: motion.command, stepDuration: motion.stepDuration,
        before: try trajectory(of: one.before, task: one.task, motion),
        after: try trajectory(of: one.after, task: one.task, motion))
    }
  }

  private func trajectory(
    of episodes: AdaptationTrajectories.Episodes, task: TaskParameters, _ motion: RobotMotion
  ) throws -> TaskTrajectories.Trajectory {
    let batch = episodes.trajectories
    let count = batch.lengths.count
    let lanes = try family.makeLanes(task: task, laneCount: count)
    var lane = LaneBatch(family: family, laneCount: count)
    let address = episodes.address
    var streams = (0..<count).map {
      RandomStream(key: address.resetKey, task: address.task, episode: $0)
    }
    lanes.reset(&lane, streams: &streams)
    let starts = batch.lengths.indices.map { batch.lengths[..<$0].reduce(0, +) }
    var places = (0..<count).map { place(of: lanes.state(ofLane: $0), motion, start: nil)?.place }
    var trajectory = TaskTrajectories.Trajectory()
    for step in 0..<(batch.lengths.max() ?? 0) {
      for index in 0..<count {
        lane.active[index] = step < batch.lengths[index]
        guard lane.active[index] else { continue }
        let row = (starts[index] + step) * lane.actionWidth
        lane.actions.replaceSubrange(
          index * lane.actionWidth..<(index + 1) * lane.actionWidth,
          with: batch.actions[row..<row + lane.actionWidth])
      }
      lanes.step(&lane)
      var (distances, velocities, rewards): ([Double], [Double], [Double]) = ([], [], [])
      for index in 0..<count where lane.active[index] {
        let reward = batch.rewards[starts[index] + step]
        precondition(
          lane.rewards[index].bitPattern == reward.bitPattern,
          "reward \(lane.rewards[index]) of step \(step) when simulated again, \(reward) before")
        rewards.append(reward)
        guard
          let now = place(of: lanes.state(ofLane: index), motion, start: places[index]),
          let velocity = now.velocity
        else { continue }
        let start = places[index] ?? now.place
        distances.append(motion.command.distance(now.place))
        velocities.append(
          motion.command.speed(velocity, from: start, to: now.place, in: motion.stepDuration))
        places[index] = now.place
      }
      trajectory.distance.append(average(distances))
      trajectory.velocity.append(average(velocities))
      trajectory.reward.append(average(rewards))
    }
    return trajectory
  }

  private func place(
    of state: LaneState, _ motion: RobotMotion, start: SIMD2<Double>?
  ) -> (place: SIMD2<Double>, velocity: SIMD2<Double>?)? {
    motion.measure(position: state["qpos"] ?? [], velocity: state["qvel"] ?? [], start: start)
  }

  private func average(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }
}

extension RobotMotion.Command {
  /// m along what is commanded, or from the place to reach.
  fileprivate func distance(_ place: SIMD2<Double>) -> Double {
    switch self {
    case .velocity, .nothing: place.x
    case .along(let direction): (place * direction).sum()
    case .place(let goal): (place - goal).length
    }
  }

  /// m/s along what is commanded, or towards the place to reach.
  fileprivate func speed(
    _ velocity: SIMD2<Double>, from start: SIMD2<Double>, to end: SIMD2<Double>,
    in duration: Double
  ) -> Double {
    switch self {
    case .velocity, .nothing: velocity.x
    case .along(let direction): (velocity * direction).sum()
    case .place: (distance(start) - distance(end)) / duration
    }
  }
}

extension SIMD2<Double> {
  fileprivate var length: Double { (self * self).sum().squareRoot() }
}
