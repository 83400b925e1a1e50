#if MuJoCo
  import DenseMath
  import MetaLearning

  /// Episodes of a robot on one task: one simulation a lane, all of one model.
  ///
  /// A simulation that diverges (a MuJoCo warning or error, a number that is not finite, an
  /// action that is not finite) ends its episode: terminated and diverged, every reward term 0,
  /// the observation that of the step before. The lane's state is then the reference pose, so
  /// that nothing of the divergence stays. No step allocates.
  final class MuJoCoLanes: EnvironmentLanes {
    let laneCount: Int
    let settings: RobotSettings
    let simulations: [MuJoCoSimulation]
    private let actionScale: Double
    private let controlLow: [Double]
    private let controlHigh: [Double]
    private let terms: [(measure: RewardMeasure, weight: Double)]
    /// Where each part of the observation is read, without the texts of `settings`.
    let parts: [ObservationPart]
    /// Past readings and commands.
    var memory: RobotMemory
    private let bounds: [EndBounds]
    /// The reward's terms whose payment ends an episode.
    private let reached: [Int]
    private let duration: Double
    let needsContactForces: Bool
    let needsKinematics: Bool
    let needsPoses: Bool
    let observationSize: Int
    /// How many numbers of an observation the state does not hold by itself.
    let sensedCount: Int
    /// Those numbers as last observed, [L, sensed]: part of the state, because MuJoCo has them
    /// for the state before the last physics step, from which they cannot be computed again.
    var sensed: [Double]
    /// The lane engine, where it steps the simulations and not MuJoCo.
    private let physics: LanePhysics?
    /// Room for a step on the lane engine, [L]: ‖ctrl‖², ‖ctrl − ctrl before‖², the point's place
    /// before the step, which lanes it steps, and which it could not.
    var efforts: [Double]
    /// The lanes' noise, which goes on from the actions to the sensors.
    var noise: [RandomStream] = []
    var changes: [Double]
    var starts: [SIMD2<Double>]
    var isStepped: [Bool]
    var hasDiverged: [Bool]

    /// Lanes that await a reset.
    ///
    /// - Throws: `MuJoCoError.outOfMemory`, or `.notInLanes`.
    init(settings: RobotSettings, task: TaskParameters, actionScale: Double, laneCount: Int)
      throws(MuJoCoError)
    {
      precondition(laneCount > 0, "laneCount: \(laneCount), at least 1 expected")
      self.laneCount = laneCount
      self.settings = settings
      self.actionScale = actionScale
      let model = try MuJoCoTaskModel(
        settings.model, scales: DynamicsScales(settings.dynamics, task: task))
      var simulations: [MuJoCoSimulation] = []
      for _ in 0..<laneCount { simulations.append(try MuJoCoSimulation(model)) }
      self.simulations = simulations
      physics = settings.physics == .lanes ? try LanePhysics(model) : nil
      let ranges = settings.model.controlRanges
      controlLow = ranges.map(\.lowerBound)
      controlHigh = ranges.map(\.upperBound)
      terms = settings.reward.map { ($0.kind.measure(task), $0.weight) }
      parts = settings.observation
      memory = RobotMemory(settings, laneCount: laneCount)
      bounds = settings.ends.compactMap(\.bounds)
      reached = settings.ends.compactMap { end in
        guard case .reached(let term) = end.kind else { return nil }
        return settings.reward.firstIndex { $0.name == term }
      }
      duration = settings.stepDuration
      observationSize = parts.reduce(0) { $0 + $1.size }
      let read =
        parts.map(\.slice) + settings.reward.flatMap(\.slices) + bounds.map(\.slice)
      needsContactForces =
        read.contains(where: \.usesContactForces)
        || settings.reward.contains { $0.kind.usesContactForces }
      let tracksMass = if case .centreOfMass = settings.point { true } else { false }
      needsKinematics =
        tracksMass || read.contains { $0.vector == .subtreeVelocity }
        || settings.kinematics == .current && read.contains(where: \.isKinematic)
      needsPoses = read.contains(where: \.isKinematic)
      sensedCount = parts.reduce(0) { $0 + ($1.slice.isState || $1.isKept ? 0 : $1.size) }
      sensed = Array(repeating: 0, count: laneCount * sensedCount)
      noise.reserveCapacity(laneCount)
      efforts = Array(repeating: 0, count: laneCount)
      changes = Array(repeating: 0, count: laneCount)
      starts = Array(repeating: .zero, count: laneCount)
      isStepped = Array(repeating: false, count: laneCount)
      hasDiverged = Array(repeating: false, count: laneCount)
    }

    func reset(_ batch: inout LaneBatch, streams: inout [RandomStream]) {
      precondition(streams.count == laneCount, "streams: \(streams.count), \(laneCount) expected")
      for lane in 0..<laneCount where batch.active[lane] {
        let simulation = simulations[lane]
        simulation.reset()
        for (index, start) in settings.startPosition.enumerated() {
          simulation.set(
            .position, index, to: start + settings.positionNoise.draw(using: &streams[lane]))
        }
        for (index, start) in settings.startVelocity.enumerated() {
          simulation.set(
            .velocity, index, to: start + settings.velocityNoise.draw(using: &streams[lane]))
        }
        if !simulation.forward() {
          simulation.reset()
          _ = simulation.forward()
        }
        // A cold solver, whatever the task: a start state belongs to all tasks alike.
        for index in settings.startVelocity.indices { simulation.set(.warmStart, index, to: 0) }
        batch.terminated[lane] = false
        batch.diverged[lane] = false
        memory.reset(lane, using: &streams[lane])
        sense(simulation)
        var stream = memory.stream(lane)
        observe(lane, into: &batch, fills: true, using: &stream)
      }
    }

    func step(_ batch: inout LaneBatch) {
      if let physics { return step(&batch, on: physics) }
      for lane in 0..<laneCount where batch.active[lane] {
        let simulation = simulations[lane]
        memory.steps[lane] += 1
        var stream = memory.stream(lane)
        let (effort, change) = applyAction(lane, batch, using: &stream)
        let start = settings.point.place(in: simulation)
        let isFinite =
          effort.isFinite && simulation.step(count: settings.frameSkip)
          && !simulation.hasDiverged && sense(simulation)
        finishStep(
          lane, effort: effort, change: change, start: start, isFinite: isFinite, batch: &batch,
          using: &stream)
      }
    }

    /// Writes a lane's reward, observation and flags after its physics.
    ///
    /// - Parameters:
    ///   - lane: the lane.
    ///   - effort: ‖ctrl‖² of the clipped control.
    ///   - change: ‖ctrl − ctrl before‖².
    ///   - start: the tracked point's place before the step.
    ///   - isFinite: whether the physics came through.
    ///   - batch: where they go.
    ///   - stream: of the sensors' noise.
    func finishStep(
      _ lane: Int, effort: Double, change: Double, start: SIMD2<Double>, isFinite: Bool,
      batch: inout LaneBatch, using stream: inout RandomStream
    ) {
      let isFinite =
        isFinite && reward(lane, effort: effort, change: change, start: start, into: &batch)
        && observe(lane, into: &batch, fills: false, using: &stream)
      batch.diverged[lane] = !isFinite
      batch.terminated[lane] =
        !isFinite
        || bounds.contains { $0.ends(in: simulations[lane]) }
        || reached.contains { batch.rewardTerms[lane * terms.count + $0] != 0 }
      if !isFinite { diverge(lane, into: &batch) }
    }

    /// Writes the clipped control, or what becomes of it on its way to the motors.
    ///
    /// - Returns: ‖ctrl‖², not a number when the action is not finite, and ‖ctrl − ctrl before‖²,
    ///   both of the command, as the policy gave it.
    func applyAction(
      _ lane: Int, _ batch: LaneBatch, using stream: inout RandomStream
    ) -> (effort: Double, change: Double) {
      let (simulation, width) = (simulations[lane], controlLow.count)
      var (effort, change) = (0.0, 0.0)
      let isPlain = settings.action.isPlain
      // Looked at first: a command that is no number must not stay in the memory.
      for index in 0..<width where !(batch.actions[lane * width + index] * actionScale).isFinite {
        return (.nan, 0)
      }
      for index in 0..<width {
        let action = batch.actions[lane * width + index] * actionScale
        let control = min(max(action, controlLow[index]), controlHigh[index])
        let difference = control - command(lane, index)
        var arriving = control
        if !isPlain {
          arriving =
            memory.pass(control, lane: lane, index: index, width: width)
            + settings.action.noise.draw(using: &stream)
          arriving = min(max(arriving, controlLow[index]), controlHigh[index])
        }
        simulation.set(.control, index, to: arriving)
        effort += control * control
        change += difference * difference
      }
      return (effort, change)
    }

    /// The last command, as the policy gave it and clipped.
    private func command(_ lane: Int, _ index: Int) -> Double {
      settings.action.isPlain
        ? simulations[lane].value(.control, index)
        : memory.commands[lane * memory.commandCount + index]
    }

    /// Has MuJoCo compute what the observation and the reward read beyond the state.
    @discardableResult
    func sense(_ simulation: MuJoCoSimulation) -> Bool {
      // Contact forces first: they belong to the last physics step and its kinematics.
      (!needsContactForces || simulation.computeContactForces())
        && (!needsKinematics || simulation.computeKinematics())
    }

    /// Writes the reward and its terms; false when one is not finite.
    private func reward(
      _ lane: Int, effort: Double, change: Double, start: SIMD2<Double>,
      into batch: inout LaneBatch
    ) -> Bool {
      let simulation = simulations[lane]
      let facts = RewardFacts(
        velocity: settings.point.velocity(from: start, over: duration, in: simulation),
        effort: effort, change: change,
        isHealthy: !bounds.contains { $0.ends(in: simulation) }, point: settings.point)
      var sum = 0.0
      for index in terms.indices {
        let term = terms[index]
        let value = term.measure.value(facts, simulation)
        batch.rewardTerms[lane * terms.count + index] = term.weight * value
        sum += term.weight * value
      }
      batch.rewards[lane] = sum
      return sum.isFinite
    }

    /// Writes the observation; false, with the batch's observation unchanged, when a number of
    /// the state is not finite.
    ///
    /// - Parameters:
    ///   - lane: whose.
    ///   - batch: where it goes.
    ///   - fills: whether kept readings become what is read now, as at a start.
    ///   - stream: of the sensors' noise.
    /// - Returns: whether the state is finite.
    @discardableResult
    func observe(
      _ lane: Int, into batch: inout LaneBatch, fills: Bool, using stream: inout RandomStream
    ) -> Bool {
      let simulation = simulations[lane]
      guard simulation.hasFiniteState else { return false }
      var (output, kept) = (lane * observationSize, lane * sensedCount)
      for (part, slot) in zip(parts, memory.slots) {
        let count = part.slice.count
        if part.isCommand || part.noise != .none {
          sample(part, lane, into: &batch, at: output, using: &stream)
        } else {
          part.slice.copy(
            from: simulation, clippedTo: part.bound, into: &batch.observations, at: output)
        }
        if let slot {
          memory.add(batch.observations, from: output, lane: lane, slot: slot, fills: fills)
          show(part, slot, lane, at: output, in: &batch)
        } else if !part.slice.isState {
          for index in 0..<count { sensed[kept + index] = batch.observations[output + index] }
          kept += count
        }
        output += part.size
      }
      return true
    }

    /// Reads a sensor that is noisy, or the last command.
    private func sample(
      _ part: ObservationPart, _ lane: Int, into batch: inout LaneBatch, at output: Int,
      using stream: inout RandomStream
    ) {
      for index in 0..<part.slice.count {
        var value =
          part.isCommand ? command(lane, index) : part.slice.value(index, in: simulations[lane])
        if part.noise != .none { value += part.noise.draw(using: &stream) }
        batch.observations[output + index] = min(max(value, -part.bound), part.bound)
      }
    }

    /// Writes the kept readings that the policy sees.
    func show(
      _ part: ObservationPart, _ slot: RobotMemory.Slot, _ lane: Int, at output: Int,
      in batch: inout LaneBatch
    ) {
      let first = lane * memory.readingCount + slot.start + part.delay * slot.count
      for index in 0..<part.size {
        batch.observations[output + index] = memory.readings[first + index]
      }
    }

    private func diverge(_ lane: Int, into batch: inout LaneBatch) {
      simulations[lane].reset()
      _ = simulations[lane].forward()
      memory.forgetCommands(lane)
      batch.rewards[lane] = 0
      for index in 0..<terms.count { batch.rewardTerms[lane * terms.count + index] = 0 }
    }
  }
#endif
