import Foundation
import Testing

/// Runs and recordings of a family of one's own, after its folder is gone and from another place.
@Suite struct MovedRunTests {
  /// A program folder with a family of one's own, and a run and a recording of it.
  private func made(model: Bool) throws -> Program {
    let program = try Program()
    let families = Program.sources.appendingPathComponent("Environments")
    func text(_ name: String) throws -> String {
      try String(contentsOf: families.appendingPathComponent(name), encoding: .utf8)
    }
    if model {
      let definition = try text("Families/swimmer-velocity.yaml")
      try program.write(
        definition.replacing("name: swimmer-velocity", with: "name: mine")
          .replacing("model: swimmer.xml", with: "model: body/mine.xml")
          .replacing("horizon: 200", with: "horizon: 20"), to: "lab/families/mine.yaml")
      // The actuators lie in a file of their own, which is included.
      let body = try text("Models/swimmer.xml")
      let start = try #require(body.range(of: "<actuator>"))
      let end = try #require(body.range(of: "</actuator>"))
      let actuators = String(body[start.lowerBound..<end.upperBound])
      try program.write(
        body.replacing(actuators, with: #"<include file="parts/actuators.xml"/>"#),
        to: "lab/families/Models/body/mine.xml")
      try program.write(
        "<mujocoinclude>\(actuators)</mujocoinclude>",
        to: "lab/families/Models/body/parts/actuators.xml")
    } else {
      try program.write(
        try text("Families/navigation-2d.yaml")
          .replacing("name: navigation-2d", with: "name: mine"), to: "lab/families/mine.yaml")
    }
    let training = try program.run(
      Program.smallTraining.map { $0 == "navigation-2d" ? "lab/families/mine.yaml" : $0 }
        + ["--quiet"])
    #expect(training.code == 0, "\(training.error)")
    try program.write(
      """
      environment: ./lab/families/mine.yaml
      seed: 7
      rollouts:
        - {task: {split: held_out, index: 1}, policy: moved/elsewhere, adaptation_steps: 1}
      """, to: "walk.yaml")
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent("moved"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: program.folder.appendingPathComponent("run"),
      to: program.folder.appendingPathComponent("moved/elsewhere"))
    let replay = try program.run(["replay", "walk.yaml", "--output", "before.jsonl", "--quiet"])
    #expect(replay.code == 0, "\(replay.error)")
    return program
  }

  #if MuJoCo
    static let kinds = [false, true]
  #else
    static let kinds = [false]
  #endif

  @Test(arguments: kinds)
  func `everything works after the family is gone, and to the same numbers`(model: Bool) throws {
    let program = try made(model: model)
    defer { program.cleanUp() }
    let evaluation = [
      "evaluate", "moved/elsewhere", "--tasks", "2", "--rollouts-per-task", "2", "--steps", "1",
      "--quiet", "--json",
    ]
    #expect(try program.run(evaluation + ["a.json"]).code == 0)
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("lab"))

    func expectWorks(_ arguments: [String]) throws -> Program.Result {
      let result = try program.run(arguments)
      #expect(result.code == 0, "\(arguments): \(result.error)")
      return result
    }
    _ = try expectWorks(evaluation + ["b.json"])
    #expect(try program.bytes(of: "a.json") == program.bytes(of: "b.json"))
    let verified = try expectWorks(["replay", "--verify", "before.jsonl"])
    #expect(verified.output.contains("agree bit for bit"))
    _ = try expectWorks(["replay", "--recording", "before.jsonl", "--view", "walk.html"])
    let again = try expectWorks(["replay", "walk.yaml", "--output", "after.jsonl", "--quiet"])
    #expect(again.error.contains("moved/elsewhere"), "the copy is named")
    #expect(try program.bytes(of: "before.jsonl") == program.bytes(of: "after.jsonl"))
    _ = try expectWorks(["inspect", "moved/elsewhere"])
    _ = try expectWorks([
      "report", "moved/elsewhere", "--tasks", "5", "--rollouts-per-task", "2", "--steps", "1",
      "--quiet",
    ])
    _ = try expectWorks([
      "train", "--resume", "moved/elsewhere", "--iterations", "4", "--quiet", "--no-report",
    ])
    // What is carried is the family that the checkpoint names by its digest.
    let inspected = try expectWorks(["inspect", "before.jsonl"]).output
    let digest = try #require(inspected.firstMatch(of: /definition digest +([0-9a-f]{64})/)).1
    #expect(try program.text(of: "moved/elsewhere/config.yaml").contains(digest))
  }

  @Test func `a family that was changed since does not change the run; a changed copy is refused`()
    throws
  {
    let program = try made(model: false)
    defer { program.cleanUp() }
    let definition = try program.text(of: "lab/families/mine.yaml")
    let shorter = definition.replacing("horizon: 100", with: "horizon: 50")
    #expect(shorter != definition)
    try program.write(shorter, to: "lab/families/mine.yaml")
    let resume = ["train", "--resume", "moved/elsewhere", "--quiet", "--no-report"]
    let goesOn = try program.run(resume + ["--iterations", "4"])
    #expect(goesOn.code == 0, "\(goesOn.error)")
    #expect(goesOn.error.contains("is another definition by now"), "\(goesOn.error)")
    // The user's own folder counts where it is named.
    let named = try program.run(resume + ["--iterations", "5", "--environments", "lab/families"])
    #expect(named.code == 64 && named.error.contains("has changed since"), "\(named.error)")
    let verified = try program.run(["replay", "--verify", "before.jsonl"])
    #expect(verified.code == 0 && verified.error.contains("another definition by now"))
    let other = try program.run([
      "replay", "--verify", "before.jsonl", "--environments", "lab/families",
    ])
    #expect(other.code == 1 || other.error.contains("another definition by now"))

    try program.write(shorter, to: "moved/elsewhere/family/mine.yaml")
    let refused = try program.run(resume + ["--iterations", "5"])
    #expect(refused.code == 64 && refused.error.contains("has changed since"), "\(refused.error)")
  }

  @Test func `a run without a copy of its family is read as before`() throws {
    let program = try made(model: false)
    defer { program.cleanUp() }
    try FileManager.default.removeItem(
      at: program.folder.appendingPathComponent("moved/elsewhere/family"))
    let resume = [
      "train", "--resume", "moved/elsewhere", "--iterations", "4", "--quiet", "--no-report",
    ]
    #expect(try program.run(resume).code == 0)
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("lab"))
    let gone = try program.run(resume)
    #expect(gone.code == 64 && gone.error.contains("mine.yaml"), "\(gone.error)")
  }

  @Test(arguments: ["../out.yaml", "/tmp/out.yaml", "a//b.yaml", "Models/../../out.xml", ""])
  func `a recording whose files lead elsewhere is refused`(name: String) throws {
    let program = try made(model: false)
    defer { program.cleanUp() }
    let text = try program.text(of: "before.jsonl")
    try program.write(
      text.replacing(#""name":"mine.yaml""#, with: "\"name\":\"\(name)\""), to: "evil.jsonl")
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("lab"))
    let before = program.contents
    let result = try program.run(["replay", "--verify", "evil.jsonl"])
    #expect(
      result.code == 64 && result.error.contains("leads out of its folder"), "\(result.error)")
    #expect(program.contents == before)
  }
}
