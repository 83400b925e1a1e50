#if MuJoCo
  import DenseMath
  import MetaLearning
  import Testing

  @testable import Environments

  @Suite struct RobotRewardTests {
    @Test func `the control cost is that of the clipped control`() throws {
      var robot = try RobotFixture("half-cheetah-velocity@promp")
      robot.batch.actions = [10, -25, 5, 0, 0, 1]
      robot.lanes.step(&robot.batch)
      #expect(robot.lanes.state(ofLane: 0)["ctrl"] == [1, -1, 0.5, 0, 0, 0.1])
      #expect(abs(robot.batch.rewardTerms[1] + 0.05 * (1 + 1 + 0.25 + 0.01)) < 1e-15)
    }

    @Test func `ant-velocity pays what its row says`() throws {
      var robot = try RobotFixture("ant-velocity", task: TaskParameters("velocity", 1.5))
      for index in 0..<30 {
        let x = robot.state("qpos", 0)
        robot.step(index)
        let velocity = (robot.state("qpos", 0) - x) / 0.05
        let control = robot.lanes.state(ofLane: 0)["ctrl"] ?? []
        let forces = robot.lanes.simulations[0].values(.contactForces)
        let contact = forces.map { min(max($0, -1), 1) * min(max($0, -1), 1) }.reduce(0, +)
        let expected =
          1 - abs(velocity - 1.5) - 0.005 * control.map { $0 * $0 }.reduce(0, +)
          - 0.5e-3 * contact + 0.05
        #expect(abs(robot.batch.rewards[0] - expected) < 1e-12)
      }
    }

    @Test func `ant-goal pays 4 less the L1 distance to the goal`() throws {
      var robot = try RobotFixture("ant-goal", task: TaskParameters("goal", 2, -1))
      robot.step(0)
      let distance = abs(robot.state("qpos", 0) - 2) + abs(robot.state("qpos", 1) + 1)
      #expect(robot.family.rewardTermNames == ["bonus", "distance", "control", "contact", "alive"])
      #expect(robot.batch.rewardTerms[0] == 4)
      #expect(robot.batch.rewardTerms[1] == -distance)
      #expect(robot.batch.rewardTerms[4] == 0.05)
      var promp = try RobotFixture("ant-goal@promp", task: TaskParameters("goal", 2, -1))
      #expect(promp.family.rewardTermNames == ["distance", "control", "contact"])
      promp.batch.actions = [1, 0, 0, 0, 0, 0, 0, 1]
      promp.lanes.step(&promp.batch)
      #expect(promp.batch.rewardTerms[1] == -0.1 * 2)
    }

    @Test func `finn2017 rewards and observes the centre of mass after the step`() throws {
      var robot = try RobotFixture(
        "half-cheetah-direction@finn2017", task: TaskParameters("direction", -1))
      #expect(robot.lanes.settings.stepDuration == 0.01)
      for index in 0..<50 {
        let before = robot.batch.observations[17]
        robot.step(index)
        let after = robot.batch.observations[17]
        // The velocity after the step against the mean over it: they differ by O(step).
        #expect(abs(-robot.batch.rewardTerms[0] - (after - before) / 0.01) < 0.05)
        let restored = try RobotFixture("half-cheetah-direction@finn2017")
        let state = robot.lanes.state(ofLane: 0)
        let bare = LaneState(state.entries.filter { $0.name == "qpos" || $0.name == "qvel" })
        var batch = restored.batch
        try restored.lanes.setState(bare, ofLane: 0, batch: &batch)
        #expect(batch.observations == robot.batch.observations)
      }
    }

    @Test(
      arguments: [
        ("ant-velocity", 2, [0.2, 1.0], [0.1999, 1.0001]),
        ("walker2d-velocity", 1, [0.8001, 1.9999], [0.8, 2.0]),
        ("walker2d-velocity", 2, [-0.9999, 0.9999], [-1, 1]),
        ("hopper-dynamics", 1, [0.7001, 5], [0.7]),
        ("hopper-dynamics", 2, [-0.1999, 0.1999], [-0.2, 0.2]),
      ])
    func `episodes end where the row says`(
      name: String, index: Int, inside: [Double], outside: [Double]
    ) throws {
      let robot = try RobotFixture(name)
      let conditions = robot.lanes.settings.ends.compactMap(\.bounds).filter { $0.index == index }
      #expect(conditions.count == 1)
      for value in inside { #expect(conditions.allSatisfy { !$0.ends(at: value) }) }
      for value in outside { #expect(conditions.allSatisfy { $0.ends(at: value) }) }
    }

    @Test func `a fallen walker terminates and can be stepped on`() throws {
      var robot = try RobotFixture("walker2d-velocity")
      var position = robot.lanes.state(ofLane: 0)["qpos"] ?? []
      position[2] = 1.2
      try robot.lanes.setState(
        LaneState([.init(name: "qpos", values: position)]), ofLane: 0, batch: &robot.batch)
      robot.step(0)
      #expect(robot.batch.terminated == [true] && robot.batch.diverged == [false])
      let before = robot.state("qpos", 0)
      robot.step(1)
      #expect(robot.state("qpos", 0) != before)
    }

    @Test(
      arguments: ["walker2d-velocity", "walker2d-dynamics", "hopper-dynamics"],
      [("", 0.0), ("@gymnasium-v4", 1.0)])
    func `the step on which a robot falls pays the bonus in v4 and not in v5`(
      name: String, preset: (name: String, bonus: Double)
    ) throws {
      var robot = try RobotFixture(name + preset.name)
      #expect(robot.family.rewardTermNames[0] == "bonus")
      robot.step(0)
      #expect(robot.batch.terminated == [false] && robot.batch.rewardTerms[0] == 1)
      var position = robot.lanes.state(ofLane: 0)["qpos"] ?? []
      position[2] = 1.2
      try robot.lanes.setState(
        LaneState([.init(name: "qpos", values: position)]), ofLane: 0, batch: &robot.batch)
      robot.step(1)
      #expect(robot.batch.terminated == [true] && robot.batch.diverged == [false])
      #expect(robot.batch.rewardTerms[0] == preset.bonus)
      #expect(robot.batch.rewards[0] == robot.batch.rewardTerms.reduce(0, +))
    }

    @Test(arguments: [("qpos", 2...5), ("qvel", 0...5)])
    func `a hopper also ends when a number of its state leaves ±100`(
      vector: String, indices: ClosedRange<Int>
    ) throws {
      let settings = try RobotFixture("hopper-dynamics").lanes.settings
      let simulation = try MuJoCoSimulation(MuJoCoTaskModel(settings.model))
      let kind = vector == "qpos" ? MuJoCoVector.position : .velocity
      // Without the condition on the angle, which is stricter.
      let bounds = settings.ends.filter { $0.name != "angle" }.compactMap(\.bounds)
      for index in indices {
        let kept = simulation.value(kind, index)
        for (value, ends) in [(99.99, false), (-99.99, false), (100, true), (-100, true)] {
          simulation.set(kind, index, to: value)
          #expect(bounds.contains { $0.ends(in: simulation) } == ends, "\(vector)[\(index)]")
        }
        simulation.set(kind, index, to: kept)
      }
      #expect(!bounds.contains { $0.ends(in: simulation) })
    }

    @Test(arguments: ["half-cheetah-velocity", "swimmer-velocity"])
    func `families that never end have no conditions`(name: String) throws {
      #expect(try RobotFixture(name).lanes.settings.ends.isEmpty)
    }
  }
#endif
