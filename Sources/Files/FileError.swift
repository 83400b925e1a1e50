import Glibc

/// Something the file system refused: what, on which path, why, and what to do.
public struct FileError: Error, CustomStringConvertible, Sendable, Equatable {
  /// What was attempted: `write`, `rename`, `read`.
  public let operation: String
  /// The file or folder.
  public let path: String
  /// The system's error number (`errno`), or nil when the refusal is our own.
  public let code: Int32?
  /// Why, in words.
  public let reason: String
  /// What the user can do about it; a sentence.
  public let advice: String

  /// A refusal by the system.
  public init(operation: String, path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
    reason = String(cString: strerror(code))
    advice = Self.advice(for: code)
  }

  /// A refusal of our own.
  public init(operation: String, path: String, reason: String, advice: String) {
    self.operation = operation
    self.path = path
    code = nil
    self.reason = reason
    self.advice = advice
  }

  /// The same refusal by the system, about another name of the file.
  package func about(_ path: String) -> FileError {
    code.map { FileError(operation: operation, path: path, code: $0) } ?? self
  }

  /// Whether there is no room: what could not be written now may be later.
  package var isFullDisk: Bool { code == ENOSPC || code == EDQUOT }

  /// One line: what, on what, why, what to do.
  public var description: String { "cannot \(operation) '\(path)': \(reason). \(advice)" }

  private static func advice(for code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "Free space on that disk, then try again."
    case EACCES, EPERM: "Change its permissions, or choose another folder."
    case EROFS: "Choose a folder on a disk that can be written to."
    case ENOENT: "Check the path."
    case ENOTDIR: "A part of the path is a file, not a folder; check the path."
    case EISDIR: "It is a folder where a file is expected; check the path."
    case ELOOP: "It is a link where a file is expected; put the file itself there."
    case EMFILE, ENFILE: "Too many files are open; raise the limit (ulimit -n)."
    case ENAMETOOLONG: "Choose a shorter path."
    case EIO: "The disk reports a fault; check it."
    default: "Check the path and the disk."
    }
  }
}
