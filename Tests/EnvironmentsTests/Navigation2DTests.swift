import Environments
import MetaLearning
import Testing

@Suite struct Navigation2DTests {
  @Test func `a step moves by the clipped action and pays the distance after it`() throws {
    var lane = try SingleLane(builtIn("navigation-2d"), [("goal", [0.3, -0.4])])
    #expect(lane.batch.observations == [0, 0])
    // A tenth of a metre for each unit: (0.05, −0.1), and 0.25² + 0.3² = 0.1525.
    #expect(isClose(lane.step([0.5, -7]), -0.1525.squareRoot()))
    #expect(lane.batch.observations == [0.05, -0.1])
    #expect(lane.batch.rewardTerms == lane.batch.rewards)
    #expect(!lane.batch.terminated[0] && !lane.batch.diverged[0])
  }

  @Test func `the episode ends strictly within a hundredth on both axes`() throws {
    var lane = try SingleLane(builtIn("navigation-2d"), [("goal", [0, 0])])
    lane.step([0.09, 0.2])
    #expect(!lane.batch.terminated[0])
    lane.step([0, -0.15])
    #expect(lane.batch.terminated[0])
    try lane.place([("position", [0.01, 0])])
    lane.step([0, 0])
    #expect(!lane.batch.terminated[0])
  }

  @Test(arguments: ["", "@finn2017"])
  func `the action is scaled before it is clipped`(preset: String) throws {
    var lane = try SingleLane(builtIn("navigation-2d\(preset)"), [("goal", [1, 0])])
    lane.step([0.5, 30])
    #expect(isClose(lane.batch.observations, [0.05, 0.1]))
  }

  @Test func `the preset pytorch-maml-rl acts in metres`() throws {
    var lane = try SingleLane(builtIn("navigation-2d@pytorch-maml-rl"), [("goal", [1, 0])])
    lane.step([0.05, -7])
    #expect(lane.batch.observations == [0.05, -0.1])
  }

  @Test func `presets keep the numbers, and so the digests, of version 1`() throws {
    func choices(_ preset: String) throws -> [String] {
      try builtIn("navigation-2d\(preset)").canonicalDescription.split(separator: "\n")
        .map(String.init)
    }
    let finn = try choices("@finn2017")
    #expect(finn.contains("version: 1") && finn.contains("action_scale: 0.1"))
    let metres = try choices("@pytorch-maml-rl")
    #expect(metres.contains("version: 1") && metres.contains("action_scale: 1.0"))
    // The default differs from finn2017 in its version alone.
    let plain = try choices("")
    #expect(zip(plain, finn).filter { $0 != $1 }.map(\.0) == ["version: 2"])
    #expect(plain.count == finn.count)
  }

  @Test func `wind is added after clipping, the goal is fixed`() throws {
    var lane = try SingleLane(builtIn("navigation-2d-wind"), [("wind", [0.05, -0.02])])
    // (0.15, 0.08) to (0.5, 0): 0.35² + 0.08² = 0.1289.
    #expect(isClose(lane.step([3, 0.1]), -0.1289.squareRoot()))
    #expect(isClose(lane.batch.observations, [0.15, 0.08]))
  }

  @Test func `the sparse reward is silent near the start and near other corners`() throws {
    var lane = try SingleLane(builtIn("navigation-2d-sparse"), [("goal", [2, 2])])
    try lane.place([("position", [0, 0])])
    // |0.2| + |0.2| is below 0.5.
    #expect(lane.step([0.2, 0.2]) == 0)
    // (0.4, 0.2): from √(1.8² + 1.8²) to √(1.6² + 1.8²).
    #expect(isClose(lane.step([5, 0]), 6.48.squareRoot() - 5.8.squareRoot()))
    // Back to (0.3, 0.2): exactly at the radius; the progress is negative and counts.
    #expect(isClose(lane.step([-0.1, 0]), 5.8.squareRoot() - (2.89 + 3.24).squareRoot()))
    try lane.place([("position", [-0.5, 0.6])])
    #expect(lane.step([0.2, 0]) == 0, "the corner (−2, 2) is nearer")
    // On the line between two corners neither is nearer.
    try lane.place([("position", [0.1, 0.6])])
    #expect(lane.step([-0.1, 0]) != 0)
    #expect(!lane.batch.terminated[0])
  }

  @Test func `sparse episodes start within a fifth of a metre`() throws {
    var starts: [Double] = []
    for seed in 0..<200 {
      let lane = try SingleLane(
        builtIn("navigation-2d-sparse"), [("goal", [2, 2])], seed: UInt64(seed))
      starts += lane.batch.observations
    }
    #expect(starts.allSatisfy { abs($0) <= 0.2 })
    #expect((starts.max() ?? 0) > 0.18 && (starts.min() ?? 0) < -0.18)
  }

  @Test(arguments: [[Double.nan, 0], [0, .infinity], [-.infinity, .infinity]])
  func `an action that is no number ends the episode as diverged, without moving`(
    action: [Double]
  ) throws {
    var lane = try SingleLane(builtIn("navigation-2d"), [("goal", [0.3, 0])])
    lane.step([1, 0])
    #expect(lane.step(action) == 0)
    #expect(lane.batch.diverged[0] && lane.batch.terminated[0])
    #expect(lane.batch.observations == [0.1, 0])
    // The flag is of the step, not of the lane.
    lane.step([0.5, 0])
    #expect(!lane.batch.diverged[0])
  }

  @Test func `states are named and checked`() throws {
    var lane = try SingleLane(builtIn("navigation-2d"), [("goal", [0.3, 0])])
    try lane.place([("position", [0.25, -1])])
    #expect(lane.batch.observations == [0.25, -1])
    #expect(lane.lanes.state(ofLane: 0)["position"] == [0.25, -1])
    for (vectors, message) in [
      ([("positon", [0.0, 0])], "'positon' is not known; did you mean 'position'?"),
      ([("velocity", [0.0, 0])], "'velocity' is not known. Known: position: [2 numbers]"),
      ([("position", [0.0])], "'position' has 1 numbers instead of 2"),
      ([("position", [0.0, .nan])], "'position' has the value nan"),
      ([("position", [0.0, 0]), ("position", [1.0, 0])], "'position' is given twice"),
    ] {
      do {
        try lane.place(vectors)
        Issue.record("accepted: \(vectors)")
      } catch {
        #expect("\(error)".contains(message), "\(error)")
      }
    }
    #expect(lane.lanes.state(ofLane: 0)["position"] == [0.25, -1])
  }
}
