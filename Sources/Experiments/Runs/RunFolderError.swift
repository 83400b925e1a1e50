import Files

/// A run folder that cannot be used: which, why, and what to do.
public enum RunFolderError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The file system refused.
  case file(FileError)
  /// There is something in it already.
  case notEmpty(path: String)
  /// It cannot be emptied, since it was not made by a training run.
  case foreign(path: String)
  /// It is not a run folder.
  case notARun(path: String, reason: String)
  /// Its configuration cannot be used.
  case configuration(path: String, ConfigurationError)
  /// What was given for a checkpoint is a file of text; the run folder it lies in, if any.
  case textFile(path: String, run: String?)
  /// Its checkpoint cannot be used.
  case checkpoint(CheckpointError)

  /// One line.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .notEmpty(let path):
      "the run folder '\(path)' is not empty. Choose another one, go on with it (--resume), or "
        + "empty it (--force)."
    case .foreign(let path):
      "'\(path)' holds files and no config.yaml, so it is not emptied: it is not a run folder. "
        + "Choose another one."
    case .notARun(let path, let reason):
      "'\(path)' is not a run folder: \(reason). Give a folder that 'metarl train' has written."
    case .configuration(_, let error): "\(error)"
    case .textFile(let path, let run):
      "'\(path)' is no checkpoint: it is a file of text. "
        + (run.map { "Give its run folder, '\($0)'." }
          ?? "Give a run folder or a checkpoint (*.safetensors).")
    case .checkpoint(let error): "\(error)"
    }
  }
}
