import DenseMath
import MetaLearning

extension PhysicsComparison {
  /// What acts while states are visited: writes the actions of the lanes.
  public typealias Actor = (_ task: TaskParameters, _ batch: inout LaneBatch) throws -> Void

  /// Visits states of a robot family and steps each by both engines.
  ///
  /// On every task sixteen episodes run on MuJoCo, under random actions half again as large as
  /// the controls' range, in every second of them held for ten steps; with a policy, every
  /// second pair of episodes is the policy's. An episode that ends starts again. Tasks are drawn
  /// from the training split, every second one from the shifted split where there is one.
  ///
  /// - Parameters:
  ///   - family: any family of robots.
  ///   - states: how many at least, ≥ 1.
  ///   - seed: of tasks, start states and actions.
  ///   - frameSkip: physics steps of a control step; nil for the family's.
  ///   - actor: the policy; nil for random actions alone.
  /// - Throws: `MuJoCoError.notInLanes` for a family that lanes do not cover or that is none of
  ///   robots, `.outOfMemory`, and what the actor throws.
  public init(
    _ family: DefinedTaskFamily, states: Int, seed: UInt64 = 1, frameSkip: Int? = nil,
    actor: Actor? = nil
  ) throws {
    precondition(states > 0, "states: \(states), at least 1 expected")
    #if MuJoCo
      guard let simulator = family.definition.simulator as? RobotSimulator else {
        throw MuJoCoError.notInLanes(reason: "the family is none of robots")
      }
      var settings = simulator.settings
      settings.physics = .mujoco
      if let frameSkip { settings.frameSkip = frameSkip }
      var differences = VisitedDifferences()
      let perTask = VisitedStates.laneCount * family.horizon
      for index in 0..<(states + perTask - 1) / perTask {
        let isShifted = index % 2 == 1 && family.splits.contains(.shifted)
        let task = family.task(split: isShifted ? .shifted : .train, index: index, seed: seed)
        var visit = try VisitedStates(
          family, settings: settings, actionScale: simulator.actionScale, task: task,
          key: RandomKey(seed: seed, purpose: .check), index: index)
        try visit.run(
          steps: family.horizon, until: states, comparison: &self, differences: &differences,
          actor: actor)
        tasks += 1
      }
      rows = differences.rows
    #else
      throw MuJoCoError.unavailable
    #endif
  }
}

#if MuJoCo
  /// The differences of every state so far.
  struct VisitedDifferences {
    /// A quantity's differences: lanes from convergence, own tolerance from it, lanes from own.
    private var values = Array(repeating: [SIMD3<Double>](), count: Self.quantities.count)

    /// The quantities with the vectors that are compared, whether relative to the greatest entry
    /// above 1, and the limit.
    static let quantities:
      [(name: String, vectors: [MuJoCoVector], isRelative: Bool, limit: Double)] =
        [
          ("qpos, m and rad", [.position], false, 1e-7),
          ("qvel, relative", [.velocity], true, 1e-6),
          ("contact forces, relative", [.contactForces], true, 1e-6),
          (
            "places of bodies, m",
            [
              .bodyPosition, .bodyRotation, .subtreeCentre, .geomPosition, .geomRotation,
              .sitePosition,
            ], false,
            1e-7
          ),
        ]

    /// Adds a state's.
    mutating func add(
      lanes: MuJoCoSimulation, converged: MuJoCoSimulation, own: MuJoCoSimulation
    ) {
      for (index, quantity) in Self.quantities.enumerated() {
        var worst = SIMD3(repeating: 0.0)
        var scale = 1.0
        for vector in quantity.vectors {
          for entry in 0..<lanes.count(of: vector) {
            let values = SIMD3(
              lanes.value(vector, entry), converged.value(vector, entry), own.value(vector, entry))
            let gaps = SIMD3(values.x - values.y, values.z - values.y, values.x - values.z)
            for gap in 0..<3 {
              worst[gap] = gaps[gap].isNaN ? .infinity : max(worst[gap], abs(gaps[gap]))
            }
            if quantity.isRelative { scale = max(scale, abs(values.y)) }
          }
        }
        values[index].append(worst / scale)
      }
    }

    /// The table.
    var rows: [PhysicsComparison.Row] {
      zip(Self.quantities, values).compactMap { quantity, values in
        guard !values.isEmpty else { return nil }
        return PhysicsComparison.Row(
          quantity: quantity.name, lanes: .init(values.map(\.x)),
          ownTolerance: .init(values.map(\.y)),
          excess: values.map { $0.z - $0.y }.max() ?? 0, limit: quantity.limit)
      }
    }
  }
#endif
