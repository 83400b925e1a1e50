import Foundation
import Testing

@Suite struct HelpTests {
  static let commands = [
    [], ["train"], ["watch"], ["evaluate"], ["adapt"], ["replay"], ["inspect"], ["environments"],
    ["environments", "list"], ["environments", "show"], ["algorithms"], ["check"],
    ["check", "gradients"],
    ["check", "environment"], ["check", "estimators"], ["check", "physics"],
    ["sweep"], ["benchmark"], ["compare"], ["benchmark", "finn2017"], ["plot"], ["report"],
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

  /// Pasted into a shell, an example is read as the command that it shows.
  ///
  /// No line of it was broken by the width of the help, and no flag in it is unknown. Families are
  /// nowhere to be found, so that nothing is trained.
  @Test(arguments: commands)
  func `the examples of a help can be pasted`(command: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let help = try program.run(command + ["--help"]).output
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    var examples: [String] = []
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("  metarl ") {
        examples.append(line.trimmingCharacters(in: .whitespaces))
      } else if index > 0, let last = examples.last,
        lines[index - 1].hasPrefix("  metarl ") || last.hasSuffix("\\"), !line.isEmpty
      {
        #expect(last.hasSuffix("\\"), "'\(last)' is broken before '\(line)'")
        examples[examples.count - 1] =
          last.dropLast() + line.trimmingCharacters(in: .whitespaces)
      }
    }
    #expect(!examples.isEmpty)
    for example in examples where example != "metarl check gradients" {
      // As a shell reads it: what stands in quotes is one word.
      let words = example.matches(of: /'([^']*)'|[^ ]+/).map { String($0.1 ?? $0.0) }
      let result = try program.run(
        Array(words.dropFirst()), environment: ["METARL_HOME": "/nowhere"])
      #expect(result.code == 0 || result.code == 64, "\(example): \(result.error)")
      #expect(!result.error.contains("--help'"), "\(example): \(result.error)")
      #expect(!result.error.contains("There is no command"), "\(example)")
    }
  }

  /// What a shell asks the program for while a command line is typed.
  @Test(
    arguments: [
      (["train"], "positional@0", ["train", "navi"], "navi", ["navigation-2d@finn2017"]),
      (
        ["environments", "show"], "positional@0", ["environments", "show", ""], "", ["tabular-mdp"]
      ),
      (
        ["train"], "--set", ["train", "--set", "trust_region.d"], "trust_region.d",
        ["trust_region.damping="]
      ),
      (["train"], "--set", ["train", "--set", "outer.step="], "outer.step=", ["outer.step=adam"]),
    ] as [([String], String, [String], String, [String])])
  func `families, presets and keys complete`(
    command: [String], argument: String, words: [String], prefix: String, found: [String]
  ) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let all = ["metarl"] + words
    let result = try program.run(
      ["---completion"] + command
        + ["--", argument, "\(all.count - 1)", "\(prefix.count)"] + all,
      environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"])
    #expect(result.code == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n").map(String.init)
    for word in found { #expect(lines.contains(word), "\(word) in \(lines)") }
    #expect(lines.allSatisfy { $0.hasPrefix(prefix) }, "\(lines)")
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
