import Environments
import Foundation
import MetaLearning
import Testing

@testable import Experiments
@testable import Files

/// What docs/Reproducibility.md promises of a training, each broken once in the code to see the
/// test fail.
@Suite struct TrainingPromisesTests {
  private static let definition: String = {
    let path = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(
        "Environments/Families/navigation-2d.yaml")
    return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
  }()

  private func family(horizon: Int? = nil) throws -> DefinedTaskFamily {
    var lines = Self.definition.split(separator: "\n", omittingEmptySubsequences: false)
    if let horizon, let index = lines.firstIndex(where: { $0.hasPrefix("horizon:") }) {
      lines[index] = "horizon: \(horizon)"
    }
    return DefinedTaskFamily(
      try FamilyDefinition(text: lines.joined(separator: "\n"), origin: "navigation-2d.yaml"))
  }

  private func configuration(iterations: Int = 6) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    configuration.iterations = iterations
    configuration.workers = 1
    configuration.checkpointEvery = 1
    configuration.keep = 100
    configuration.pictureEvery = 0
    configuration.validation.every = 1
    configuration.validation.tasks = 2
    configuration.validation.rolloutsPerTask = 2
    configuration.learner.policy.hidden = [8]
    configuration.learner.sampling.metaBatchSize = 3
    configuration.learner.sampling.rolloutsPerTask = 3
    return configuration
  }

  private func run(
    _ configuration: RunConfiguration, at path: String, family: DefinedTaskFamily
  ) throws -> TrainingRun {
    TrainingRun(
      folder: try RunFolder.create(
        path, force: false, configuration: configuration,
        provenance: Provenance(metarl: "test")),
      configuration: configuration, family: family)
  }

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-promises-\(UUID().uuidString)").path
    defer { try? FileSystem.removeTree(path) }
    try FileSystem.createFolder(path)
    try await body(path)
  }

  @Test func `the best checkpoint is the one with the highest return on validation tasks`()
    async throws
  {
    try await withFolder { root in
      let run = try run(configuration(), at: "\(root)/run", family: family())
      var scores: [Double] = []
      var marks: [Bool] = []
      let summary = try await run.train(observe: { event in
        if case .validation(_, let score, let isBest) = event {
          scores.append(score)
          marks.append(isBest)
        }
      })
      let highest = try #require(scores.max())
      let first = try #require(scores.firstIndex(of: highest))
      #expect(scores.count == 6 && Set(scores).count > 1)
      #expect(summary.best == Checkpoint.Best(iteration: first + 1, score: highest))
      #expect(marks == scores.indices.map { i in scores[..<i].allSatisfy { $0 < scores[i] } })
      let best = try #require(try run.folder.bestCheckpoint()).checkpoint
      let same = try Checkpoint(contentsOf: run.folder.checkpointPath(iteration: first + 1))
      #expect(best == same)
      #expect(
        try Checkpoint(contentsOf: run.folder.checkpointPath(iteration: 6)).best == summary.best)
      // Which of them it is must depend on the scores.
      #expect(highest != scores.min())
    }
  }

  @Test func `a checkpoint of another definition is not gone on from`() async throws {
    try await withFolder { root in
      let first = try run(configuration(iterations: 2), at: "\(root)/run", family: family())
      _ = try await first.train()
      let before = try FileSystem.contents(of: first.folder.metricsPath)
      let other = TrainingRun(
        folder: first.folder, configuration: configuration(iterations: 3),
        family: try family(horizon: 50))
      let error = await #expect(throws: TrainingError.self) {
        try await other.train(resuming: true)
      }
      #expect(error?.description.contains("has changed since") == true)
      #expect(try FileSystem.contents(of: first.folder.metricsPath) == before)
      #expect(try first.folder.newestCheckpoint().loaded?.checkpoint.iteration == 2)
    }
  }

  @Test(arguments: ["seed", "precision", "gamma"])
  func `a checkpoint of another seed, precision or learner is not gone on from`(what: String)
    async throws
  {
    try await withFolder { root in
      let first = try run(configuration(iterations: 2), at: "\(root)/run", family: family())
      _ = try await first.train()
      var changed = configuration(iterations: 3)
      switch what {
      case "seed": changed.seed = 2
      case "precision": changed.precision = .double
      default: changed.learner.advantages.discount = 0.5
      }
      let other = TrainingRun(folder: first.folder, configuration: changed, family: try family())
      await #expect(throws: TrainingError.self) { try await other.train(resuming: true) }
      #expect(try first.folder.newestCheckpoint().loaded?.checkpoint.iteration == 2)
    }
  }

  @Test func `a run resumed to fewer iterations has no best checkpoint of later ones`() async throws
  {
    try await withFolder { root in
      var sparse = configuration(iterations: 8)
      sparse.checkpointEvery = 3
      let long = try run(sparse, at: "\(root)/run", family: family())
      // Killed behind iteration 8: checkpoints 3 and 6, and the best of all iterations.
      _ = try await long.train()
      let last = try #require(try long.folder.checkpoints().first)
      try FileSystem.removeFile(last.path)
      var best = try Checkpoint(contentsOf: long.folder.checkpointPath(iteration: 6))
      best.iteration = 8
      best.best = Checkpoint.Best(iteration: 8, score: 1e9)
      try best.write(to: long.folder.bestCheckpointPath)

      sparse.iterations = 7
      let resumed = TrainingRun(
        folder: long.folder, configuration: sparse, family: try family())
      let summary = try await resumed.train(resuming: true)
      #expect(summary.iteration == 7)
      let left = try long.folder.bestCheckpoint()?.checkpoint
      #expect((left?.iteration ?? 0) <= 7)
      #expect(left.map { $0.best == summary.best } ?? true)
    }
  }
}
