import Glibc

/// Questions and small changes to the file system, with typed errors.
public enum FileSystem {
  /// What a path leads to.
  public enum Kind: Sendable, Equatable {
    /// A regular file.
    case file
    /// A folder.
    case folder
    /// A pipe, a device, a socket.
    case other
  }

  /// What a path leads to (links followed), or nil when there is nothing or it cannot be seen.
  public static func kind(of path: String) -> Kind? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    switch information.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// All bytes of a regular file.
  ///
  /// - Throws: `FileError` when it cannot be read, is no regular file, or has more than
  ///   `limit` bytes (checked before memory is asked for).
  public static func contents(of path: String, limit: Int = 1 << 30) throws(FileError) -> [UInt8] {
    let file = try FileDescriptor(path: path, flags: O_RDONLY | O_NONBLOCK, operation: "read")
    let size = try file.regularFileSize()
    guard size <= limit else {
      throw FileError(
        operation: "read", path: path, reason: "it has \(size) bytes, more than \(limit)",
        advice: "Check that it is the right file.")
    }
    return try file.read(count: size, at: 0)
  }

  /// The first bytes of a regular file, `count` or as many as it has.
  ///
  /// - Throws: `FileError` when it cannot be read or is no regular file.
  public static func start(of path: String, count: Int) throws(FileError) -> [UInt8] {
    let file = try FileDescriptor(path: path, flags: O_RDONLY | O_NONBLOCK, operation: "read")
    _ = try file.regularFileSize()
    return try file.read(count: count, at: 0)
  }

  /// Names in a folder, sorted, without `.` and `..`.
  public static func names(inFolder path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else {
      throw FileError(operation: "list", path: path, code: errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      guard let start = UnsafeRawPointer(entry.pointer(to: \.d_name)) else { continue }
      let name = String(cString: start.assumingMemoryBound(to: CChar.self))
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a folder and those above it; nothing happens when it is already there.
  public static func createFolder(_ path: String) throws(FileError) {
    if kind(of: path) == .folder { return }
    let parent = parentFolder(of: path)
    if parent != path && kind(of: parent) == nil { try createFolder(parent) }
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw FileError(operation: "create folder", path: path, code: errno)
    }
    guard kind(of: path) == .folder else {
      throw FileError(operation: "create folder", path: path, code: ENOTDIR)
    }
  }

  /// Removes a file; nothing happens when it is not there.
  public static func removeFile(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw FileError(operation: "remove", path: path, code: errno)
    }
  }

  /// Removes a file, or a folder with everything in it; links are removed, not followed.
  public static func removeTree(_ path: String) throws(FileError) {
    var information = stat()
    guard lstat(path, &information) == 0 else {
      if errno == ENOENT { return }
      throw FileError(operation: "remove", path: path, code: errno)
    }
    guard information.st_mode & S_IFMT == S_IFDIR else { return try removeFile(path) }
    for name in try names(inFolder: path) { try removeTree(join(path, name)) }
    guard rmdir(path) == 0 else {
      throw FileError(operation: "remove", path: path, code: errno)
    }
  }

  /// Makes sure that a path can be given to a new file by renaming: nothing is there, or a
  /// regular file.
  ///
  /// Renaming over a device or a link (`/dev/stdout`) would replace that itself.
  ///
  /// - Returns: the permissions of the file that is there, or nil.
  /// - Throws: `FileError` for folders, links, pipes and devices.
  @discardableResult
  public static func requireReplaceable(_ path: String) throws(FileError) -> mode_t? {
    var information = stat()
    guard lstat(path, &information) == 0 else { return nil }
    switch information.st_mode & S_IFMT {
    case S_IFREG: return information.st_mode & 0o777
    case S_IFDIR: throw FileError(operation: "write", path: path, code: EISDIR)
    default:
      throw FileError(
        operation: "write", path: path, reason: "it is a link, a pipe or a device",
        advice: "Give the name of a file.")
    }
  }

  /// Refuses a link: what lies in a run folder from elsewhere must not lead out of it.
  ///
  /// - Throws: `FileError` that names the link; nothing for what is not there.
  public static func requireNoLink(_ path: String) throws(FileError) {
    var information = stat()
    guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFLNK else { return }
    throw FileError(
      operation: "write to", path: path, reason: "it is a link, which may lead out of its folder",
      advice: "Put the file or folder itself there.")
  }

  /// Makes sure that a file has one name, so that changing it changes nothing elsewhere.
  ///
  /// - Throws: `FileError` for links and when the copy of a file with several names cannot be made.
  package static func requireOneName(_ path: String) throws(FileError) {
    try requireNoLink(path)
    var information = stat()
    guard lstat(path, &information) == 0, information.st_nlink > 1,
      information.st_mode & S_IFMT == S_IFREG
    else { return }
    try DurableFile.write(contents(of: path, limit: 1 << 32), to: path)
  }

  /// Makes a folder that was not there before; those above it as `createFolder` does.
  ///
  /// - Returns: false when there is something of that name already, whoever made it.
  /// - Throws: `FileError` when it cannot be made.
  package static func createNewFolder(_ path: String) throws(FileError) -> Bool {
    try createFolder(parentFolder(of: path))
    if mkdir(path, 0o755) == 0 { return true }
    guard errno == EEXIST else {
      throw FileError(operation: "create folder", path: path, code: errno)
    }
    return false
  }

  /// `folder/name`.
  public static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The folder that holds `path`; `.` for a bare name.
  public static func parentFolder(of path: String) -> String {
    var trimmed = path[...]
    while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// The last part of `path`.
  public static func lastName(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
