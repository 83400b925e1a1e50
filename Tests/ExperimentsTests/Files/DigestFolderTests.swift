import Foundation
import Testing

@testable import Files

/// Digests that are kept across processes, where nothing is believed that others may have put.
@Suite struct DigestFolderTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())/a/b").path
  private let digest = SHA256.hexDigest(of: "one")

  private func cleanUp() {
    try? FileSystem.removeTree(FileSystem.parentFolder(of: FileSystem.parentFolder(of: path)))
  }

  @Test func `what was inserted is found by another value of the same folder`() {
    defer { cleanUp() }
    #expect(!DigestFolder(path: path).contains(digest))
    DigestFolder(path: path).insert(digest)
    DigestFolder(path: path).insert(digest)
    #expect(DigestFolder(path: path).contains(digest))
    #expect(!DigestFolder(path: path).contains(SHA256.hexDigest(of: "two")))
  }

  @Test(arguments: [0o777, 0o775, 0o757])
  func `a folder that others may write to is not believed`(mode: Int) throws {
    defer { cleanUp() }
    let folder = DigestFolder(path: path)
    folder.insert(digest)
    chmod(path, mode_t(mode))
    #expect(!folder.contains(digest))
    folder.insert(SHA256.hexDigest(of: "two"))
    #expect(try FileSystem.names(inFolder: path) == [digest])
    chmod(path, 0o755)
    #expect(folder.contains(digest))
  }

  @Test func `links and folders are no digests`() throws {
    defer { cleanUp() }
    try FileSystem.createFolder(path)
    let others = ["link", "folder"].map { SHA256.hexDigest(of: $0) }
    symlink("/etc/passwd", FileSystem.join(path, others[0]))
    try FileSystem.createFolder(FileSystem.join(path, others[1]))
    for other in others {
      DigestFolder(path: path).insert(other)
      #expect(!DigestFolder(path: path).contains(other))
    }
  }

  @Test func `a folder that cannot be made holds nothing`() {
    let folder = DigestFolder(path: "/dev/null/digests")
    folder.insert(digest)
    #expect(!folder.contains(digest))
  }

  @Test func `the number of digests is bounded, and other files stay`() throws {
    defer { cleanUp() }
    try FileSystem.createFolder(path)
    try DurableFile.write("mine", to: FileSystem.join(path, "note"))
    for index in 0..<DigestFolder.mostDigests {
      let name = SHA256.hexDigest(of: "\(index)")
      #expect(FileManager.default.createFile(atPath: FileSystem.join(path, name), contents: nil))
    }
    DigestFolder(path: path).insert(digest)
    #expect(try FileSystem.names(inFolder: path).sorted() == [digest, "note"].sorted())
  }
}
