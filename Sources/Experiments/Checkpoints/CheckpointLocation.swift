import Files

/// A checkpoint named by a user: the path of a run folder or of a checkpoint file.
public struct CheckpointLocation: Sendable {
  /// Which checkpoint of a run folder.
  public enum Choice: String, Sendable, CaseIterable {
    /// The best by validation tasks; the newest where there was no validation.
    case best
    /// The newest whole one.
    case latest
  }

  /// The checkpoint.
  public let checkpoint: Checkpoint
  /// Its file.
  public let path: String
  /// The run it belongs to, when it was named by its run folder or lies in one.
  public let folder: RunFolder?
  /// What was passed over on the way; one line each.
  public let warnings: [String]

  /// A checkpoint that is at hand.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - path: what errors name.
  public init(_ checkpoint: Checkpoint, path: String) {
    (self.checkpoint, self.path) = (checkpoint, path)
    (folder, warnings) = (nil, [])
  }

  /// Finds and reads a checkpoint.
  ///
  /// - Parameters:
  ///   - path: a run folder or a checkpoint file.
  ///   - choice: which checkpoint of a run folder.
  /// - Throws: `RunFolderError`.
  public init(path: String, choice: Choice = .best) throws(RunFolderError) {
    guard FileSystem.kind(of: path) == .folder else {
      if Self.isText(path) {
        let folder = FileSystem.parentFolder(of: path)
        let isRun = (try? RunFolder.open(folder, forWriting: false)) != nil
        throw .textFile(path: path, run: isRun ? folder : nil)
      }
      do throws(CheckpointError) {
        checkpoint = try Checkpoint(contentsOf: path)
      } catch {
        throw .checkpoint(error)
      }
      let run = FileSystem.parentFolder(of: FileSystem.parentFolder(of: path))
      folder = try? RunFolder.open(run, forWriting: false)
      self.path = path
      warnings = []
      return
    }
    let run = try RunFolder.open(path, forWriting: false)
    folder = run
    var passedOver: [String] = []
    if choice == .best {
      do throws(RunFolderError) {
        if let best = try run.bestCheckpoint() {
          checkpoint = best.checkpoint
          self.path = best.path
          warnings = []
          return
        }
      } catch {
        guard case .checkpoint(let damage) = error, damage.isDamage else { throw error }
        passedOver.append("\(damage)")
      }
    }
    let newest = try run.newestCheckpoint()
    passedOver += newest.warnings
    guard let loaded = newest.loaded else {
      throw .notARun(
        path: path, reason: passedOver.first ?? "it has no checkpoint yet")
    }
    checkpoint = loaded.checkpoint
    self.path = loaded.path
    warnings = passedOver
  }

  /// Whether a file begins with printable letters, as YAML, JSON Lines and tables do.
  ///
  /// A checkpoint begins with the length of its header in eight bytes, the upper ones zero.
  private static func isText(_ path: String) -> Bool {
    guard let start = try? FileSystem.start(of: path, count: 8), start.count == 8 else {
      return false
    }
    return start.allSatisfy { (32..<127).contains($0) || (9...13).contains($0) || $0 >= 0xC2 }
  }
}
