import Files
import Glibc

extension RunFolder {
  /// A checkpoint file of the run, by the iteration in its name.
  public struct CheckpointFile: Sendable, Equatable {
    /// Meta-iterations completed.
    public let iteration: Int
    /// The file.
    public let path: String
  }

  /// A checkpoint that was read, where from, and what went wrong before.
  public struct LoadedCheckpoint: Sendable {
    /// The checkpoint.
    public let checkpoint: Checkpoint
    /// Its file.
    public let path: String
    /// One line for each newer checkpoint that could not be used.
    public let warnings: [String]
  }

  private static let prefix = "iteration-"
  private static let suffix = ".safetensors"

  /// The best checkpoint by validation tasks.
  public var bestCheckpointPath: String {
    FileSystem.join(checkpointsPath, "best\(Self.suffix)")
  }

  /// The file of a checkpoint.
  public func checkpointPath(iteration: Int) -> String {
    let digits = "\(iteration)"
    let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
    return FileSystem.join(checkpointsPath, "\(Self.prefix)\(zeros)\(digits)\(Self.suffix)")
  }

  /// Checkpoints by iteration, newest first; the best one's copy is not among them.
  public func checkpoints() throws(RunFolderError) -> [CheckpointFile] {
    guard FileSystem.kind(of: checkpointsPath) != nil else { return [] }
    do throws(FileError) {
      let files = try FileSystem.names(inFolder: checkpointsPath).compactMap { name in
        Self.iteration(ofName: name).map {
          CheckpointFile(iteration: $0, path: FileSystem.join(checkpointsPath, name))
        }
      }
      return files.sorted { $0.iteration > $1.iteration }
    } catch {
      throw .file(error)
    }
  }

  /// Where a new best checkpoint waits until the checkpoint that knows of it is written.
  private var pendingBestPath: String {
    FileSystem.join(checkpointsPath, "next-best\(Self.suffix)")
  }

  /// Writes a checkpoint durably, proves it readable, then removes those beyond `keep`.
  ///
  /// - Parameters:
  ///   - checkpoint: named by its iteration.
  ///   - best: what is to be `best.safetensors` from now on, or nil to leave that. It waits under
  ///     another name until the checkpoint is there, so that `best.safetensors` is at no time
  ///     ahead of what a run can go on from.
  ///   - keep: newest checkpoints that stay.
  /// - Returns: the checkpoint's file.
  /// - Throws: `RunFolderError`; earlier checkpoints are then all still there.
  @discardableResult
  public func save(
    _ checkpoint: Checkpoint, best: Checkpoint? = nil, keep: Int
  ) throws(RunFolderError) -> String {
    if let best { try writeProved(best, to: pendingBestPath) }
    let path = checkpointPath(iteration: checkpoint.iteration)
    try writeProved(checkpoint, to: path)
    if best != nil { try adoptPendingBest() }
    try prune(newest: checkpoint.iteration, keep: keep)
    return path
  }

  /// Brings the folder to what it was when a checkpoint was written, before a run goes on there.
  ///
  /// A best checkpoint that waits is taken or removed, one of a later iteration is removed, and so
  /// are checkpoints of later iterations (damaged, as the given one is the newest that is whole)
  /// and those beyond `keep`. What is removed is made again where the run comes that far.
  ///
  /// - Parameters:
  ///   - checkpoint: what the run goes on from; nil for its beginning.
  ///   - keep: newest checkpoints that stay.
  /// - Throws: `RunFolderError`.
  public func rewind(to checkpoint: Checkpoint?, keep: Int) throws(RunFolderError) {
    if pendingBest(of: checkpoint) != nil { try adoptPendingBest() }
    let iteration = checkpoint?.iteration ?? 0
    let best = try? Checkpoint(contentsOf: bestCheckpointPath)
    do throws(FileError) {
      try FileSystem.removeFile(pendingBestPath)
      if let best, best.iteration > iteration { try FileSystem.removeFile(bestCheckpointPath) }
    } catch {
      throw .file(error)
    }
    try prune(newest: iteration, keep: keep)
  }

