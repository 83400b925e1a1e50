#if MuJoCo
  import DenseMath
  import MetaLearning
  import Testing

  @testable import Environments

  /// What every engine promises beside its numbers.
  @Suite(.needsMuJoCo222) struct LaneEngineTests {
    /// What is asked of traces; differences of rounding grow along them.
    static let traceTolerance = 1e-6

    @Test(arguments: ParityTrace.robots)
    func `every entry of the parity trace is followed`(robot: String) throws {
      let trace = try ParityTrace.load(robot)
      let model = try MuJoCoTaskModel(MuJoCoModel(path: PackageFiles.model(robot)))
      let physics = try LanePhysics(model)
      let simulation = try MuJoCoSimulation(model)
      let torso = try #require(model.shared.index(of: .body, named: "torso"))
      try simulation.setState(trace.startState)
      var broken = [false]
      for step in 1...trace.actions.count {
        for (index, value) in trace.actions[step - 1].enumerated() {
          simulation.set(.control, index, to: value)
        }
        physics.step(
          [simulation], where: [true], count: trace.frameSkip, results: [.poses, .contactForces],
          hasDiverged: &broken)
        #expect(
          worst(simulation.values(.position), trace.qpos[step]) <= Self.traceTolerance,
          "step \(step)")
        #expect(
          worst(simulation.values(.velocity), trace.qvel[step]) <= Self.traceTolerance,
          "step \(step)")
        let place = Array(simulation.values(.bodyPosition)[3 * torso..<3 * torso + 3])
        #expect(worst(place, trace.torsoPosition[step]) <= Self.traceTolerance, "step \(step)")
        guard let forces = trace.externalContactForces else { continue }
        #expect(
          worst(simulation.values(.contactForces), forces[step]) <= Self.traceTolerance,
          "step \(step)")
      }
      #expect(!broken[0])
    }

    @Test(
      arguments: RobotFixture.names.filter { !$0.contains("@") && !$0.hasPrefix("arm-") } + [
        "half-cheetah-velocity@finn2017", "half-cheetah-direction@pytorch-maml-rl",
        "ant-velocity@finn2017", "ant-goal@promp",
      ])
    func `every robot family keeps the contract on lanes`(name: String) throws {
      for outcome in EnvironmentContract(try Self.family(name)).run() {
        #expect(outcome.passed, "\(outcome.name): \(outcome.failure ?? "")")
      }
    }

    @Test(arguments: ["half-cheetah-velocity", "ant-velocity@finn2017", "walker2d-velocity"])
    func `an episode has the same bits among 13 and alone`(name: String) throws {
      let family = try Self.family(name)
      var together = try RobotFixture(family, laneCount: 13)
      for step in 0..<30 { together.step(step) }
      for lane in [0, 5, 8, 12] {
        var alone = try RobotFixture(family, laneCount: 1)
        var streams = [RandomStream(key: RandomKey(seed: 3, purpose: .reset), episode: lane)]
        alone.lanes.reset(&alone.batch, streams: &streams)
        var other = try RobotFixture(family, laneCount: 13)
        for step in 0..<30 {
          other.step(step)
          let width = alone.batch.actionWidth
          alone.batch.actions = Array(
            other.batch.actions[lane * width..<(lane + 1) * width])
          alone.lanes.step(&alone.batch)
          guard !other.batch.terminated[lane] else { break }
          #expect(
            Self.bits(alone.lanes.state(ofLane: 0)) == Self.bits(other.lanes.state(ofLane: lane)))
          let size = alone.batch.observationSize
          #expect(
            alone.batch.observations.map(\.bitPattern)
              == other.batch.observations[lane * size..<(lane + 1) * size].map(\.bitPattern))
        }
      }
    }

    @Test(arguments: ["half-cheetah-velocity", "ant-velocity"])
    func `lanes that diverge leave their neighbours alone`(name: String) throws {
      let family = try Self.family(name)
      var sound = try RobotFixture(family, laneCount: 8)
      var broken = try RobotFixture(family, laneCount: 8)
      // Beyond what a velocity may be, and an action that is no number.
      try broken.lanes.setState(
        LaneState([
          LaneState.Entry(
            name: "qvel",
            values: broken.lanes.simulations[2].values(.velocity).map { _ in 9e9 })
        ]), ofLane: 2, batch: &broken.batch)
      for fixture in [sound, broken] { #expect(fixture.batch.active.allSatisfy { $0 }) }
      let width = sound.batch.actionWidth
      sound.batch.actions = (0..<8 * width).map { Double($0 % 5) / 4 - 0.5 }
      broken.batch.actions = sound.batch.actions
      broken.batch.actions[5 * width] = .nan
      sound.lanes.step(&sound.batch)
      broken.lanes.step(&broken.batch)
      #expect(broken.batch.diverged == [false, false, true, false, false, true, false, false])
      #expect(!sound.batch.diverged.contains(true))
      for lane in [0, 1, 3, 4, 6, 7] {
        #expect(
          Self.bits(sound.lanes.state(ofLane: lane))
            == Self.bits(broken.lanes.state(ofLane: lane)))
      }
      for lane in [2, 5] {
        #expect(
          broken.lanes.state(ofLane: lane).entries.allSatisfy { $0.values.allSatisfy(\.isFinite) })
        #expect(broken.batch.rewards[lane] == 0)
      }
    }

    @Test func `lanes that rest are not written`() throws {
      var fixture = try RobotFixture(try Self.family("half-cheetah-velocity"), laneCount: 10)
      let before = Self.bits(fixture.lanes.state(ofLane: 9))
      fixture.batch.active = (0..<10).map { $0 % 2 == 0 }
      fixture.step(0)
      #expect(Self.bits(fixture.lanes.state(ofLane: 9)) == before)
      #expect(fixture.state("time", 0, lane: 8) > 0)
      #expect(fixture.state("time", 0, lane: 9) == 0)
    }

    @Test func `angles of many turns are reduced`() throws {
      let model = try MuJoCoTaskModel(MuJoCoModel(path: PackageFiles.model("swimmer")))
      let physics = try LanePhysics(model)
      for angle in [1e3, -12_345.678, 999_999.5, 1_000_001, -4e8] {
        let simulations = try (0..<2).map { _ in try MuJoCoSimulation(model) }
        for simulation in simulations {
          simulation.set(.position, 2, to: angle)
          simulation.set(.velocity, 0, to: 0.5)
        }
        var broken = [false]
        physics.step(
          [simulations[0]], where: [true], count: 1, results: .currentPoses,
          hasDiverged: &broken)
        #expect(simulations[1].step(count: 1) && simulations[1].computeKinematics())
        for vector in [MuJoCoVector.bodyRotation, .subtreeCentre, .subtreeVelocity] {
          #expect(
            worst(simulations[0].values(vector), simulations[1].values(vector)) <= 1e-12,
            "\(vector) at \(angle)")
        }
      }
    }

    private static func family(_ name: String) throws -> DefinedTaskFamily {
      try FamilyCatalog(folders: [RobotFixture.folder], physics: .lanes).family(named: name)
    }

    /// Every number's bits.
    private static func bits(_ state: LaneState) -> [UInt64] {
      state.entries.flatMap { $0.values.map(\.bitPattern) }
    }

    /// The greatest difference between two vectors, infinite when their sizes differ.
    private func worst(_ values: [Double], _ expected: [Double]) -> Double {
      guard values.count == expected.count else { return .infinity }
      return zip(values, expected).map { $0.isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
    }
  }
#endif
