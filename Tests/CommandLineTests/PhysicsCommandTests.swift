import Foundation
import Testing

/// The choice of an engine on the command line, and what names the one that ran.
///
/// In a build without MuJoCo, or with another release of it, there is nothing to run.
@Suite struct PhysicsCommandTests {
  private static func hasLanes(_ program: Program) throws -> Bool {
    try program.run(["environments", "show", "half-cheetah-velocity", "--physics", "lanes"]).code
      == 0
  }

  @Test(arguments: ["baseline", "avx2", "avx512"])
  func `lanes agree with MuJoCo on every instruction set`(instructionSet: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    guard try Self.hasLanes(program) else { return }
    let result = try program.run(
      ["check", "physics", "ant-velocity", "--states", "320", "--seed", "3"],
      environment: ["METARL_INSTRUCTION_SET": instructionSet])
    if result.error.contains("which this processor does not have") { return }
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output.contains("qpos") && result.output.contains("320 states"))
    #expect(!result.output.contains("FAILED"))
  }

  @Test func `what lanes cannot step is an error with the reason`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    for arguments in [
      ["check", "physics", "navigation-2d", "--states", "16"],
      ["check", "environment", "navigation-2d", "--physics", "lanes"],
    ] {
      let result = try program.run(arguments)
      #expect(result.code == 64, "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1)
    }
    #expect(
      try program.run(["check", "environment", "point-mass", "--physics", "lane"]).code == 64)
  }

  @Test func `runs, checkpoints and recordings name the engine and keep it`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    guard try Self.hasLanes(program) else { return }
    let common = [
      "--iterations", "1", "--meta-batch-size", "2", "--rollouts-per-task", "3", "--hidden", "4",
      "--quiet", "--no-report", "--set", "validation.every=0",
    ]
    let trained = try program.run(
      ["train", "swimmer-velocity", "--physics", "lanes", "--run-dir", "run"] + common)
    #expect(trained.code == 0, "\(trained.error)")
    #expect(try program.text(of: "run/config.yaml").contains("physics: lanes"))
    let inspected = try program.run(["inspect", "run"])
    #expect(inspected.output.contains(#/\nphysics +lanes\n/#), "\(inspected.output)")
    // Going on keeps the engine; another is refused.
    let resumed = try program.run(
      ["train", "--resume", "run", "--iterations", "2", "--quiet", "--no-report"])
    #expect(resumed.code == 0, "\(resumed.error)")
    let changed = try program.run(
      ["train", "--resume", "run", "--iterations", "3", "--physics", "mujoco", "--no-report"])
    #expect(changed.code == 64 && changed.error.contains("physics is lanes"), "\(changed.error)")
    // An evaluation takes the run's engine, or says that it does not.
    let few = ["--tasks", "2", "--rollouts-per-task", "2", "--steps", "1", "--quiet"]
    let own = try program.run(["evaluate", "run", "--json", "own.json"] + few)
    #expect(own.code == 0 && !own.error.contains("physics"), "\(own.error)")
    #expect(try program.text(of: "own.json").contains("\"physics\":\"lanes\""))
    let other = try program.run(["evaluate", "run", "--physics", "mujoco"] + few)
    #expect(other.code == 0, "\(other.error)")
    #expect(other.error.contains("physics 'mujoco'") && other.error.contains("'lanes' did"))
    // A recording is verified on the engine that made it.
    try program.write(
      """
      environment: swimmer-velocity
      seed: 7
      rollouts:
        - name: a few strokes
          task: {velocity: [0.2]}
          actions: [[1, -1], [0.5, 0.5], [-1, 1]]
      """, to: "strokes.yaml")
    let recorded = try program.run(["replay", "strokes.yaml", "--physics", "lanes"])
    #expect(recorded.code == 0, "\(recorded.error)")
    #expect(try program.text(of: "strokes.jsonl").contains("\"physics\":\"lanes\""))
    #expect(try program.run(["replay", "--verify", "strokes.jsonl"]).code == 0)
    #expect(
      try program.run(["replay", "--verify", "strokes.jsonl", "--physics", "mujoco"]).code == 1)
  }
}
