#if MuJoCo
  import DenseMath
  import MetaLearning
  import Testing

  @testable import Environments

  @Suite struct RobotFamilyTests {
    @Test(arguments: RobotFixture.observationSizes)
    func `every family and preset has the size of its definition`(name: String, size: Int) throws {
      var robot = try RobotFixture(name, laneCount: 2)
      #expect(robot.family.observationSize == size)
      #expect(robot.batch.observations.count == 2 * size)
      robot.step(0)
      #expect(robot.batch.observations.allSatisfy { $0.isFinite })
      #expect(robot.batch.diverged == [false, false])
    }

    @Test(arguments: RobotFixture.names)
    func `the reward is the sum of its terms, in order`(name: String) throws {
      var robot = try RobotFixture(name, laneCount: 2)
      let count = robot.family.rewardTermNames.count
      for index in 0..<20 {
        robot.step(index)
        for lane in 0..<2 {
          let terms = robot.batch.rewardTerms[lane * count..<(lane + 1) * count]
          #expect(robot.batch.rewards[lane] == terms.reduce(0, +))
          #expect(robot.batch.rewards[lane] != 0)
        }
      }
    }

    @Test(arguments: RobotFixture.names)
    func `a restored lane goes on to the same bits`(name: String) throws {
      var first = try RobotFixture(name)
      for index in 0..<15 { first.step(index) }
      let state = first.lanes.state(ofLane: 0)
      var second = try RobotFixture(name, seed: 3)
      second.reset(seed: 99)
      second.step(7)
      try second.lanes.setState(state, ofLane: 0, batch: &second.batch)
      #expect(second.batch.observations == first.batch.observations)
      #expect(second.lanes.state(ofLane: 0) == state)
      for index in 15..<30 {
        first.step(index)
        second.step(index)
        #expect(second.batch.observations == first.batch.observations)
        #expect(second.batch.rewardTerms == first.batch.rewardTerms)
        #expect(second.batch.terminated == first.batch.terminated)
      }
      #expect(second.lanes.state(ofLane: 0) == first.lanes.state(ofLane: 0))
    }

    @Test(arguments: ["half-cheetah-velocity", "ant-heading", "hopper-dynamics"], 1...5)
    func `every frame skip keeps the velocity identity`(name: String, frameSkip: Int) throws {
      let text = try RobotFixture.text(
        of: name, replacing: "frame_skip: \(name.hasPrefix("hopper") ? 4 : 5)",
        with: "frame_skip: \(frameSkip)")
      var robot = try RobotFixture(RobotFixture.family(text))
      let duration = robot.lanes.settings.stepDuration
      let timestep = name.hasPrefix("hopper") ? 0.002 : 0.01
      #expect(abs(duration - Double(frameSkip) * timestep) < 1e-15)
      let task = robot.family.task(split: .train, index: 0, seed: 3)
      for index in 0..<10 {
        let (x, y) = (robot.state("qpos", 0), robot.state("qpos", 1))
        robot.step(index)
        let velocity = (robot.state("qpos", 0) - x) / duration
        let lateral = (robot.state("qpos", 1) - y) / duration
        let term = robot.batch.rewardTerms[name.hasPrefix("hopper") ? 1 : 0]
        switch name {
        case "half-cheetah-velocity":
          #expect(term == -abs(velocity - (task["velocity"]?[0] ?? .nan)))
        case "ant-heading":
          let direction = task["direction"] ?? []
          #expect(term == direction[0] * velocity + direction[1] * lateral)
        default:
          #expect(term == velocity)
        }
      }
    }

    @Test func `lanes do not influence each other`() throws {
      var alone = try RobotFixture("ant-velocity", laneCount: 1)
      var among = try RobotFixture("ant-velocity", laneCount: 3)
      for index in 0..<10 {
        alone.step(index)
        among.step(index)
        let width = among.batch.actionWidth
        for lane in 0..<3 {
          #expect(among.batch.actions[lane * width] != alone.batch.actions[0] || lane == 0)
        }
      }
      #expect(alone.lanes.state(ofLane: 0) == among.lanes.state(ofLane: 0))
    }

    @Test func `lanes that are not active stay as they are`() throws {
      var robot = try RobotFixture("half-cheetah-velocity", laneCount: 2)
      robot.batch.active = [false, true]
      let (state, observations) = (robot.lanes.state(ofLane: 0), robot.batch.observations)
      robot.step(0)
      #expect(robot.lanes.state(ofLane: 0) == state)
      #expect(robot.batch.observations[..<17] == observations[..<17])
      #expect(robot.batch.observations[17...] != observations[17...])
    }
  }
#endif
