import Environments
import MetaLearning
import Testing

@Suite struct PointMassTests {
  @Test func `a push changes the velocity by force over mass, friction slows`() throws {
    var lane = try SingleLane(builtIn("point-mass"), [("goal", [1, 0]), ("mass", [2])])
    #expect(lane.batch.observations == [0, 0, 0, 0])
    // v = 0.1 · (1, −0.5) / 2 = (0.05, −0.025); p = 0.1 v.
    lane.step([1, -0.5])
    #expect(isClose(lane.batch.observations, [0.005, -0.0025, 0.05, -0.025]))
    let distance = (0.995 * 0.995 + 0.0025 * 0.0025).squareRoot()
    #expect(isClose(lane.batch.rewardTerms, [-distance, -0.0125]))
    #expect(lane.batch.rewards[0] == lane.batch.rewardTerms[0] + lane.batch.rewardTerms[1])
    // Coasting: v = 0.9 (0.05, −0.025).
    lane.step([0, 0])
    #expect(isClose(lane.batch.observations, [0.0095, -0.00475, 0.045, -0.0225]))
  }

  @Test func `the force is clipped, its cost is not`() throws {
    var lane = try SingleLane(builtIn("point-mass"), [("mass", [0.5]), ("goal", [0, 0])])
    lane.step([3, 0])
    #expect(isClose(lane.batch.observations, [0.02, 0, 0.2, 0]))
    #expect(isClose(lane.batch.rewardTerms, [-0.02, -0.09]))
    #expect(!lane.batch.terminated[0])
  }

  @Test func `a cost beyond all numbers diverges`() throws {
    var lane = try SingleLane(builtIn("point-mass"), [("mass", [1]), ("goal", [0, 0])])
    #expect(lane.step([1e200, 0]) == 0)
    #expect(lane.batch.diverged[0] && lane.batch.terminated[0])
  }

  @Test func `the state has position and velocity`() throws {
    var lane = try SingleLane(builtIn("point-mass"), [("mass", [1]), ("goal", [0, 0])])
    try lane.place([("velocity", [1, 2])])
    #expect(lane.batch.observations == [0, 0, 1, 2])
    #expect(lane.lanes.state(ofLane: 0).entries.map(\.name) == ["position", "velocity"])
  }

  @Test func `momentum is kept, and nearness pays within two metres`() throws {
    var lane = try SingleLane(builtIn("point-mass-momentum"), [("goal", [2, 2])])
    try lane.place([("position", [1, 2]), ("velocity", [0.2, 0])])
    // v = (0.3, 0), p = (1.3, 2).
    #expect(isClose(lane.step([0.7, 0]), 2 - 0.7))
    #expect(isClose(lane.batch.observations, [1.3, 2, 0.3, 0]))
    #expect(isClose(lane.step([0, 0]), 2 - 0.4))
    try lane.place([("position", [-2, 2]), ("velocity", [0, 0])])
    #expect(lane.step([0, 0]) == 0)
  }

  @Test func `momentum episodes start slowly and near the middle`() throws {
    for seed in 0..<100 {
      let lane = try SingleLane(
        builtIn("point-mass-momentum"), [("goal", [2, 2])], seed: UInt64(seed))
      let start = lane.batch.observations
      #expect(start[..<2].allSatisfy { abs($0) <= 0.2 })
      #expect(start[2...].allSatisfy { abs($0) <= 0.1 && $0 != 0 })
    }
  }
}