  /// Whether a stop within a checkpoint's last steps left something for `rewind` to finish.
  ///
  /// - Parameter keep: newest checkpoints that stay.
  /// - Returns: whether a best checkpoint waits for its name, or there are more than `keep`.
  /// - Throws: `RunFolderError`.
  package func isUnsettled(keep: Int) throws(RunFolderError) -> Bool {
    if FileSystem.kind(of: pendingBestPath) != nil { return true }
    return try checkpoints().count > max(keep, 1)
  }

  /// The best checkpoint that waits, when a checkpoint knows of it: it only lacks its name.
  private func pendingBest(of checkpoint: Checkpoint?) -> Checkpoint? {
    guard let best = checkpoint?.best, let pending = try? Checkpoint(contentsOf: pendingBestPath),
      pending.iteration == best.iteration, pending.best == best
    else { return nil }
    return pending
  }

  private func adoptPendingBest() throws(RunFolderError) {
    do throws(FileError) {
      try FileSystem.requireReplaceable(bestCheckpointPath)
      guard rename(pendingBestPath, bestCheckpointPath) == 0 else {
        throw FileError(operation: "rename", path: pendingBestPath, code: errno)
      }
      try DurableFile.flushFolder(checkpointsPath)
    } catch {
      throw .file(error)
    }
  }

  /// Removes checkpoints of later iterations, and all but the `keep` newest.
  private func prune(newest iteration: Int, keep: Int) throws(RunFolderError) {
    let files = try checkpoints()
    let later = files.filter { $0.iteration > iteration }
    let others = files.filter { $0.iteration <= iteration }
    do throws(FileError) {
      for file in later + others.dropFirst(max(keep, 1)) { try FileSystem.removeFile(file.path) }
    } catch {
      throw .file(error)
    }
  }

  /// The newest checkpoint that is whole; damaged ones are passed over with a warning each.
  ///
  /// - Parameter familyName: the family it must belong to, or nil for any.
  /// - Returns: nil for the checkpoint when there is none or all are damaged.
  /// - Throws: `RunFolderError` when a file cannot be read, is of a newer format, or belongs
  ///   to another family: an older one would not help.
  public func newestCheckpoint(
    family familyName: String? = nil
  ) throws(RunFolderError) -> (loaded: LoadedCheckpoint?, warnings: [String]) {
    var warnings: [String] = []
    for file in try checkpoints() {
      do throws(CheckpointError) {
        let checkpoint = try Checkpoint(contentsOf: file.path)
        if let familyName { try checkpoint.require(family: familyName, path: file.path) }
        guard checkpoint.iteration == file.iteration else {
          throw .damaged(
            path: file.path, reason: "it is of iteration \(checkpoint.iteration), not its name's")
        }
        return (
          LoadedCheckpoint(checkpoint: checkpoint, path: file.path, warnings: warnings), warnings
        )
      } catch {
        guard error.isDamage else { throw .checkpoint(error) }
        warnings.append("\(error)")
      }
    }
    return (nil, warnings)
  }

  /// The best checkpoint, or nil when no validation was made.
  ///
  /// One that a stop kept from its name counts when the newest checkpoint knows of it.
  public func bestCheckpoint() throws(RunFolderError) -> LoadedCheckpoint? {
    if FileSystem.kind(of: pendingBestPath) != nil,
      let pending = pendingBest(of: try newestCheckpoint().loaded?.checkpoint)
    {
      return LoadedCheckpoint(checkpoint: pending, path: pendingBestPath, warnings: [])
    }
    guard FileSystem.kind(of: bestCheckpointPath) != nil else { return nil }
    do throws(CheckpointError) {
      let checkpoint = try Checkpoint(contentsOf: bestCheckpointPath)
      return LoadedCheckpoint(checkpoint: checkpoint, path: bestCheckpointPath, warnings: [])
    } catch {
      throw .checkpoint(error)
    }
  }

  private func writeProved(_ checkpoint: Checkpoint, to path: String) throws(RunFolderError) {
    do throws(CheckpointError) {
      let bytes = checkpoint.encoded()
      do throws(FileError) {
        try DurableFile.write(bytes, to: path)
        guard try FileSystem.contents(of: path, limit: 1 << 32) == bytes else {
          throw FileError(
            operation: "read back", path: path, reason: "the disk holds other bytes",
            advice: "Check the disk.")
        }
      } catch {
        throw .file(error)
      }
    } catch {
      throw .checkpoint(error)
    }
  }

  private static func iteration(ofName name: String) -> Int? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(digits)
  }
}
