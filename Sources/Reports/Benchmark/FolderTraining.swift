import Environments
import Experiments
import Files

/// One of several trainings that stand in a folder: it is begun, gone on with, or left as it is
/// when it is done.
public struct FolderTraining: Sendable {
  /// The run folder.
  public let path: String
  /// Every choice.
  public let configuration: RunConfiguration
  /// What messages call it.
  public let title: String

  /// A training in a folder.
  public init(path: String, configuration: RunConfiguration, title: String) {
    self.path = path
    self.configuration = configuration
    self.title = title
  }

  /// Refuses a folder that holds a run with other choices.
  ///
  /// - Returns: what the run has recorded, and how many iterations it has done; nil where there is
  ///   no run yet (a folder without a configuration is a start that was stopped at once).
  /// - Throws: `BenchmarkError.otherSettings`; `RunFolderError`.
  public func present() throws -> (recorded: RunConfiguration, done: Int)? {
    guard RunFolder.isRun(path) else { return nil }
    let recorded = try RunFolder.open(path, forWriting: false).configuration()
    if let change = configuration.differences(changingNumbersFrom: recorded).first {
      throw BenchmarkError.otherSettings(
        path: path, key: change.path, recorded: change.other, wanted: change.value)
    }
    return (recorded, try Self.newestIteration(of: path))
  }

  /// Trains up to the iterations of the configuration.
  ///
  /// - Parameters:
  ///   - family: the configuration's.
  ///   - provenance: recorded in the run.
  ///   - shouldStop: asked after every iteration.
  ///   - observe: told what happens.
  /// - Returns: false when it was asked to stop before the end.
  /// - Throws: what opening the run folder and training throw. A training that stopped because
  ///   its steps were rejected is no error: the best checkpoint up to then counts.
  public func train(
    on family: DefinedTaskFamily, provenance: Provenance, shouldStop: @Sendable () -> Bool,
    observe: (BenchmarkEvent) -> Void
  ) async throws -> Bool {
    var configuration = configuration
    var resuming = false
    let folder: RunFolder
    if let (recorded, done) = try present() {
      if done >= configuration.iterations, done > 0 {
        try settle(keep: recorded.keep)
        if try Self.newestIteration(of: path) >= configuration.iterations { return true }
      }
      // A run that was longer once is not cut short.
      configuration.iterations = max(configuration.iterations, done)
      folder = try RunFolder.open(path, forWriting: true)
      if configuration != recorded { try folder.write(configuration, provenance: provenance) }
      resuming = true
    } else {
      folder = try RunFolder.create(
        path, force: false, configuration: configuration, provenance: provenance,
        family: try CarriedFamily(of: family))
    }
    observe(.began("\(title): training in \(path)"))
    do {
      let summary = try await TrainingRun(
        folder: folder, configuration: configuration, family: family,
        pictures: TrainingPaths(configuration, family: family)
      ).train(resuming: resuming, shouldStop: shouldStop) { observe(.training($0)) }
      return !summary.wasStopped
    } catch let error as TrainingError {
      guard case .diverged = error else { throw error }
      observe(.warning("\(error)"))
      return true
    }
  }

  /// Finishes the last checkpoint's write of a run that came to its end and was stopped there.
  private func settle(keep: Int) throws {
    guard try RunFolder.open(path, forWriting: false).isUnsettled(keep: keep) else { return }
    let folder = try RunFolder.open(path, forWriting: true)
    try folder.rewind(to: try folder.newestCheckpoint().loaded?.checkpoint, keep: keep)
  }

  /// Iterations of the newest checkpoint of a run; 0 where there is none.
  static func newestIteration(of path: String) throws -> Int {
    try RunFolder.open(path, forWriting: false).checkpoints().first?.iteration ?? 0
  }
}
