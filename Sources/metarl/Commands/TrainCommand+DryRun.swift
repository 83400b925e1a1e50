import Environments
import Experiments
import MetaLearning

/// What a training would be, without one.
extension TrainCommand {
  /// The resolved configuration as a file, with what it amounts to as comments before it.
  ///
  /// - Returns: YAML that `--config` takes.
  /// - Throws: every mistake that a training would be refused for; nothing is written.
  func plan() throws -> String {
    let (configuration, family): (RunConfiguration, DefinedTaskFamily)
    let folders: [String]
    if let resume {
      let folder = try RunFolder.open(resume, forWriting: false)
      configuration = try resumedConfiguration(resume, of: folder)
      family = try RunReferences.family(of: folder, folders: families.folders)
        .stepped(by: configuration.physics)
      folders = [resume]
    } else {
      (configuration, family) = try resolved()
      if let seeds {
        let base = runDir ?? RunReferences.runFolder(for: family)
        folders = seeds.values.map { Self.path(base, seed: $0) }
      } else {
        folders = [runDir ?? RunReferences.freeRunFolder(for: family)]
      }
    }
    let need = Self.memory(of: configuration, family)
    let sampling = configuration.learner.sampling
    let batches = configuration.learner.inTraining.adaptation.steps + 1
    let episodes = sampling.metaBatchSize * sampling.rolloutsPerTask * batches
    let lines = [
      "A dry run: nothing was trained or written.",
      "run folder\(folders.count == 1 ? "" : "s"): \(folders.joined(separator: ", "))",
      "parameters: \(need.parameters)",
      family.examples.map {
        "examples an iteration: " + "\(sampling.metaBatchSize * examples(of: $0, configuration))"
      } ?? "episodes an iteration: \(episodes), of at most \(family.horizon) steps",
      "memory: at least \(NumberText.bytes(need.bytes)) for rollouts and their derivatives; the "
        + "machine has \(NumberText.bytes(MemoryNeed.ofMachine))",
    ]
    return lines.map { "# \($0)\n" }.joined() + configuration.yaml()
  }

  /// Support and query examples of a task.
  private func examples(
    of source: any ExampleSource, _ configuration: RunConfiguration
  ) -> Int {
    let amounts = configuration.learner.examples
    return source.target.classCount * (amounts.shots + amounts.queries)
  }
}
