import Foundation
import Testing

/// Models of several files: what takes part belongs to the definition, and what is not bearable is
/// an error of one line.
@Suite struct ModelFileCommandTests {
  /// Writes a hopper whose motors lie in a file of their own.
  private func writeFamily(_ program: Program, gear: String = "200", rest: String = "") throws {
    let environments = Program.sources.appending(path: "Environments")
    let model = try String(
      contentsOf: environments.appending(path: "Models/hopper.xml"), encoding: .utf8)
    let start = try #require(model.range(of: "<actuator>"))
    let end = try #require(model.range(of: "</actuator>"))
    try program.write(
      "\(model[..<start.lowerBound])<include file='motors.part'/>\(rest)\(model[end.upperBound...])",
      to: "m.xml")
    try program.write(
      "<mujoco>\(model[start.lowerBound..<end.upperBound])</mujoco>"
        .replacing("joint=\"leg\"", with: "joint=\"leg\" gear=\"\(gear)\""), to: "motors.part")
    try program.write(
      String(
        contentsOf: environments.appending(path: "Families/hopper-dynamics.yaml"), encoding: .utf8
      ).replacing("hopper.xml", with: "m.xml"), to: "f.yaml")
  }

  @Test func `a change in an included file is a change of the definition`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try writeFamily(program)
    let training = Program.smallTraining.map { $0 == "navigation-2d" ? "./f.yaml" : $0 }
    #expect(try program.run(training + ["--iterations", "1"]).code == 0)
    try writeFamily(program, gear: "201")
    // The run carries the files that it was started with, the included one among them.
    for command in [
      ["train", "--resume", "run", "--iterations", "2"],
      ["evaluate", "run", "--tasks", "2", "--rollouts-per-task", "2"],
    ] {
      let result = try program.run(command)
      #expect(result.code == 0, "\(result.error)")
      #expect(result.error.contains("is another definition by now"), "\(result.error)")
    }
    try writeFamily(program)
    let result = try program.run(["evaluate", "run", "--tasks", "2", "--rollouts-per-task", "2"])
    #expect(result.code == 0 && !result.error.contains("another definition"), "\(result.error)")
  }

  @Test(arguments: [
    ("<asset><mesh name='m' file='0'/></asset>", "MuJoCo says: exception"),
    ("<size nuser_body='2147483647'/>", "'nuser_body' is 2147483647; at most 1000"),
    ("<include file='text'/>", "give a file or folder below the model's own folder"),
    ("<option iterations='2147483647' tolerance='0'/>", "'iterations' is"),
    ("<actuator><muscle joint='leg' gear='nan'/></actuator>", "'gear' is 'nan'"),
  ])
  func `what MuJoCo does not bear is an error of one line`(rest: String, says: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("0", to: "0")
    try program.write(
      "x<mujoco><asset><mesh file='/etc/outside.stl'/></asset></mujoco>", to: "text")
    try writeFamily(program, rest: rest)
    let shown = try program.run(["environments", "show", "./f.yaml"])
    #expect(shown.code == 64 && shown.output.isEmpty)
    #expect(shown.error.contains(says), "\(shown.error)")
    #expect(shown.error.split(separator: "\n").count == 1)
  }

  @Test func `a copy of the program elsewhere tries models as well`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try writeFamily(program)
    let copy = program.folder.appending(path: "bin/other")
    try FileManager.default.createDirectory(
      at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: Program.executable, to: copy)
    let shown = try program.run(["environments", "show", "./f.yaml"], executable: copy)
    #expect(shown.code == 0, "\(shown.error)")
    #expect(shown.output.contains("robot.model_file[motors.part]"))
  }

  @Test func `the trial of a model is remembered by all its bytes, in the user's cache`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let cache = program.folder.path + ".cache/metarl/models"
    func digests() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: cache)
    }
    let show = ["environments", "show", "./f.yaml"]
    try writeFamily(program)
    for _ in 0..<2 {
      #expect(try program.run(show).code == 0)
      #expect(try digests().count == 1)
    }
    try writeFamily(program, gear: "201")
    #expect(try program.run(show).code == 0)
    #expect(try digests().count == 2 && digests().allSatisfy { $0.utf8.count == 64 })

    try writeFamily(program, rest: "<size nuser_body='2147483647'/>")
    #expect(try program.run(show).code == 64)
    #expect(try digests().count == 2)

    // Without a place for it nothing is remembered, and nothing is said.
    try writeFamily(program, gear: "202")
    for place in ["/dev/null", "not absolute"] {
      let shown = try program.run(
        show, environment: ["XDG_CACHE_HOME": place, "HOME": "/dev/null"])
      #expect(shown.code == 0 && shown.error.isEmpty, "\(shown.error)")
    }
    #expect(try digests().count == 2)
    #expect(!program.contents.contains { $0.hasSuffix("models") })
  }
}
