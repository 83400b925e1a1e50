#if MuJoCo
  import CMuJoCo
  import DenseMath
  import MetaLearning

  /// Episodes of one task on MuJoCo, each of whose states is stepped by both engines beside.
  struct VisitedStates {
    static let laneCount = 16

    private let lanes: MuJoCoLanes
    private var batch: LaneBatch
    private let task: TaskParameters
    private let physics: LanePhysics
    /// The simulations that are compared, one a lane: by the lane engine, by MuJoCo run to
    /// convergence, and by MuJoCo with the model's own tolerance.
    private let stepped, converged, own: [MuJoCoSimulation]
    private var streams: [RandomStream]
    private let actionLimits: [ClosedRange<Double>]
    private var held: [Double]

    init(
      _ family: DefinedTaskFamily, settings: RobotSettings, actionScale: Double,
      task: TaskParameters, key: RandomKey, index: Int
    ) throws {
      self.task = task
      let count = Self.laneCount
      lanes = try MuJoCoLanes(
        settings: settings, task: task, actionScale: actionScale, laneCount: count)
      batch = LaneBatch(family: family, laneCount: count)
      let scales = DynamicsScales(settings.dynamics, task: task)
      let model = try MuJoCoTaskModel(settings.model, scales: scales)
      let tight = try MuJoCoTaskModel(settings.model, scales: scales, converges: true)
      physics = try LanePhysics(model)
      stepped = try (0..<count).map { _ in try MuJoCoSimulation(model) }
      converged = try (0..<count).map { _ in try MuJoCoSimulation(tight) }
      own = try (0..<count).map { _ in try MuJoCoSimulation(model) }
      streams = (0..<count).map { RandomStream(key: key, task: index, episode: $0) }
      // Unlimited controls are tried in ±1.
      actionLimits = settings.model.controlRanges.map { range in
        let half = range.upperBound.isFinite ? (range.upperBound - range.lowerBound) / 2 : 1
        let middle = range.upperBound.isFinite ? (range.upperBound + range.lowerBound) / 2 : 0
        return (middle - 1.5 * half) / actionScale...(middle + 1.5 * half) / actionScale
      }
      held = Array(repeating: 0, count: batch.actions.count)
    }

    /// Runs the episodes and adds what is found.
    mutating func run(
      steps: Int, until states: Int, comparison: inout PhysicsComparison,
      differences: inout VisitedDifferences, actor: PhysicsComparison.Actor?
    ) throws {
      lanes.reset(&batch, streams: &streams)
      for step in 0..<steps where comparison.states < states {
        try act(step, actor)
        copyStates()
        lanes.step(&batch)
        compare(&comparison, &differences)
        restart()
      }
    }

    private mutating func act(_ step: Int, _ actor: PhysicsComparison.Actor?) throws {
      if let actor { try actor(task, &batch) }
      let width = batch.actionWidth
      for lane in 0..<batch.laneCount where actor == nil || lane / 2 % 2 == 1 {
        for index in 0..<width {
          let entry = lane * width + index
          if lane % 2 == 0 || step % 10 == 0 {
            held[entry] = streams[lane].uniform(in: actionLimits[index])
          }
          batch.actions[entry] = held[entry]
        }
      }
    }

    /// The state before the step, into the compared simulations.
    private func copyStates() {
      for lane in 0..<batch.laneCount {
        for group in [stepped, converged, own] {
          group[lane].reset()
          for vector in [MuJoCoVector.position, .velocity, .warmStart] {
            for index in 0..<group[lane].count(of: vector) {
              group[lane].set(vector, index, to: lanes.simulations[lane].value(vector, index))
            }
          }
        }
      }
    }

    private func compare(
      _ comparison: inout PhysicsComparison, _ differences: inout VisitedDifferences
    ) {
      // What came of the actions at the motors.
      for lane in 0..<batch.laneCount {
        for group in [stepped, converged, own] {
          for index in 0..<batch.actionWidth {
            group[lane].set(.control, index, to: lanes.simulations[lane].value(.control, index))
          }
        }
      }
      let all = Array(repeating: true, count: batch.laneCount)
      var hasDiverged = Array(repeating: false, count: batch.laneCount)
      let frameSkip = lanes.settings.frameSkip
      physics.step(
        stepped, where: all, count: frameSkip, results: [.contactForces, .poses],
        hasDiverged: &hasDiverged)
      for lane in 0..<batch.laneCount {
        let isFinite = [converged[lane], own[lane]].allSatisfy { simulation in
          simulation.step(count: frameSkip) && !simulation.hasDiverged
            && simulation.hasFiniteState && simulation.computeContactForces()
        }
        comparison.states += 1
        guard isFinite, !hasDiverged[lane] else {
          if isFinite != !hasDiverged[lane] { comparison.disagreements += 1 }
          continue
        }
        differences.add(lanes: stepped[lane], converged: converged[lane], own: own[lane])
        count(converged[lane], in: &comparison)
      }
    }

    private func count(_ simulation: MuJoCoSimulation, in comparison: inout PhysicsComparison) {
      let (model, data) = (simulation.model.pointer, simulation.data)
      let contacts = Int(data.pointee.ncon)
      guard let first = data.pointee.contact, let bodies = model.pointee.geom_bodyid,
        let types = data.pointee.efc_type
      else { return }
      let isSelf = (0..<contacts).contains { index in
        bodies[Int(first[index].geom1)] != 0 && bodies[Int(first[index].geom2)] != 0
      }
      let isLimited = (0..<Int(data.pointee.nefc)).contains {
        types[$0] == Int32(mjCNSTR_LIMIT_JOINT.rawValue)
      }
      comparison.withContact += contacts > 0 ? 1 : 0
      comparison.withSelfContact += isSelf ? 1 : 0
      comparison.withLimit += isLimited ? 1 : 0
    }

    /// Starts the episodes that have ended again, alone.
    private mutating func restart() {
      guard batch.terminated.contains(true) else { return }
      batch.active = batch.terminated
      lanes.reset(&batch, streams: &streams)
      batch.active = Array(repeating: true, count: batch.laneCount)
    }
  }
#endif
