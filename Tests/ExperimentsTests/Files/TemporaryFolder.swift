import Experiments
import Files
import Glibc

/// Calls the body with a new empty folder, removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = try makeTemporaryFolder()
  defer { try? FileSystem.removeTree(path) }
  return try body(path)
}

/// A new empty folder.
func makeTemporaryFolder() throws -> String {
  var template = Array("\(temporaryRoot)/metarl-test-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else {
    throw FileError(operation: "create folder", path: temporaryRoot, code: errno)
  }
  return template.withUnsafeBufferPointer { buffer in
    buffer.baseAddress.map { String(cString: $0) } ?? ""
  }
}

private var temporaryRoot: String {
  getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
}
