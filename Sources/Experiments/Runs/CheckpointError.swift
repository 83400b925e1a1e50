import Files

/// A checkpoint that cannot be used: which, why, and what to do.
public enum CheckpointError: Error, CustomStringConvertible, Sendable, Equatable {
  /// It is missing, or cannot be read or written.
  case file(FileError)
  /// It ends before what its header announces.
  case truncated(path: String, expectedBytes: Int, bytes: Int)
  /// Its bytes are not those that were written.
  case damaged(path: String, reason: String)
  /// It is a whole safetensors file, but not one of a meta-training run.
  case foreign(path: String)
  /// A newer program wrote it.
  case newerFormat(path: String, version: Int)
  /// It belongs to another task family.
  case wrongFamily(path: String, family: String, expected: String)
  /// Its tensors are not those of the policy it says it has.
  case wrongShape(path: String, reason: String)

  /// Whether an older checkpoint of the same run can take its place.
  public var isDamage: Bool {
    switch self {
    case .truncated, .damaged, .foreign: true
    case .file, .newerFormat, .wrongFamily, .wrongShape: false
    }
  }

  /// One line.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .truncated(let path, let expected, let bytes):
      "checkpoint '\(path)' is truncated: \(bytes) of \(expected) bytes. \(Self.useEarlier)"
    case .damaged(let path, let reason):
      "checkpoint '\(path)' is damaged: \(reason). \(Self.useEarlier)"
    case .foreign(let path):
      "'\(path)' is a safetensors file, but not a metarl checkpoint. Give the path of a "
        + "checkpoint or of a run folder."
    case .newerFormat(let path, let version):
      "checkpoint '\(path)' has format \(version); this build reads 1 to "
        + "\(Checkpoint.formatVersion). Use the metarl that wrote it, or a newer one."
    case .wrongFamily(let path, let family, let expected):
      "checkpoint '\(path)' is for the task family '\(family)', not '\(expected)'. Use one "
        + "trained on '\(expected)', or evaluate on '\(family)'."
    case .wrongShape(let path, let reason):
      "checkpoint '\(path)' does not fit its policy: \(reason). Train again with this build."
    }
  }

  private static let useEarlier = "Use an earlier checkpoint of the run, or train again."
}
