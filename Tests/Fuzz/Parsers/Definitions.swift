import DenseMath
import Environments
import Experiments
import Files
import Foundation
import MetaLearning

/// The files that the suite brings.
enum BroughtFiles {
  /// The folder `Environments`.
  static func folder() throws -> String {
    FileSystem.parentFolder(of: try FamilyCatalog.builtInFolder())
  }

  /// A file of `Environments`.
  static func bytes(_ name: String) throws -> [UInt8] {
    try FileSystem.contents(of: FileSystem.join(try folder(), name))
  }

  /// A family that the suite brings.
  static func family(_ name: String) throws -> DefinedTaskFamily {
    try FamilyCatalog(withBuiltIn: []).family(named: name)
  }
}

extension FuzzedParser {
  /// Definitions of task families, and lists of their tasks.
  static let definitions = [
    definition(of: ["navigation-2d", "navigation-2d-sparse", "navigation-2d-wind"]),
    definition(of: ["point-mass", "point-mass-momentum"]),
    definition(of: ["bernoulli-bandit", "gaussian-bandit", "tabular-mdp"]),
    FuzzedParser("tasks", reads: "lists and grids of tasks", .yaml) { _ in
      let family = try BroughtFiles.family("point-mass")
      let seeds = [
        """
        family: point-mass
        tasks:
          - {goal: [0.3, -0.4], mass: 1.25}
          - {goal: [0, 1], mass: 1}

        """,
        """
        family: point-mass
        grid:
          goal: [[0.5, 0], [0, 0.5]]
          mass: {from: 0.5, to: 2, step: 0.5}

        """,
      ]
      return Prepared(seeds: seeds.map { Array($0.utf8) }) { input in
        let tasks = try TaskList.tasks(
          yaml: String(decoding: input, as: UTF8.self), origin: "fuzz", family: family)
        try BrokenPromise.unless(
          (1...TaskList.mostTasks).contains(tasks.count), "it has \(tasks.count) tasks")
      }
    },
  ]

  /// Definitions: what is accepted is also rolled out a few steps.
  static func definition(of families: [String]) -> FuzzedParser {
    FuzzedParser(
      "definition-\(families[0])", reads: families.map { "\($0).yaml" }.joined(separator: ", "),
      .yaml
    ) { _ in
      let folder = FileSystem.join(try BroughtFiles.folder(), "Families")
      return Prepared(seeds: try families.map { try BroughtFiles.bytes("Families/\($0).yaml") }) {
        let definition = try FamilyDefinition(
          text: String(decoding: $0, as: UTF8.self), origin: "fuzz", folder: folder)
        try tryOut(DefinedTaskFamily(definition))
      }
    }
  }

  /// Rolls two episodes of every split a few steps.
  static func tryOut(_ family: DefinedTaskFamily) throws {
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
}
