import Foundation
import Testing

@Suite struct ReplayCommandTests {
  @Test func `a script is recorded, verified and inspected`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let script = Program.sources
      .appendingPathComponent("Environments/Replays/navigation-2d.yaml").path
    let replay = try program.run(["replay", script])
    #expect(replay.code == 0, "\(replay.error)")
    #expect(replay.output.contains("Recording: navigation-2d.jsonl"))
    #expect(program.contents == ["navigation-2d.jsonl"])
    let verify = try program.run(["replay", "--verify", "navigation-2d.jsonl"])
    #expect(verify.code == 0, "\(verify.error)")
    #expect(verify.output.contains("bit for bit"))
    let inspect = try program.run(["inspect", "navigation-2d.jsonl"])
    #expect(inspect.code == 0, "\(inspect.error)")
    #expect(inspect.output.contains("-0.9634"))
  }

  @Test func `a page is the same from the script and from its recording`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let script = Program.sources
      .appendingPathComponent("Environments/Replays/navigation-2d.yaml").path
    let replay = try program.run(["replay", script, "--output", "w.jsonl", "--view", "a.html"])
    #expect(replay.code == 0, "\(replay.error)")
    #expect(replay.output.contains("Page: a.html"))
    let again = try program.run(["replay", "--recording", "w.jsonl", "--view", "b.html"])
    #expect(again.code == 0, "\(again.error)")
    #expect(program.contents == ["a.html", "b.html", "w.jsonl"])
    #expect(try program.bytes(of: "a.html") == program.bytes(of: "b.html"))
    #expect(try program.text(of: "a.html").contains("three steps, the last one clipped"))
  }

  @Test(arguments: [
    ["--recording", "w.jsonl"], ["--view", "a.html"], ["--verify", "w.jsonl", "--view", "a.html"],
    ["s.yaml", "--recording", "w.jsonl", "--view", "a.html"],
    ["s.yaml", "--output", "a", "--view", "a"],
    ["--recording", "absent.jsonl", "--view", "a.html"],
    ["s.yaml", "--gif", "a", "--mp4", "a"], ["s.yaml", "--output", "a", "--gif", "a"],
    ["s.yaml", "--renderer", "mujoco"], ["--verify", "w.jsonl", "--gif", "a.gif"],
  ])
  func `a page that cannot be made is refused before anything runs`(arguments: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["replay"] + arguments)
    #expect(result.code == 64)
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    #expect(program.contents == [])
  }

  @Test(.enabled(if: PlotCommandTests.hasGnuplot))
  func `a film is made where gnuplot is`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write(
      "environment: navigation-2d\nrollouts:\n  - {task: {goal: [0.1, 0]}, actions: [[0.1, 0]]}\n",
      to: "s.yaml")
    let result = try program.run(["replay", "s.yaml", "--gif", "out/film.gif"])
    #expect(result.code == 0 && result.output.hasSuffix("Film: out/film.gif\n"), "\(result.error)")
    #expect(try program.bytes(of: "out/film.gif").starts(with: Data("GIF89a".utf8)))
  }

  @Test(arguments: [
    (["--gif", "a.gif"], "gnuplot-nox"), (["--mp4", "a.mp4"], "gnuplot-nox"),
    (["--gif", "a.gif", "--renderer", "mujoco"], "--renderer"),
  ])
  func `what films take is said in one line before anything runs`(
    arguments: [String], reason: String
  ) throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write(
      "environment: navigation-2d\nrollouts:\n  - {task: {goal: [0.1, 0]}, actions: [[0.1, 0]]}\n",
      to: "s.yaml")
    let result = try program.run(
      ["replay", "s.yaml"] + arguments, environment: ["PATH": "/nowhere"])
    #expect(result.code == 64 && result.error.contains(reason), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1)
    #expect(program.contents == ["s.yaml"])
  }

  @Test func `a changed number is named with its line, exit 1`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write(
      """
      environment: navigation-2d
      rollouts:
        - {task: {goal: [0.3, -0.4]}, actions: [[0.5, 0], [0.5, 0]]}
      """, to: "walk.yaml")
    #expect(try program.run(["replay", "walk.yaml", "--output", "a.jsonl"]).code == 0)
    let text = try program.text(of: "a.jsonl")
    try program.write(
      text.replacing("\"action\":[0.5,", with: "\"action\":[0.6,", maxReplacements: 1),
      to: "b.jsonl")
    let result = try program.run(["replay", "--verify", "b.jsonl"])
    #expect(result.code == 1)
    #expect(result.output == "")
    #expect(result.error.contains("b.jsonl:3"))
    #expect(result.error.contains("observation[0] is recorded as 0.05, simulated as 0.06"))
    let tolerant = try program.run(["replay", "--verify", "b.jsonl", "--tolerance", "0.05"])
    #expect(tolerant.code == 0, "\(tolerant.error)")
  }

  @Test func `a failed expectation is printed with what was seen, exit 1`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write(
      """
      environment: navigation-2d
      rollouts:
        - name: hopeful
          task: {goal: [0.3, -0.4]}
          actions: [[0, 0]]
          expect: {mean_return: {at_least: 0}}
      """, to: "walk.yaml")
    let result = try program.run(["replay", "walk.yaml"])
    #expect(result.code == 1)
    #expect(result.error.contains("'hopeful'"))
    #expect(result.error.contains("expected at least 0.0, seen -0.5"))
  }

  @Test func `the recording goes to standard output when asked to`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let script = Program.sources
      .appendingPathComponent("Environments/Replays/point-mass.yaml").path
    let result = try program.run(["replay", script, "--output", "-"])
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("{\"format\":\"metarl-recording\",\"version\":2,"))
    #expect(program.contents == [])
  }

  @Test(arguments: [".", "absent/walk.jsonl", "link.jsonl", "/dev/null", "pipe"])
  func `what is no file is not written over`(output: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("mine", to: "target.jsonl")
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.appendingPathComponent("link.jsonl").path,
      withDestinationPath: "target.jsonl")
    mkfifo(program.folder.appendingPathComponent("pipe").path, 0o600)
    let before = program.contents
    let script = Program.sources
      .appendingPathComponent("Environments/Replays/point-mass.yaml").path
    let result = try program.run(["replay", script, "--output", output])
    #expect(result.code == 64, "\(result.error)")
    #expect(result.error.contains("'\(output)'"), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1)
    #expect(program.contents == before)
    #expect(try program.text(of: "target.jsonl") == "mine")
    var information = stat()
    #expect(stat("/dev/null", &information) == 0 && information.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func `a trained policy acts before and after adaptation, and verifies`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(Program.smallTraining + ["--quiet"]).code == 0)
    try program.write(
      """
      environment: navigation-2d
      seed: 7
      rollouts:
        - {name: before, task: {goal: [0.3, -0.4]}, policy: run, episodes: 2}
        - {name: after, task: {goal: [0.3, -0.4]}, policy: run, episodes: 2, adaptation_steps: 2}
        - {name: mean, task: {split: held_out, index: 3}, policy: run, deterministic: true}
      """, to: "walk.yaml")
    #expect(try program.run(["replay", "walk.yaml"]).code == 0)
    let first = try program.bytes(of: "walk.jsonl")
    #expect(try program.run(["replay", "walk.yaml"]).code == 0)
    #expect(try program.bytes(of: "walk.jsonl") == first)
    #expect(try program.run(["replay", "--verify", "walk.jsonl"]).code == 0)
    let header = try program.text(of: "walk.jsonl").prefix { $0 != "\n" }
    let digests = header.matches(of: /"parameters_digest":"([0-9a-f]{64})"/).map(\.1)
    #expect(digests.count == 3)
    #expect(digests[0] == digests[2])
    #expect(digests[0] != digests[1])
  }
}
