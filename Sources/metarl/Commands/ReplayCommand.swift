import ArgumentParser
import DenseMath
import Environments
import Experiments
import Files
import Glibc
import Replays
import StrictYAML

/// `metarl replay SCRIPT.yaml`, `metarl replay --recording FILE.jsonl --view PAGE.html` and
/// `metarl replay --verify FILE.jsonl`.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run scripted rollouts, record them, watch them, or verify a recording.",
    discussion: """
      A script names an environment, a seed and rollouts: each a task with a policy or a list \
      of actions, and what is expected of it. An expectation that does not hold is printed \
      and ends with exit code 1.

      Examples:
        metarl replay Environments/Replays/navigation-2d.yaml --output walk.jsonl
        metarl replay Environments/Replays/navigation-2d.yaml --view walk.html
        metarl replay --recording walk.jsonl --view walk.html --gif walk.gif
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
    help: ArgumentHelp(
      "Where the recording goes (JSON Lines); - for standard output. Default: the script's "
        + "name with .jsonl, in the current folder.", valueName: "file"),
    completion: .file(extensions: ["jsonl"]))
  var output: String?

  @OptionGroup(title: "Watching") var watching: WatchingOptions

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

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @OptionGroup var physics: PhysicsOptions

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    switch (script, verify) {
    case (nil, nil) where watching.recording == nil:
      throw ValidationError("Give a replay script, or --verify and a recording.")
    case (.some, .some):
      throw ValidationError("Give a replay script or --verify, not both.")
    case (nil, .some) where output != nil:
      throw ValidationError("--output goes with a replay script, not with --verify.")
    case (nil, .some) where watching.isWanted || watching.recording != nil:
      throw ValidationError(
        "--verify makes nothing to watch; give --view, --gif, --mp4 and --recording without it.")
    default: break
    }
    if watching.recording != nil {
      guard script == nil else {
        throw ValidationError("Give a replay script or --recording, not both.")
      }
      guard output == nil else {
        throw ValidationError("--output goes with a replay script, not with --recording.")
      }
    }
    if let output, [watching.view, watching.gif, watching.mp4].contains(output) {
      throw ValidationError("--output names the same file as --view, --gif or --mp4.")
    }
    guard tolerance >= 0, tolerance.isFinite else {
      throw ValidationError("--tolerance is \(tolerance); give a finite number of 0 or more.")
    }
  }

  func run() throws {
    if let script {
      try replay(script)
    } else if let verify {
      try verifyRecording(verify)
    } else if let recording = watching.recording {
      let reader = try RecordingReader(path: recording)
      let family = try family(of: reader.header, at: recording)
      if family.definitionDigest != reader.header.definitionDigest {
        Console.warn(
          "the definition of \(family.qualifiedName) is another than when '\(recording)' was "
            + "recorded; what is shown may not fit.")
      }
      try watching.prepare(family)
      let files = try OutputFiles(watching.requests, reading: [recording])
      try watching.make(of: reader, family: family, quiet: quiet, files: files)
    }
  }

  // MARK: Running a script

  private func replay(_ path: String) throws {
    let script = try ReplayScript(path: path)
    let family = try RunReferences.family(of: script, folders: families.folders)
      .stepped(by: physics.physics ?? .definition)
    let policies = TrainedReplayPolicies(family: family) {
      Console.warn($0)
    }
    let runner = ReplayRunner(
      family: family, definitionDigest: family.definitionDigest,
      software: "metarl \(Version.text)", physics: family.physics?.rawValue,
      carried: RunReferences.carried(family),
      policies: policies.load)
    _ = try Backend.start()
    try watching.prepare(family)
    let target = output ?? Self.defaultOutput(script: path)
    let files = try OutputFiles(
      [.init("--output", target, makesFolder: false)] + watching.requests, reading: [path])
    let outcomes: [ReplayOutcome]
    var lines: [UInt8] = []
    func keep(_ line: [UInt8]) { if watching.isWanted { lines += line } }
    let progress = WorkProgress(
      "replaying \(path)", of: script.rollouts.reduce(0) { $0 + $1.episodes },
      quiet: quiet || target == "-" && isatty(STDOUT_FILENO) == 1)
    defer { progress.finish() }
    if target == OutputFiles.standardOutput {
      outcomes = try runner.run(script, progress: progress.reach) {
        Console.write($0)
        keep($0)
      }
      progress.finish()
      files.tell(Self.table(outcomes))
    } else {
      var writer = try RecordingWriter(path: target)
      outcomes = try runner.run(script, progress: progress.reach) {
        try writer.write($0)
        keep($0)
      }
      try writer.finish()
      progress.finish()
      files.tell(Self.table(outcomes))
      files.tell("Recording: \(target)")
    }
    if watching.isWanted {
      try watching.make(
        of: try RecordingReader(bytes: lines, origin: target), family: family, quiet: quiet,
        files: files)
    }
    try Self.checkExpectations(of: outcomes)
  }

  private static func defaultOutput(script: String) -> String {
    let name = FileSystem.lastName(of: script)
    let stem = name.hasSuffix(".yaml") ? name.dropLast(5) : name[...]
    return "\(stem).jsonl"
  }

  private static func table(_ outcomes: [ReplayOutcome]) -> String {
    let hasDiverged = outcomes.contains { $0.divergedCount > 0 }
    var table = TextTable(
      ["rollout", "episodes", "mean steps", "mean return", "expected"]
        + (hasDiverged ? ["diverged"] : []),
      alignments: [.left, .right, .right, .right, .left] + (hasDiverged ? [.right] : []))
    for outcome in outcomes {
      table.append(
        [
          outcome.name, "\(outcome.episodes.count)",
          NumberText.fixed(outcome.meanSteps, decimals: 1),
          NumberText.fixed(outcome.meanReturn, decimals: 4),
          outcome.expectationCount == 0 ? "-" : outcome.contradictions.isEmpty ? "yes" : "no",
        ] + (hasDiverged ? ["\(outcome.divergedCount)/\(outcome.episodes.count)"] : []))
    }
    // A recording shows the simulator's own rewards: what diverging costs is not in them.
    return table.text
      + (hasDiverged
        ? "\n\nNote: where the simulation diverged an episode ends, and its return is what it had "
          + "earned by then." : "")
  }

  private static func checkExpectations(of outcomes: [ReplayOutcome]) throws {
    let failed = outcomes.flatMap { outcome in
      outcome.contradictions.map { "rollout \(quotedForMessage(outcome.name)): \($0)" }
    }
    guard failed.isEmpty else {
      throw CommandFailure(.failedCheck, failed.joined(separator: "; "))
    }
  }

  // MARK: Verifying a recording

  /// The family of a recording, on the engine that recorded it unless the flag says otherwise.
  private func family(of header: RecordingHeader, at path: String) throws -> DefinedTaskFamily {
    try RunReferences.family(of: header, at: path, folders: families.folders)
      .stepped(by: physics.physics ?? .definition)
  }

  private func verifyRecording(_ path: String) throws {
    let recording = try RecordingReader(path: path)
    let family = try family(of: recording.header, at: path)
    let verification = RecordingVerification(
      family: family, definitionDigest: family.definitionDigest, tolerance: tolerance)
    let progress = WorkProgress("verifying \(path)", of: recording.lineCount, quiet: quiet)
    do {
      defer { progress.finish() }
      let summary = try verification.verify(recording, progress: progress.reach)
      progress.finish()
      let how = tolerance == 0 ? "bit for bit" : "within \(tolerance)"
      Console.print(
        "\(path): \(summary.rollouts) rollouts, \(summary.episodes) episodes and "
          + "\(summary.steps) steps agree \(how).")
    } catch let difference as RecordingDifference {
      throw CommandFailure(.failedCheck, "\(difference)")
    }
  }
}
