import Foundation
import Testing

/// Every parser of files from elsewhere on a thousand mutated files, each in a process of its own;
/// `make test-fuzz` tries 100,000 and large files, in release, and watches what is opened.
@Suite struct FuzzTests {
  private static let executable = Program.executable.deletingLastPathComponent()
    .appendingPathComponent("metarl-fuzz")

  /// A learner's files and robots take longest, so fewer of them are tried here.
  @Test(.timeLimit(.minutes(10)))
  func `no parser crashes, hangs, or takes memory beyond its input's`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let listed = try program.run(["--list"], executable: Self.executable)
    let names = listed.output.split(separator: "\n").map { $0.prefix { $0 != ":" } }
    #expect(names.count >= 20)
    let slow = names.filter { name in
      [
        "golden-categorical", "golden-gaussian", "definition-half", "definition-ant",
        "definition-hopper", "mjcf", "mjcf-schema", "robot-model",
      ].contains { name == $0 || name.hasPrefix($0 + "-") }
    }
    for (names, inputs) in [(names.filter { !slow.contains($0) }, "1000"), (slow, "100")] {
      let chosen = names.flatMap { ["--parser", String($0)] }
      let result = try program.run(
        ["--inputs", inputs, "--large", "0"] + chosen, executable: Self.executable)
      #expect(result.code == 0, "\(result.output)\(result.error)")
    }
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace"),
    .timeLimit(.minutes(5)))
  func `no model opens a file that is not its own`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(
      ["--inputs", "40", "--large", "0", "--trace", "--parser", "mjcf-schema"],
      executable: Self.executable)
    #expect(result.code == 0, "\(result.output)\(result.error)")
  }
}
