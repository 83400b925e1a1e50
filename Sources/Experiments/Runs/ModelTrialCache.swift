import Environments
import Files
import Foundation

/// Models that have passed their trial, remembered in the user's cache folder.
///
/// A trial costs a process and a second compilation; with this it costs once a model and release
/// of MuJoCo. Removing the folder costs the trials again, and nothing else.
public struct ModelTrialCache: ModelTrialLedger {
  private let passed: DigestFolder

  /// A cache in a folder of its own.
  ///
  /// - Parameter folder: need not be there yet.
  public init(folder: String) { passed = DigestFolder(path: folder) }

  /// The cache of the user who runs the program: `metarl/models` below `XDG_CACHE_HOME`, or below
  /// `~/.cache`.
  ///
  /// - Parameter environment: the process's variables.
  /// - Returns: nil where neither variable names a place; a path that is not absolute names none
  ///   (XDG Base Directory Specification 0.8).
  public static func ofUser(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ModelTrialCache? {
    func absolute(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let root = absolute("XDG_CACHE_HOME") ?? absolute("HOME").map { FileSystem.join($0, ".cache") }
    return root.map { ModelTrialCache(folder: FileSystem.join($0, "metarl/models")) }
  }

  /// Whether a trial with just these bytes was passed before.
  public func hasPassed(_ identity: [[UInt8]]) -> Bool {
    passed.contains(SHA256.hexDigest(of: identity))
  }

  /// Notes that a trial was passed.
  public func notePassed(_ identity: [[UInt8]]) {
    passed.insert(SHA256.hexDigest(of: identity))
  }
}
