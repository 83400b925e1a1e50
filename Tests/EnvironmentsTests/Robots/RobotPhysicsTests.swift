#if MuJoCo
  import DenseMath
  import MetaLearning
  import Testing

  @testable import Environments

  @Suite struct RobotPhysicsTests {
    @Test(
      .needsMuJoCo222,
      arguments: [
        ("half-cheetah", "half-cheetah-velocity"), ("ant", "ant-velocity"),
        ("hopper", "hopper-dynamics"), ("walker2d", "walker2d-velocity"),
        ("swimmer", "swimmer-velocity"),
      ])
    func `a family follows the trace of its robot`(robot: String, name: String) throws {
      let trace = try ParityTrace.load(robot)
      let ones = ["mass_scale", "damping_scale", "friction_scale"].map {
        TaskParameters.Entry(name: $0, values: [1])
      }
      var lanes = try RobotFixture(
        name, task: name.hasSuffix("dynamics") ? TaskParameters(ones) : nil)
      try lanes.lanes.setState(trace.startState, ofLane: 0, batch: &lanes.batch)
      for (step, action) in trace.actions.enumerated() {
        lanes.batch.actions = action
        lanes.lanes.step(&lanes.batch)
        let state = lanes.lanes.state(ofLane: 0)
        let worst =
          zip(
            (state["qpos"] ?? []) + (state["qvel"] ?? []),
            trace.qpos[step + 1] + trace.qvel[step + 1]
          )
          .map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 1e-9, "step \(step + 1)")
        guard let forces = trace.externalContactForces?[step + 1] else { continue }
        let contact = forces.map { min(max($0, -1), 1) }.map { $0 * $0 }.reduce(0, +)
        #expect(abs(lanes.batch.rewardTerms[3] + 0.5e-3 * contact) < 1e-9)
      }
    }

    @Test(.needsMuJoCo222) func `the torso position that pytorch-maml-rl observes is the trace's`()
      throws
    {
      let trace = try ParityTrace.load("half-cheetah")
      var robot = try RobotFixture("half-cheetah-velocity@pytorch-maml-rl")
      try robot.lanes.setState(trace.startState, ofLane: 0, batch: &robot.batch)
      for (step, action) in trace.actions.enumerated() {
        robot.batch.actions = action.map { $0 * 10 }
        robot.lanes.step(&robot.batch)
        let worst =
          zip(robot.batch.observations[17...], trace.torsoPosition[step + 1])
          .map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 1e-9)
      }
    }

    @Test(arguments: ["half-cheetah-dynamics", "walker2d-dynamics", "hopper-dynamics"])
    func `a dynamics task changes what happens and leaves the shared model`(name: String) throws {
      var heavy = try RobotFixture(
        name,
        task: TaskParameters(
          ["mass_scale", "damping_scale", "friction_scale"].map {
            TaskParameters.Entry(name: $0, values: [2])
          }))
      let shared = heavy.lanes.settings.model.pointer
      let mass = shared.pointee.body_mass[1]
      let plain = TaskParameters(
        ["mass_scale", "damping_scale", "friction_scale"].map {
          TaskParameters.Entry(name: $0, values: [1])
        })
      var before = try RobotFixture(heavy.family, task: plain)
      before.step(0)
      heavy.step(0)
      var after = try RobotFixture(heavy.family, task: plain)
      after.step(0)
      #expect(heavy.batch.observations != before.batch.observations)
      #expect(after.batch.observations == before.batch.observations)
      #expect(shared.pointee.body_mass[1] == mass)
      #expect(heavy.lanes.simulations[0].model.pointer.pointee.body_mass[1] == 2 * mass)
      #expect(after.lanes.simulations[0].model.pointer == shared)
    }

    @Test(arguments: RobotFixture.names)
    func `a divergence ends the episode and poisons nothing`(name: String) throws {
      var robot = try RobotFixture(name, laneCount: 2)
      robot.step(0)
      let velocities = robot.lanes.settings.model.velocityCount
      robot.lanes.simulations[0].set(.velocity, velocities - 1, to: 1e200)
      let kept = robot.batch.observations[..<robot.batch.observationSize]
      robot.step(1)
      #expect(robot.batch.diverged == [true, false])
      #expect(robot.batch.terminated[0])
      #expect(robot.batch.rewards[0] == 0)
      let terms = robot.batch.rewardTermCount
      #expect(robot.batch.rewardTerms[..<terms].allSatisfy { $0 == 0 })
      #expect(robot.batch.observations[..<robot.batch.observationSize] == kept)
      #expect(robot.batch.rewards[1] != 0)
      let state = robot.lanes.state(ofLane: 0)
      #expect(state.entries.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
      robot.reset(seed: 5)
      #expect(robot.batch.diverged == [false, false] && robot.batch.terminated == [false, false])
      robot.step(2)
      #expect(robot.batch.diverged == [false, false])
    }

    @Test(arguments: [Double.nan, .infinity])
    func `an action that is not finite is a divergence`(action: Double) throws {
      var robot = try RobotFixture("half-cheetah-velocity", laneCount: 2)
      robot.batch.actions[2] = action
      robot.lanes.step(&robot.batch)
      #expect(robot.batch.diverged == [true, false])
      #expect(robot.batch.observations.allSatisfy { $0.isFinite })
      #expect(robot.batch.rewards.allSatisfy { $0.isFinite })
    }

    @Test func `finn2017's ant has its own time step and contacts`() throws {
      let finn = try RobotFixture("ant-velocity@finn2017").lanes.settings.model
      let plain = try RobotFixture("ant-velocity").lanes.settings.model
      #expect(finn.timestep == 0.02 && plain.timestep == 0.01)
      #expect(finn.pointer.pointee.geom_solimp[0] == 0.8)
      #expect(plain.pointer.pointee.geom_solimp[0] == 0.9)
      #expect(finn.pointer.pointee.geom_solimp[2] == 0.01)
    }

    @Test func `reset noise has the family's size`() throws {
      var robot = try RobotFixture("half-cheetah-velocity@finn2017", laneCount: 400)
      robot.reset(seed: 8)
      let positions = (0..<400).map { robot.state("qpos", 3, lane: $0) }
      let velocities = (0..<400).map { robot.state("qvel", 3, lane: $0) }
      let deviation = { (values: [Double]) in
        (values.map { $0 * $0 }.reduce(0, +) / Double(values.count)).squareRoot()
      }
      #expect(abs(deviation(positions) - 0.01) < 0.002)
      #expect(abs(deviation(velocities) - 0.1) < 0.02)
      let plain = try RobotFixture("half-cheetah-velocity", laneCount: 400)
      let uniform = (0..<400).map { plain.state("qpos", 3, lane: $0) }
      #expect(uniform.allSatisfy { abs($0) <= 0.1 })
      #expect(abs(deviation(uniform) - 0.1 / 3.0.squareRoot()) < 0.01)
    }
  }
#endif
