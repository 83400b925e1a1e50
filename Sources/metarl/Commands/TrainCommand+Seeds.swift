import ArgumentParser
import Environments
import Experiments
import Files

/// Several seeds in one command: a run folder each, one after the other.
extension TrainCommand {
  /// The run folder of a seed, beside the others.
  static func path(_ base: String, seed: UInt64) -> String { "\(base)-seed-\(seed)" }

  /// Trains a run for each seed.
  ///
  /// What is there is used: a run that is done stays as it is, one that was stopped goes on. All
  /// folders are looked at before the first training, so that a mistake costs none.
  ///
  /// - Throws: `CommandFailure` for a folder with another configuration, and at the end for seeds
  ///   that diverged; the others are trained all the same.
  func train(_ seeds: [UInt64]) async throws {
    let (configuration, family) = try resolved()
    let base = runDir ?? RunReferences.runFolder(for: family)
    let plans = seeds.map { seed in
      var configuration = configuration
      configuration.seed = seed
      return (path: Self.path(base, seed: seed), configuration: configuration)
    }
    for plan in plans { _ = try present(plan.path, plan.configuration) }
    var failures: [String] = []
    for (index, plan) in plans.enumerated() {
      let place = "[\(index + 1)/\(plans.count)] "
      do {
        guard let folder = try present(plan.path, plan.configuration) else {
          try await train(
            newRun(in: plan.path, plan.configuration, family), resuming: false, place: place)
          continue
        }
        let done = try folder.checkpoints().first?.iteration ?? 0
        guard done < plan.configuration.iterations else {
          if !quiet { Console.note("\(place)\(plan.path) has done \(done) iterations already") }
          Console.print(plan.path)
          continue
        }
        let opened = try RunFolder.open(plan.path, forWriting: true)
        try await train(
          resumedRun(plan.path, opened, plan.configuration), resuming: true, place: place)
      } catch let failure as CommandFailure where failure.category == .runFailed {
        Console.warn("seed \(plan.configuration.seed): \(failure)")
        failures.append("\(plan.configuration.seed)")
      }
    }
    guard failures.isEmpty else {
      throw CommandFailure(
        .runFailed,
        "\(failures.count) of \(plans.count) trainings failed: "
          + "seed\(failures.count == 1 ? "" : "s") \(failures.joined(separator: ", ")). The "
          + "others are done.")
    }
  }

  /// The folder of a run that is there with the same mathematics; nil where there is none.
  ///
  /// - Throws: `CommandFailure` for a run with another configuration.
  private func present(_ path: String, _ configuration: RunConfiguration) throws -> RunFolder? {
    let file = FileSystem.join(path, "config.yaml")
    guard !force, FileSystem.kind(of: file) == .file else { return nil }
    let folder = try RunFolder.open(path, forWriting: false)
    if let change = configuration.differences(changingNumbersFrom: try folder.configuration()).first
    {
      throw CommandFailure(
        .usage,
        "'\(path)' was trained with \(change.path) \(change.other), which is now "
          + "\(change.value). Choose another --run-dir, or empty it (--force).")
    }
    return folder
  }
}
