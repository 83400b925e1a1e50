#if MuJoCo
  import Testing

  @testable import Environments

  /// One control step of the lane engine from states that episodes visit, held to MuJoCo's.
  @Suite struct LaneComparisonTests {
    @Test(
      .needsMuJoCo222,
      arguments: [
        "half-cheetah-velocity", "half-cheetah-dynamics", "ant-velocity", "ant-velocity@finn2017",
        "walker2d-dynamics", "hopper-dynamics", "swimmer-velocity",
      ], 1...5)
    func `lanes step as MuJoCo does, run to convergence`(name: String, frameSkip: Int) throws {
      let comparison = try PhysicsComparison(
        builtIn(name), states: 480, seed: UInt64(frameSkip), frameSkip: frameSkip)
      #expect(comparison.states >= 480)
      #expect(comparison.disagreements == 0)
      for row in comparison.rows {
        #expect(row.passed, "\(row.quantity): \(row.lanes), beyond its own \(row.excess)")
      }
      // States in which nothing happens would say little; the swimmer touches nothing.
      #expect(name.hasPrefix("swimmer") || comparison.withLimit > 0)
      #expect(name.hasPrefix("swimmer") || comparison.withContact > 0)
    }

    @Test(.needsMuJoCo222)
    func `bodies of a robot that touch each other are stepped as well`() throws {
      // The hopper without its ends falls and folds.
      let text = try RobotFixture.text(of: "hopper-dynamics")
        .replacing(#/  ends:\n(    .*\n)+/#, with: "")
      let comparison = try PhysicsComparison(RobotFixture.family(text), states: 3200)
      #expect(comparison.withSelfContact > 100)
      #expect(comparison.passed, "\(comparison.rows)")
    }

    @Test(.needsMuJoCo222, arguments: ["Euler", "RK4"])
    func `parameters that no built-in robot has are followed`(integrator: String) throws {
      let family = try LaneModels.family(
        LaneModels.odd.replacing("integrator=\"Euler\"", with: "integrator=\"\(integrator)\""))
      let comparison = try PhysicsComparison(family, states: 1600)
      #expect(comparison.withContact > 800)
      #expect(comparison.withSelfContact > 10)
      #expect(comparison.passed, "\(comparison.rows)")
    }

    @Test func `a difference beyond the limit is no pass, nor is one that is no number`() {
      func row(_ lanes: [Double], _ excess: Double = 0) -> PhysicsComparison.Row {
        PhysicsComparison.Row(
          quantity: "q", lanes: .init(lanes), ownTolerance: .init([0]), excess: excess, limit: 1e-7)
      }
      #expect(row([0, 1e-8]).passed)
      #expect(!row([0, 2e-7]).passed)
      #expect(!row([0, .nan]).passed)
      #expect(!row([0], 1e-6).passed)
      #expect(row([1, 2, 3, 4]).lanes.median == 3)
      #expect(
        !PhysicsComparison.Row(
          quantity: "q", lanes: .init([0]), ownTolerance: .init([0]), excess: .nan, limit: 1
        ).passed)
    }
  }
#endif
