import Foundation
import Testing

@Suite struct InstructionSetTests {
  private static let golden = Program.sources
    .appendingPathComponent("Tests/ExperimentsTests/Golden/gaussian.json").path

  @Test(arguments: ["baseline", "avx2", "avx512"], ["float", "double"])
  func `every instruction set that the processor has reproduces the numbers`(
    instructionSet: String, precision: String
  ) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let environment = ["METARL_INSTRUCTION_SET": instructionSet]
    let golden = try program.run(
      ["check", "gradients", "--golden", Self.golden, "--precision", precision],
      environment: environment)
    if golden.error.contains("which this processor does not have") {
      #expect(golden.code != 0)
      return
    }
    #expect(golden.code == 0, "\(golden.error)")
    #expect(!golden.output.contains("FAILED"))
    guard precision == "double" else { return }
    let differences = try program.run(["check", "gradients"], environment: environment)
    #expect(differences.code == 0, "\(differences.error)")
  }

  @Test func `an unknown instruction set is refused in one line`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(
      ["check", "gradients"], environment: ["METARL_INSTRUCTION_SET": "mmx"])
    #expect(result.code != 0)
    #expect(result.error.contains("METARL_INSTRUCTION_SET") && result.error.contains("avx2"))
    #expect(result.error.split(separator: "\n").count == 1)
  }
}
