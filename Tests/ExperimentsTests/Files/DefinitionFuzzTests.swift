import DenseMath
import Environments
import Foundation
import MetaLearning
import Testing

@testable import Experiments

/// Family definitions, model names and lists of tasks, mutated: errors are fine, traps are not.
@Suite struct DefinitionFuzzTests {
  private static let inputs =
    ProcessInfo.processInfo.environment["FUZZ_INPUTS"].flatMap(Int.init) ?? 2000

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Environments/Families").path

  private static func text(_ family: String) throws -> String {
    String(
      decoding: try FileSystem.contents(of: "\(folder)/\(family).yaml"), as: UTF8.self)
  }

  private func fuzz(_ valid: String, inputs: Int, _ use: ([UInt8]) -> Void) {
    var mutator = Mutator(seed: 3)
    var slowest = 0.0
    for _ in 0..<inputs {
      let input = mutator.mutated(Array(valid.utf8))
      slowest = max(slowest, processorSeconds { use(input) })
    }
    #expect(slowest < 1)
  }

  /// Reads a definition and, when it is accepted, rolls two episodes a few steps.
  private func tryOut(_ input: [UInt8]) {
    guard
      let definition = try? FamilyDefinition(
        text: String(decoding: input, as: UTF8.self), origin: "fuzz", folder: Self.folder)
    else { return }
    let family = DefinedTaskFamily(definition)
    _ = family.definitionDigest
    for split in family.splits {
      let task = family.task(split: split, index: 1, seed: 1)
      guard let lanes = try? family.makeLanes(task: task, laneCount: 2) else { continue }
      var batch = LaneBatch(family: family, laneCount: 2)
      var streams = (0..<2).map {
        RandomStream(key: RandomKey(seed: 1, purpose: .reset), episode: $0)
      }
      lanes.reset(&batch, streams: &streams)
      for _ in 0..<3 { lanes.step(&batch) }
    }
  }

  @Test(arguments: [
    "navigation-2d", "navigation-2d-sparse", "point-mass", "bernoulli-bandit", "tabular-mdp",
  ])
  func `definitions never trap, nor do families that are accepted`(family: String) throws {
    fuzz(try Self.text(family), inputs: Self.inputs / 2, tryOut)
  }

  @Test(arguments: ["half-cheetah-velocity", "ant-goal", "hopper-dynamics"])
  func `definitions of robots never trap`(family: String) throws {
    fuzz(try Self.text(family), inputs: Self.inputs / 20, tryOut)
  }

  @Test func `names of models lead nowhere else`() throws {
    let text = try Self.text("half-cheetah-velocity")
    guard (try? FamilyDefinition(text: text, origin: "f", folder: Self.folder)) != nil else {
      return  // A build without MuJoCo.
    }
    for name in [
      "/etc/passwd", "../Models/half-cheetah.xml", "../../Package.swift", "a/../../b.xml", "..",
      "/dev/zero",
    ] {
      let error = #expect(throws: EnvironmentError.self) {
        try FamilyDefinition(
          text: text.replacingOccurrences(of: "half-cheetah.xml", with: name), origin: "f",
          folder: Self.folder)
      }
      #expect(error?.description.contains("in the definition's folder") == true, "\(name)")
    }
  }

  @Test func `lists of tasks never trap`() throws {
    let family = try FamilyCatalog(withBuiltIn: []).family(named: "point-mass")
    for text in [
      "family: point-mass\ntasks:\n  - {goal: [0.3, -0.4], mass: 1.25}\n  - {goal: [0, 1], mass: 1}\n",
      "family: point-mass\ngrid:\n  goal: [[0.5, 0], [0, 0.5]]\n  mass: {from: 0.5, to: 2, step: 0.5}\n",
    ] {
      #expect(try TaskList.tasks(yaml: text, origin: "fuzz", family: family).count >= 2)
      fuzz(text, inputs: Self.inputs / 2) {
        _ = try? TaskList.tasks(
          yaml: String(decoding: $0, as: UTF8.self), origin: "fuzz", family: family)
      }
    }
  }
}
