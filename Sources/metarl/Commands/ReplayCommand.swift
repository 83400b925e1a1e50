import ArgumentParser

/// `metarl replay SCRIPT.yaml` and `metarl replay --verify FILE.jsonl`.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run scripted rollouts, record them, or verify a recording.",
    discussion: """
      A script names an environment, a seed and rollouts: each a task with a policy or a list \
      of actions, and what is expected of it. An expectation that does not hold is printed \
      and ends with exit code 1.

      Examples:
        metarl replay Environments/Replays/navigation-2d.yaml --output walk.jsonl
        metarl replay --verify walk.jsonl

      A minimal script:
        environment: navigation-2d
        seed: 7
        rollouts:
          - name: two steps to the right
            task: {goal: [0.3, -0.4]}
            actions: [[0.1, 0], [0.1, 0]]
            expect: {mean_return: {at_least: -2}}
      """)

  @Argument(
    help: ArgumentHelp("The replay script.", valueName: "script"),
    completion: .file(extensions: ["yaml", "yml"]))
  var script: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Writes the recording (JSON Lines).", valueName: "file"),
    completion: .file(extensions: ["jsonl"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Simulates this recording again and compares every number.", valueName: "recording"),
    completion: .file(extensions: ["jsonl"]))
  var verify: String?

  @Option(
    help: ArgumentHelp(
      "Greatest accepted |difference| / max(1, |recorded|) for --verify; 0 is bit for bit.",
      valueName: "x"))
  var tolerance = 0.0

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    switch (script, verify) {
    case (nil, nil):
      throw ValidationError("Give a replay script, or --verify and a recording.")
    case (.some, .some):
      throw ValidationError("Give a replay script or --verify, not both.")
    case (nil, .some) where output != nil:
      throw ValidationError("--output goes with a replay script, not with --verify.")
    default: break
    }
    guard tolerance >= 0, tolerance.isFinite else {
      throw ValidationError("--tolerance is \(tolerance); give a finite number of 0 or more.")
    }
  }

  func run() async throws {
    throw CommandFailure(.runFailed, "replay is not available in this build.")
  }
}
