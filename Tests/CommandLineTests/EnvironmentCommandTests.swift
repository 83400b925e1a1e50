import Foundation
import Testing

@Suite struct EnvironmentCommandTests {
  @Test func `the list names every family with its spaces and horizon`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["environments"])
    #expect(result.code == 0, "\(result.error)")
    for family in [
      "navigation-2d", "navigation-2d-sparse", "navigation-2d-wind", "point-mass",
      "point-mass-momentum",
    ] {
      #expect(result.output.contains("\n\(family) "), "\(family)")
    }
    #expect(try program.run(["environments", "list"]).output == result.output)
  }

  @Test func `show prints the choices of the preset`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let plain = try program.run(["environments", "show", "navigation-2d"]).output
    let preset = try program.run(
      ["environments", "show", "navigation-2d@pytorch-maml-rl"]
    ).output
    #expect(plain.contains(/action_scale +0\.1/))
    #expect(preset.contains(/action_scale +1\.0/))
    for word in ["horizon", "step_limit", "tolerance", "task.goal.shifted", "reward.distance"] {
      #expect(preset.contains(word), "\(word)")
    }
  }

  @Test func `a definition of one's own is found by folder and by path`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let definition = Program.sources
      .appendingPathComponent("Environments/Families/navigation-2d.yaml")
    let text = String(decoding: try Data(contentsOf: definition), as: UTF8.self)
      .replacing("name: navigation-2d", with: "name: my-plane")
    try program.write(text, to: "mine/my-plane.yaml")
    let listed = try program.run(["environments", "--environments", "mine"])
    #expect(listed.output.contains("\nnavigation-2d "))
    #expect(listed.output.contains("my-plane "))
    for arguments in [["my-plane", "--environments", "mine"], ["mine/my-plane.yaml"]] {
      let result = try program.run(["check", "environment"] + arguments)
      #expect(result.code == 0, "\(result.error)")
      #expect(!result.output.contains("FAILED"))
    }
    // Several folders are a list with a comma, or the flag again.
    try program.write(
      text.replacing("name: my-plane", with: "name: other-plane"), to: "more/other-plane.yaml")
    for flags in [
      ["--environments", "mine,more"], ["--environments", "mine", "--environments", "more"],
    ] {
      let listed = try program.run(["environments"] + flags)
      #expect(listed.output.contains("my-plane ") && listed.output.contains("other-plane "))
    }
    // A run remembers where its family came from.
    let training = try program.run(
      ["train", "mine/my-plane.yaml"] + Program.smallTraining.dropFirst(2) + ["--quiet"])
    #expect(training.code == 0, "\(training.error)")
    let evaluation = try program.run(["evaluate", "run", "--tasks", "2", "--steps", "1"])
    #expect(evaluation.code == 0, "\(evaluation.error)")
    #expect(evaluation.output.contains("my-plane, held_out"))
  }

  @Test func `an installed program finds its families from any folder`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let manager = FileManager.default
    let prefix = program.folder.appendingPathComponent("prefix")
    let binary = prefix.appendingPathComponent("bin/metarl")
    try manager.createDirectory(
      at: prefix.appendingPathComponent("bin"), withIntermediateDirectories: true)
    try manager.copyItem(at: Program.executable, to: binary)
    let share = prefix.appendingPathComponent("share/metarl/Environments")
    try manager.createDirectory(at: share, withIntermediateDirectories: true)
    try manager.copyItem(
      at: Program.sources.appendingPathComponent("Environments/Families"),
      to: share.appendingPathComponent("Families"))
    let result = try program.run(
      ["environments", "show", "navigation-2d"], executable: binary,
      environment: ["METARL_HOME": ""])
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output.contains("prefix/share/metarl/Environments/Families/navigation-2d.yaml"))
  }
}
