import ArgumentParser
import DenseMath
import Environments
import Experiments
import Files
import MetaLearning
import Reports

/// Where a run comes from: from flags and files, or from its folder.
extension TrainCommand {
  /// The configuration that defaults, files and flags make, and its family.
  ///
  /// - Returns: both, checked; what cannot be simulated or does not fit the machine is refused
  ///   before there is a run folder.
  /// - Throws: mistakes in flags and files.
  func resolved() throws -> (RunConfiguration, DefinedTaskFamily) {
    let first = try layered(over: RunConfiguration())
    let family = try FamilyCatalog(
      withBuiltIn: first.environmentFolders, physics: first.physics
    ).announcedFamily(named: first.family)
    // What the family's trainings start from lies under all that was said.
    let configuration =
      family.definition.training == nil && family.examples == nil
      ? first : try layered(over: RunConfiguration(startingOn: family))
    try configuration.validate()
    try learner.requireUse(in: configuration, on: family)
    try Self.memory(of: configuration, family).requireFits()
    _ = try family.makeLanes(
      task: family.task(split: .train, index: 0, seed: configuration.seed), laneCount: 1)
    return (configuration, family)
  }

  /// A starting point with algorithm, file and flags laid over it.
  private func layered(over base: RunConfiguration) throws -> RunConfiguration {
    var configuration = base
    // The row of the algorithm lies under the file and the flags, whoever names it.
    let named = try settings.compactMap { try RunConfiguration.algorithm(in: $0) }.last
    let row = learner.algorithm ?? named
    if let row { configuration.lay(row, over: base.learner) }
    if let config {
      let bytes = try FileSystem.contents(of: config, limit: 16 << 20)
      try configuration.apply(
        yaml: String(decoding: bytes, as: UTF8.self), origin: config, row: row,
        base: base.learner)
    }
    for setting in settings { try configuration.set(setting) }
    learner.apply(to: &configuration)
    if let engine = physics.physics { configuration.physics = engine }
    configuration.environmentFolders =
      (families.folders + configuration.environmentFolders).map(RunReferences.absolute(path:))
    if let family { configuration.family = family }
    guard !configuration.family.isEmpty else {
      throw ValidationError(
        "Give a task family, as in 'metarl train navigation-2d'; 'metarl environments' lists "
          + "them.")
    }
    configuration.family = RunReferences.absolute(family: configuration.family)
    return configuration
  }

  /// What a training holds at once.
  static func memory(of configuration: RunConfiguration, _ family: DefinedTaskFamily) -> MemoryNeed
  {
    MemoryNeed(
      learner: configuration.learner, family: family, precision: configuration.precision,
      tasksAtOnce: configuration.learner.sampling.metaBatchSize,
      rolloutsPerTask: family.rowsPerTask(of: configuration.learner),
      batches: configuration.learner.adaptation.steps + 1,
      workers: TrainingRun.workers(configuration.workers).count)
  }

  /// A run in a new folder: the one that is named, or the next free one.
  func newRun() throws -> TrainingRun {
    let (configuration, family) = try resolved()
    if let runDir { return try newRun(in: runDir, configuration, family) }
    let folder = try RunFolder.createNext(
      after: RunReferences.runFolder(for: family), configuration: configuration,
      provenance: try Version.provenance(of: family), family: RunReferences.carried(family))
    return TrainingRun(
      folder: folder, configuration: configuration, family: family,
      pictures: TrainingPaths(configuration, family: family))
  }

  /// A run of a resolved configuration in a new folder.
  func newRun(
    in path: String, _ configuration: RunConfiguration, _ family: DefinedTaskFamily
  ) throws -> TrainingRun {
    let folder = try RunFolder.create(
      path, force: force, configuration: configuration,
      provenance: try Version.provenance(of: family), family: RunReferences.carried(family))
    return TrainingRun(
      folder: folder, configuration: configuration, family: family,
      pictures: TrainingPaths(configuration, family: family))
  }

  /// The configuration of a run with the flags laid over it.
  ///
  /// - Throws: `ValidationError` for flags that would change its mathematics or shorten it.
  func resumedConfiguration(_ path: String, of folder: RunFolder) throws -> RunConfiguration {
    let recorded = try folder.configuration()
    var configuration = recorded
    for setting in settings { try configuration.set(setting) }
    learner.apply(to: &configuration)
    if let engine = physics.physics { configuration.physics = engine }
    try configuration.validate()
    if let change = configuration.differences(changingNumbersFrom: recorded).first {
      throw ValidationError(
        "A resumed run keeps its mathematics: \(change.path) is \(change.other) in '\(path)' "
          + "and cannot become \(change.value). Start a new run for that.")
    }
    if let done = try folder.checkpoints().first?.iteration, configuration.iterations < done {
      throw ValidationError(
        "The run in '\(path)' has done \(done) iterations already; --iterations can extend it, "
          + "not shorten it.")
    }
    return configuration
  }

  /// A run that goes on, with the flags laid over its configuration.
  func resumedRun(_ path: String) throws -> TrainingRun {
    let folder = try RunFolder.open(path, forWriting: true)
    return try resumedRun(path, folder, try resumedConfiguration(path, of: folder))
  }

  /// A run that goes on with a configuration that changes none of its numbers.
  ///
  /// - Throws: `TrainingError` for a family whose definition has changed.
  func resumedRun(
    _ path: String, _ folder: RunFolder, _ configuration: RunConfiguration
  ) throws -> TrainingRun {
    let recorded = try folder.configuration()
    let family = try RunReferences.family(of: folder, folders: families.folders)
      .stepped(by: configuration.physics)
    try learner.requireUse(in: configuration, on: family)
    let present = try Version.provenance(of: family)
    let provenance = try folder.provenance() ?? present
    guard (provenance.definitionDigest ?? family.definitionDigest) == family.definitionDigest
    else {
      throw TrainingError.notResumable(
        path: path,
        reason: "the definition of '\(family.qualifiedName)' in '\(family.definition.origin)' has "
          + "changed since. Restore it, or start a new run.")
    }
    for change in present.differences(from: provenance) {
      Console.warn(
        "'\(path)' was started with \(change.key) \(change.other); here it is \(change.value). "
          + "Its numbers may differ in the last digits from those of a run in one go.")
    }
    if configuration != recorded { try folder.write(configuration, provenance: provenance) }
    return TrainingRun(
      folder: folder, configuration: configuration, family: family,
      pictures: TrainingPaths(configuration, family: family))
  }
}
