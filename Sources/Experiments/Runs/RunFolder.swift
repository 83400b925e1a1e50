import Environments
import Files

/// The folder of one training run: where each thing lies, and who may write there.
///
/// ```
/// config.yaml        every choice, versions, digests
/// metrics.jsonl      one row an iteration; progress.csv the same as a table
/// tensorboard/       events of every iteration
/// checkpoints/       iteration-000120.safetensors …, best.safetensors
/// evaluation/  recordings/  plots/  report.html
/// family/            the task family's definition and models, as the run was started with them
/// run.lock           held by the process that writes
/// ```
public struct RunFolder: Sendable {
  /// The folder.
  public let path: String
  /// Held as long as the folder is open for writing; nil when it is open for reading.
  let lock: RunLock?

  /// The resolved configuration.
  public var configurationPath: String { FileSystem.join(path, Self.configurationName) }
  /// One JSON object an iteration.
  public var metricsPath: String { FileSystem.join(path, "metrics.jsonl") }
  /// The same rows as a table.
  public var progressPath: String { FileSystem.join(path, "progress.csv") }
  /// The folder of TensorBoard's event file.
  public var tensorBoardPath: String { FileSystem.join(path, "tensorboard") }
  /// The folder of checkpoints.
  public var checkpointsPath: String { FileSystem.join(path, "checkpoints") }
  /// The page about it.
  public var reportPath: String { FileSystem.join(path, "report.html") }
  /// The folder of evaluations.
  public var evaluationPath: String { FileSystem.join(path, "evaluation") }
  /// The folder of the task family's definition and models.
  public var familyPath: String { FileSystem.join(path, Self.familyName) }
  /// The folder of recordings.
  public var recordingsPath: String { FileSystem.join(path, "recordings") }

  static let configurationName = "config.yaml"
  static let familyName = "family"
  static let lockName = "run.lock"
  /// What `--force` removes; the configuration last, so that a stop in between leaves a folder
  /// that is still known as a run's.
  private static let ownNames = [
    "checkpoints", "evaluation", "recordings", "metrics.jsonl", "progress.csv", "report.html",
    "tensorboard", "plots", familyName, configurationName,
  ]

  private init(path: String, lock: RunLock?) {
    self.path = path
    self.lock = lock
  }

  /// Starts a run in a new or empty folder and writes its configuration.
  ///
  /// - Parameters:
  ///   - path: made with the folders above it when it is not there.
  ///   - force: whether to remove what an earlier run left there. Files that no run writes
  ///     stay; a folder without `config.yaml` is not emptied.
  ///   - configuration: checked before anything is touched.
  ///   - provenance: recorded beside it.
  ///   - family: written into the folder, so that the run can be moved; nil for none.
  /// - Returns: the folder, open for writing.
  /// - Throws: `RunFolderError`; a refused folder is left as it was.
  public static func create(
    _ path: String, force: Bool, configuration: RunConfiguration, provenance: Provenance,
    family: CarriedFamily? = nil
  ) throws(RunFolderError) -> RunFolder {
    try create(
      path, force: force, configuration: configuration, provenance: provenance, family: family,
      takeLock: { path throws(FileError) in try RunLock(path: path) })
  }

  /// As above, with another way to take the lock.
  static func create(
    _ path: String, force: Bool, configuration: RunConfiguration, provenance: Provenance,
    family: CarriedFamily? = nil, takeLock: (String) throws(FileError) -> RunLock
  ) throws(RunFolderError) -> RunFolder {
    do throws(ConfigurationError) {
      try configuration.validate()
    } catch {
      throw .configuration(path: path, error)
    }
    // Looked at before anything is touched, and again once nobody else can write there.
    try requireFree(path, force: force)
    do throws(FileError) {
      try FileSystem.createFolder(path)
    } catch {
      throw .file(error)
    }
    let lock: RunLock
    do throws(FileError) {
      lock = try takeLock(FileSystem.join(path, lockName))
    } catch {
      throw .file(error)
    }
    try requireFree(path, force: force)
    do throws(FileError) {
      let folder = RunFolder(path: path, lock: lock)
      try DurableFile.removeLeftovers(inFolder: path)
      for name in ownNames { try FileSystem.removeTree(FileSystem.join(path, name)) }
      try FileSystem.createFolder(folder.checkpointsPath)
      try family?.write(intoRun: folder)
      try DurableFile.flushFolder(FileSystem.parentFolder(of: path))
      try DurableFile.write(
        configuration.yaml(provenance: provenance), to: folder.configurationPath)
      return folder
    } catch {
      throw .file(error)
    }
  }

  /// Starts a run in the first folder of `BASE`, `BASE-2`, `BASE-3`, … that is not there yet.
  ///
  /// The name is taken by making the folder, so that runs that start at once get one each.
  ///
  /// - Parameters: as those of `create`.
  /// - Returns: the folder, open for writing.
  /// - Throws: `RunFolderError`.
  public static func createNext(
    after base: String, configuration: RunConfiguration, provenance: Provenance,
    family: CarriedFamily? = nil
  ) throws(RunFolderError) -> RunFolder {
    var (path, number) = (base, 1)
    do throws(FileError) {
      while try !FileSystem.createNewFolder(path) {
        number += 1
        path = "\(base)-\(number)"
      }
    } catch {
      throw .file(error)
    }
    return try create(
      path, force: false, configuration: configuration, provenance: provenance, family: family)
  }

