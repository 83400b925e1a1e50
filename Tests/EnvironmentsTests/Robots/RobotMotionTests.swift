#if MuJoCo
  import MetaLearning
  import Testing

  @testable import Environments

  @Suite struct RobotMotionTests {
    @Test(
      arguments: [
        "half-cheetah-velocity", "half-cheetah-velocity@finn2017", "half-cheetah-direction",
        "swimmer-velocity", "walker2d-velocity", "ant-heading", "ant-direction@finn2017",
      ])
    func `the measured velocity is the rewarded one`(name: String) throws {
      var fixture = try RobotFixture(name)
      let task = fixture.family.task(split: .train, index: 0, seed: 3)
      let motion = try #require(try RobotMotion(fixture.family, task: task))
      let term = try #require(fixture.family.rewardTermNames.firstIndex(of: "velocity"))
      var start = try measure(fixture, motion, start: nil).place
      for step in 0..<20 {
        fixture.step(step)
        let now = try measure(fixture, motion, start: start)
        let velocity = try #require(now.velocity)
        let expected =
          switch motion.command {
          case .velocity(let target): -abs(velocity.x - target)
          case .along(let direction): (velocity * direction).sum()
          case .place, .nothing: Double.nan
          }
        #expect(abs(fixture.batch.rewardTerms[term] - expected) < 1e-9, "step \(step)")
        start = now.place
      }
    }

    @Test func `a place to reach is the task's goal`() throws {
      let family = try FamilyCatalog(folders: [RobotFixture.folder]).family(named: "ant-goal")
      let motion = try RobotMotion(family, task: TaskParameters("goal", 1, -2))
      #expect(motion?.command == .place([1, -2]))
    }

    @Test func `a broken state and a point mass have no motion`() throws {
      let catalog = FamilyCatalog(folders: [RobotFixture.folder])
      let hopper = try catalog.family(named: "hopper-dynamics")
      let task = hopper.task(split: .train, index: 0, seed: 1)
      let motion = try #require(try RobotMotion(hopper, task: task))
      let rest = [Double](repeating: 0, count: 6)
      #expect(motion.measure(position: rest, velocity: rest, start: nil) != nil)
      #expect(motion.measure(position: [1], velocity: rest, start: nil) == nil)
      #expect(
        motion.measure(position: [.nan, 0, 0, 0, 0, 0], velocity: rest, start: nil) == nil)
      let point = try catalog.family(named: "navigation-2d")
      #expect(
        try RobotMotion(point, task: point.task(split: .train, index: 0, seed: 1)) == nil)
    }

    private func measure(
      _ fixture: RobotFixture, _ motion: RobotMotion, start: SIMD2<Double>?
    ) throws -> (place: SIMD2<Double>, velocity: SIMD2<Double>?) {
      let state = fixture.lanes.state(ofLane: 0)
      return try #require(
        motion.measure(
          position: state["qpos"] ?? [], velocity: state["qvel"] ?? [], start: start))
    }
  }
#endif
