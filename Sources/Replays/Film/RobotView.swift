import Environments

/// What a robot takes up during an episode, m.
struct RobotExtent {
  /// The corners of a box about all poses.
  private(set) var (low, high): (SIMD3<Double>, SIMD3<Double>)
  /// The greatest distance of an end from the middle of the first part.
  private(set) var reach = 0.0
  /// The greatest distance, along the floor, of the first part from where it started.
  private(set) var travel = 0.0
  /// The greatest height of the first pose.
  private(set) var top = 0.0

  init(_ poses: RobotPoses) {
    let start = poses.root(0)
    (low, high) = (start, start)
    for pose in 0..<poses.count {
      let root = poses.root(pose)
      travel = max(travel, Self.length(SIMD3(root.x - start.x, root.y - start.y, 0)))
      for (part, shape) in poses.drawing.parts.enumerated() {
        let (a, b) = poses.ends(part, at: pose)
        for end in [a, b] {
          reach = max(reach, Self.length(end - root) + shape.radius)
          low = pointwiseMin(low, end - shape.radius)
          high = pointwiseMax(high, end + shape.radius)
          if pose == 0 { top = max(top, end.z + shape.radius) }
        }
      }
    }
  }

  static func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }
}

/// From how far, and at what, robots are looked at.
///
/// A picture shows as much as they take up, be they an ant or an arm of half a metre. The page of a
/// replay does the same in JavaScript.
struct RobotView {
  /// What must be in the picture about its middle, m, > 0.
  let radius: Double
  /// The greatest height to show, m, > 0.
  let top: Double
  /// Where the middle stays; nil where it follows the robot, at half of its height.
  let still: SIMD3<Double>?
  /// The radius about a goal that counts as reached, or what stands for it, m.
  let goalRadius: Double

  /// A view for all panels of a picture, so that they can be compared.
  ///
  /// A robot in space that moves no further than half of its reach is looked at from a place that
  /// stays.
  ///
  /// - Parameter panels: the poses and tasks, at least one.
  init(_ panels: [(poses: RobotPoses, task: RobotFilmTask)]) {
    let extents = panels.map { RobotExtent($0.poses) }
    let reach = max(extents.map(\.reach).max() ?? 0, 1e-3)
    var highest = max(extents.map(\.top).max() ?? 0, 1e-3)
    // A goal further away than this would make the robot a dot.
    let goals = panels.compactMap { panel -> (goal: SIMD3<Double>, distance: Double)? in
      guard let goal = panel.task.goal else { return nil }
      return (goal, RobotExtent.length(goal - panel.poses.root(0)))
    }
    for (goal, distance) in goals where distance <= 3 * reach { highest = max(highest, goal.z) }
    top = highest
    if panels[0].poses.drawing.viewpoint == .turnable,
      extents.allSatisfy({ $0.travel <= 0.5 * $0.reach })
    {
      var low = extents.map(\.low).reduce(extents[0].low, pointwiseMin)
      var high = extents.map(\.high).reduce(extents[0].high, pointwiseMax)
      for (goal, distance) in goals where distance <= 3 * reach {
        (low, high) = (pointwiseMin(low, goal), pointwiseMax(high, goal))
      }
      low.z = min(low.z, 0)
      still = (low + high) / 2
      radius = max(0.375 * RobotExtent.length(high - low), 1e-3)
    } else {
      still = nil
      radius = max(reach, min(goals.map(\.distance).max() ?? 0, 2 * reach))
    }
    goalRadius = panels[0].poses.drawing.goalRadius ?? 0.22 * reach
  }

  /// What the picture of a pose is about, m.
  func centre(_ poses: RobotPoses, at pose: Int) -> SIMD3<Double> {
    if let still { return still }
    let root = poses.root(pose)
    return SIMD3(root.x, root.y, 0.45 * top)
  }
}