  /// Whether there is a run: its configuration is written last when one is started.
  public static func isRun(_ path: String) -> Bool {
    FileSystem.kind(of: FileSystem.join(path, configurationName)) == .file
  }

  /// Refuses a folder with something in it that may not be removed.
  private static func requireFree(_ path: String, force: Bool) throws(RunFolderError) {
    guard FileSystem.kind(of: path) != nil, try !isVacant(path) else { return }
    guard force else { throw .notEmpty(path: path) }
    guard isRun(path) else { throw .foreign(path: path) }
  }

  /// Opens the folder of an existing run.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - forWriting: takes the lock (refused while another process holds it) and clears away
  ///     half-written files that a crash left.
  /// - Returns: the folder.
  /// - Throws: `RunFolderError`; for writing also when links in it lead out of it.
  public static func open(_ path: String, forWriting: Bool) throws(RunFolderError) -> RunFolder {
    guard let kind = FileSystem.kind(of: path) else {
      throw .notARun(path: path, reason: "it does not exist")
    }
    guard kind == .folder else { throw .notARun(path: path, reason: "it is not a folder") }
    guard isRun(path) else {
      throw .notARun(path: path, reason: "it has no \(configurationName)")
    }
    guard forWriting else { return RunFolder(path: path, lock: nil) }
    do throws(FileError) {
      try requireNoLinks(path)
      let folder = RunFolder(
        path: path, lock: try RunLock(path: FileSystem.join(path, lockName)))
      try FileSystem.createFolder(folder.checkpointsPath)
      try DurableFile.removeLeftovers(inFolder: path)
      try DurableFile.removeLeftovers(inFolder: folder.checkpointsPath)
      return folder
    } catch {
      throw .file(error)
    }
  }

  /// The configuration the run was started with.
  public func configuration() throws(RunFolderError) -> RunConfiguration {
    let text = try configurationText()
    do throws(ConfigurationError) {
      return try RunConfiguration(recorded: text, origin: configurationPath)
    } catch {
      throw .configuration(path: path, error)
    }
  }

  /// The task family that the run was started with, from the folder itself.
  ///
  /// - Parameter preset: the preset, or nil.
  /// - Returns: nil for a run that carries none (an older one).
  /// - Throws: `FileError`, `CarriedFamilyError`, and what reading the definition throws.
  public func family(preset: String?) throws -> DefinedTaskFamily? {
    guard FileSystem.kind(of: familyPath) == .folder else { return nil }
    return try CarriedFamily.family(inFolder: familyPath, preset: preset)
  }

  /// How the run was made, or nil when its configuration file does not say.
  public func provenance() throws(RunFolderError) -> Provenance? {
    let text = try configurationText()
    do throws(ConfigurationError) {
      return try Provenance(yaml: text, origin: configurationPath)
    } catch {
      throw .configuration(path: path, error)
    }
  }

  /// Refuses to go on when the folder is no longer the one that was opened for writing.
  ///
  /// - Throws: `FileError` when it was removed or replaced.
  /// - Precondition: the folder is open for writing.
  public func requireHeld() throws(FileError) {
    guard let lock else { preconditionFailure("'\(path)' is open for reading") }
    try lock.requireHeld()
  }

  /// Replaces the configuration file, as when a run is resumed with more iterations.
  public func write(
    _ configuration: RunConfiguration, provenance: Provenance
  ) throws(RunFolderError) {
    do throws(FileError) {
      try DurableFile.write(configuration.yaml(provenance: provenance), to: configurationPath)
    } catch {
      throw .file(error)
    }
  }

  private func configurationText() throws(RunFolderError) -> String {
    do throws(FileError) {
      let bytes = try FileSystem.contents(of: configurationPath, limit: 16 << 20)
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      throw .file(error)
    }
  }

  /// Refuses links among the files that a run writes: a folder from elsewhere may hold some.
  private static func requireNoLinks(_ path: String) throws(FileError) {
    for name in ownNames + [lockName] { try FileSystem.requireNoLink(FileSystem.join(path, name)) }
    for name in ["checkpoints", "tensorboard"] {
      let folder = FileSystem.join(path, name)
      guard FileSystem.kind(of: folder) == .folder else { continue }
      for file in try FileSystem.names(inFolder: folder) {
        try FileSystem.requireNoLink(FileSystem.join(folder, file))
      }
    }
  }

  /// Whether a folder holds nothing, or only what a start that was stopped at once leaves.
  private static func isVacant(_ path: String) throws(RunFolderError) -> Bool {
    do throws(FileError) {
      let names = try FileSystem.names(inFolder: path)
      for name in names {
        if name == lockName || TemporaryFile.isName(name) { continue }
        // Written under the lock, and before the configuration.
        if name == familyName, names.contains(lockName), !isRun(path) { continue }
        guard name == "checkpoints",
          try FileSystem.names(inFolder: FileSystem.join(path, name)).isEmpty
        else { return false }
      }
      return true
    } catch {
      throw .file(error)
    }
  }
}
