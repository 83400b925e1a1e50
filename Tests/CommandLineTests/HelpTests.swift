import Foundation
import Testing

@Suite struct HelpTests {
  static let commands = [
    [], ["train"], ["watch"], ["evaluate"], ["adapt"], ["replay"], ["inspect"], ["environments"],
    ["environments", "list"], ["environments", "show"], ["check"], ["check", "gradients"],
    ["check", "environment"], ["check", "estimators"],
    ["sweep"], ["benchmark"], ["benchmark", "finn2017"], ["plot"], ["report"],
  ]

  /// The help of every command is a golden; `RECORD_GOLDENS=1` writes them anew and fails.
  @Test(arguments: commands)
  func `the help of a command is as recorded`(command: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(command + ["--help"])
    #expect(result.code == 0)
    #expect(result.error == "")
    let name = (["metarl"] + command).joined(separator: "-") + ".txt"
    let golden = Program.sources.appendingPathComponent("Tests/CommandLineTests/Golden/\(name)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      try Data(result.output.utf8).write(to: golden)
      Issue.record("recorded \(name)")
      return
    }
    #expect(result.output == String(decoding: try Data(contentsOf: golden), as: UTF8.self))
  }

  @Test(arguments: commands)
  func `the help of a command shows an example`(command: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let help = try program.run(command + ["--help"]).output
    #expect(help.contains("Example"))
    #expect(help.contains("  metarl \(command.joined(separator: " "))"))
  }

  @Test func `the version is one line`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["--version"])
    #expect(result.code == 0)
    #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completion scripts know the commands and flags`(shell: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["--generate-completion-script", shell])
    #expect(result.code == 0)
    for word in ["evaluate", "meta-batch-size", "held_out"] {
      #expect(result.output.contains(word), "\(word) in \(shell)")
    }
  }
}
