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

  /// Writes a checkpoint durably, proves it readable, then removes those beyond `keep`.
  ///
  /// - Parameters:
  ///   - checkpoint: named by its iteration.
  ///   - isBest: whether to write `best.safetensors` too. That comes first: a stop in between
  ///     loses nothing, since going on from the checkpoint before finds the same best again.
  ///   - keep: newest checkpoints that stay.
  /// - Returns: the checkpoint's file.
  /// - Throws: `RunFolderError`; earlier checkpoints are then all still there.
  @discardableResult
  public func save(
    _ checkpoint: Checkpoint, isBest: Bool = false, keep: Int
  ) throws(RunFolderError) -> String {
    if isBest { try writeProved(checkpoint, to: bestCheckpointPath) }
    let path = checkpointPath(iteration: checkpoint.iteration)
    try writeProved(checkpoint, to: path)
    let older = try checkpoints().filter { $0.iteration < checkpoint.iteration }
    do throws(FileError) {
      for file in older.dropFirst(max(keep, 1) - 1) { try FileSystem.removeFile(file.path) }
    } catch {
      throw .file(error)
    }
    return path
  }

  /// Writes only `best.safetensors`, for a best between two checkpoints.
  public func saveBest(_ checkpoint: Checkpoint) throws(RunFolderError) {
    try writeProved(checkpoint, to: bestCheckpointPath)
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
  public func bestCheckpoint() throws(RunFolderError) -> LoadedCheckpoint? {
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
