import Foundation
import Testing

@Suite struct CheckCommandTests {
  private static let goldens = Program.sources
    .appendingPathComponent("Tests/ExperimentsTests/Golden")

  @Test(arguments: [[], ["--precision", "float"]])
  func `golden files are reproduced`(flags: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let files = ["gaussian.json", "categorical.json", "gaussian_kl.json", "baseline_gae.json"]
    let result = try program.run(
      ["check", "gradients", "--golden"]
        + files.map { Self.goldens.appendingPathComponent($0).path } + flags)
    #expect(result.code == 0, "\(result.error)")
    for file in files { #expect(result.output.contains(file)) }
    #expect(!result.output.contains("FAILED"))
  }

  @Test func `a number that is not reproduced fails the check by name`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let text = String(
      decoding: try Data(contentsOf: Self.goldens.appendingPathComponent("gaussian.json")),
      as: UTF8.self)
    // The first number after the loss of the first inner step.
    let changed = text.replacing(/"loss": *-?[0-9]/, with: "\"loss\": 7", maxReplacements: 1)
    #expect(changed != text)
    try program.write(changed, to: "changed.json")
    let result = try program.run(["check", "gradients", "--golden", "changed.json"])
    #expect(result.code == 1, "\(result.error)")
    #expect(result.output.contains("FAILED"))
    #expect(result.error.contains("loss"))
    #expect(result.error.split(separator: "\n").count == 1)
  }

  @Test func `what is not checked of a file is named, and nothing checked is no success`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let path = Self.goldens.appendingPathComponent("categorical.json")
    let sound = try program.run(["check", "gradients", "--golden", path.path])
    #expect(sound.code == 0, "\(sound.error)")
    #expect(sound.output.contains("Not checked: definition, torch_version, "))
    #expect(sound.output.contains("cases.one_step.kl_at_old_shifted.kl_old_new.hvp"))
    let text = String(decoding: try Data(contentsOf: path), as: UTF8.self)
    let cases = try #require(text.range(of: "\"cases\""))
    try program.write(text[..<cases.lowerBound] + "\"cases\": {}}", to: "none.json")
    let none = try program.run(["check", "gradients", "--golden", "none.json"])
    #expect(none.code == 1, "\(none.error)")
  }

  @Test(arguments: ["", "{}", "[]", "{\"x\": ", "not json"])
  func `what is no golden file is refused`(text: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write(text, to: "golden.json")
    let result = try program.run(["check", "gradients", "--golden", "golden.json"])
    #expect(result.code == 64, "\(result.error)")
    #expect(result.error.contains("golden.json"))
    #expect(result.error.split(separator: "\n").count == 1)
  }

  @Test func `every derivative agrees with finite differences`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["check", "gradients"])
    #expect(result.code == 0, "\(result.error)")
    for part in ["dense", "meta-gradient", "Fisher product"] {
      #expect(result.output.contains(part), "\(part)")
    }
    #expect(!result.output.contains("FAILED"))
  }

  @Test func `the long version names the libraries`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["--version", "--verbose"])
    #expect(result.code == 0)
    for word in ["metarl", "OpenBLAS", "GSL", "MuJoCo", "Environments/Families"] {
      #expect(result.output.contains(word), "\(word)")
    }
  }

  @Test func `estimators are measured against an exact reference where there is one`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let arguments = [
      "--tasks", "1", "--batches", "4", "--rollouts-per-task", "5", "--reference-batches", "2",
      "--reference-rollouts", "5", "--hidden", "4",
    ]
    let exact = try program.run(["check", "estimators", "tabular-mdp"] + arguments)
    #expect(exact.code == 0, "\(exact.error)")
    #expect(exact.output.contains("the enumerated gradient"))
    for name in ["first order", "log-likelihood", "lvc", "dice"] {
      #expect(exact.output.contains("\n\(name) "), "\(name)")
    }
    let sampled = try program.run(["check", "estimators", "point-mass"] + arguments)
    #expect(sampled.output.contains("the mean of 2 DiCE estimates"), "\(sampled.error)")
  }
}
