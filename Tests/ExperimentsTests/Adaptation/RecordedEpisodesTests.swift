import Environments
import MetaLearning
import Testing

@testable import Experiments
@testable import Replays

/// Episodes from elsewhere: three forms, and what is wrong with each said at its line.
@Suite struct RecordedEpisodesTests {
  private func read(_ text: String, family: String = "navigation-2d") throws -> TrajectoryBatch {
    try RecordedEpisodes.read(
      bytes: Array(text.utf8), origin: "robot", family: BuiltInFamilies.named(family))
  }

  @Test func `lines of episodes, with blank lines between them`() throws {
    let batch = try read(
      """
      {"observations": [[0, 1], [2, 3]], "actions": [[4, 5], [6, 7]], "rewards": [-1, -2]}

      {"rewards": [-3], "actions": [[8, 9]], "observations": [[1, 2]], "terminated": true}
      """)
    #expect(batch.lengths == [2, 1] && batch.terminated == [false, true])
    #expect(batch.observations == [0, 1, 2, 3, 1, 2] && batch.actions == [4, 5, 6, 7, 8, 9])
    #expect(batch.rewards == [-1, -2, -3])
  }

  @Test func `a table, its columns in any order, Windows line ends`() throws {
    let batch = try read(
      "reward,episode,action_1,action_0,observation_0,observation_1,terminated,time\r\n"
        + "-1,a,5,4,0,1,false,0.1\r\n-2,a,7,6,2,3,1,0.2\r\n-3,b,9,8,1,2,,0.1\r\n")
    #expect(batch.lengths == [2, 1] && batch.terminated == [true, false])
    #expect(batch.observations == [0, 1, 2, 3, 1, 2] && batch.actions == [4, 5, 6, 7, 8, 9])
  }

  @Test func `a recording's observations stand before its actions`() throws {
    let family = try BuiltInFamilies.named("navigation-2d")
    let script = try ReplayScript(
      text: """
        environment: navigation-2d
        rollouts:
          - {task: {goal: [0.3, -0.4]}, actions: [[1, 0], [0, 0.5]], episodes: 2}
        """, origin: "walk", folder: ".")
    let runner = ReplayRunner(
      family: family, definitionDigest: family.definitionDigest, software: "test"
    ) { request, _, _ in throw ReplayError(origin: request.path, message: "no policies") }
    var bytes: [UInt8] = []
    _ = try runner.run(script) { bytes += $0 }
    let batch = try RecordedEpisodes.read(bytes: bytes, origin: "walk", family: family)
    #expect(batch.lengths == [2, 2])
    #expect(Array(batch.actions.prefix(4)) == [1, 0, 0, 0.5])
    #expect(Array(batch.observations.prefix(4)) == [0, 0, 0.1, 0])
  }

  @Test(arguments: [
    ("", "empty"), ("\n\n", "empty"), ("{}", "'rewards'"),
    (#"{"rewards": [], "actions": [], "observations": []}"#, "no steps"),
    (#"{"rewards": [1], "actions": [], "observations": [[1, 2]]}"#, "0 actions"),
    (#"{"rewards": [1], "actions": [[1]], "observations": [[1, 2]]}"#, "navigation-2d has 2 and 2"),
    (#"{"rewards": [null], "actions": [[1, 2]], "observations": [[1, 2]]}"#, "not finite"),
    (#"{"rewards": [1], "actions": [[1, 2]], "observations": [[1, "x"]]}"#, "'observations[0]'"),
    (#"{"rewards": [1], "actions": [[1, 2]], "observations": [[1, 2]], "reward": 1}"#, "'reward'"),
    ("episode,reward\n", "'observation_0'"),
    ("episode,observation_0,observation_1,action_0,action_1,reward,x\n", "'x'"),
    ("episode,episode,observation_0,observation_1,action_0,action_1,reward\n", "twice"),
    ("episode,observation_0,observation_1,action_0,action_1,reward\n", "no episodes"),
    ("episode,observation_0,observation_1,action_0,action_1,reward\n1,2,3,4,5\n", "5 fields"),
    ("episode,observation_0,observation_1,action_0,action_1,reward\n1,2,3,x,5,6\n", "'action_0'"),
    ("episode,observation_0,observation_1,action_0,action_1,reward\n1,2,3,inf,5,6\n", "finite"),
    (
      "episode,observation_0,observation_1,action_0,action_1,reward,terminated\n"
        + "1,2,3,4,5,6,1\n1,2,3,4,5,6,0\n", "robot:3: a step follows the end"
    ),
    ("\"", "quote"),
  ])
  func `what is no episode is refused with a reason`(text: String, reason: String) {
    let error = #expect(throws: ReplayError.self) { try read(text) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasPrefix("robot") == true)
  }

  @Test(arguments: ["5", "-1", "0.5"])
  func `a discrete action is one of the family's`(action: String) throws {
    func text(_ action: String) -> String {
      #"{"rewards": [1], "actions": [\#(action)], "observations": [[1]]}"#
    }
    let family = try BuiltInFamilies.named("bernoulli-bandit")
    guard family.observationSize == 1 else { return }
    #expect(try read(text("[1]"), family: "bernoulli-bandit").actions == [1])
    #expect(try read(text("1"), family: "bernoulli-bandit").actions == [1])
    #expect(throws: ReplayError.self) { try read(text(action), family: "bernoulli-bandit") }
  }
}
