import Glibc

/// A set of digests that is kept across processes: a folder of empty files, each named by one.
///
/// It is a cache, and its loss costs time alone: what cannot be read is not in it, and what
/// cannot be written is forgotten, without an error. A folder that others may write to is not
/// believed, nor anything in it that is not an ordinary file.
public struct DigestFolder: Sendable {
  /// Digests that are kept at most; the one after them clears the folder first.
  static let mostDigests = 4096

  private let path: String

  /// A set in a folder, which need not be there yet.
  ///
  /// - Parameter path: the folder; it belongs to the set alone.
  public init(path: String) { self.path = path }

  /// Whether a digest was inserted, by whichever process.
  ///
  /// - Parameter digest: hexadecimal digits, as of `SHA256`.
  /// - Returns: false also where the folder cannot be read or is not believed.
  public func contains(_ digest: String) -> Bool {
    precondition(Self.isDigest(digest), "'\(digest)' is no digest")
    var information = stat()
    return isOurs && lstat(FileSystem.join(path, digest), &information) == 0
      && information.st_mode & S_IFMT == S_IFREG
  }

  /// Inserts a digest, where the folder can be written to.
  ///
  /// - Parameter digest: hexadecimal digits, as of `SHA256`.
  public func insert(_ digest: String) {
    precondition(Self.isDigest(digest), "'\(digest)' is no digest")
    guard (try? FileSystem.createFolder(path)) != nil, isOurs,
      let names = try? FileSystem.names(inFolder: path)
    else { return }
    if names.count >= Self.mostDigests {
      for name in names where Self.isDigest(name) {
        try? FileSystem.removeFile(FileSystem.join(path, name))
      }
    }
    _ = try? FileDescriptor(
      path: FileSystem.join(path, digest), flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
      operation: "write")
  }

  /// Whether the folder is this user's, and nobody else may put anything into it.
  private var isOurs: Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
      && information.st_uid == geteuid() && information.st_mode & (S_IWGRP | S_IWOTH) == 0
  }

  private static func isDigest(_ name: String) -> Bool {
    name.utf8.count == SHA256.hexCount
      && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
