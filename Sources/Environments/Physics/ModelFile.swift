#if MuJoCo
  import Foundation

  /// A file of an MJCF model as it was read once: MuJoCo gets these bytes and opens nothing.
  public struct ModelFile: Sendable, Hashable {
    /// Its path below the model's folder.
    public let name: String
    /// What it holds, at least one byte.
    public let bytes: [UInt8]

    /// The name by which MuJoCo 2.2.2 distinguishes files in memory: without folder, in small
    /// letters.
    static func key(_ name: String) -> String {
      let last =
        name.utf8.lastIndex(of: UInt8(ascii: "/"))
        .map { name[name.utf8.index(after: $0)...] } ?? name[...]
      let lowered = last.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
      return String(decoding: lowered, as: UTF8.self)
    }

    /// A path without empty parts and without `.`.
    static func normalized(_ name: String) -> String {
      name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Why a file cannot be read.
    struct Unreadable: Error {
      let reason: String
    }

    /// Linux's `O_PATH`, which Swift's module of the C library leaves out.
    private static let handleOnly: Int32 = 0o1000_0000

    /// Reads an ordinary file.
    ///
    /// What is looked at is what is read: a handle on the file is taken first, looked at, and then
    /// opened. A pipe or a device is never opened, nor what a link leads to outside `folder`.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - folder: the folder, links resolved, that it must lie in after following links; nil
    ///     for any.
    ///   - limit: most bytes.
    /// - Returns: its bytes, or nil when there is no such file.
    /// - Throws: `Unreadable`.
    static func bytes(of path: String, below folder: String?, limit: Int)
      throws(Unreadable) -> [UInt8]?
    {
      // A handle on whatever lies there, which opens nothing yet.
      let place = open(path, handleOnly | O_CLOEXEC)
      guard place >= 0 else {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw Unreadable(reason: "cannot be opened: \(String(cString: strerror(errno)))")
      }
      defer { close(place) }
      var status = stat()
      guard fstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw Unreadable(reason: "is not an ordinary file")
      }
      if let folder {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/fd/\(place)", &target, target.count)
        let real = target.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }
        guard real.starts(with: (folder == "/" ? "/" : folder + "/").utf8) else {
          throw Unreadable(reason: "leads out of the model's folder")
        }
      }
      let file = open("/proc/self/fd/\(place)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard file >= 0 else {
        throw Unreadable(reason: "cannot be opened: \(String(cString: strerror(errno)))")
      }
      defer { close(file) }
      guard status.st_size <= limit else {
        throw Unreadable(reason: "has more than the \(limit) bytes that are left for it")
      }
      var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
      var count = 0
      while count < bytes.count {
        let now = bytes[count...].withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard now >= 0 || errno == EINTR else {
          throw Unreadable(reason: "cannot be read: \(String(cString: strerror(errno)))")
        }
        if now == 0 { break }
        count += max(now, 0)
      }
      guard count < bytes.count else { throw Unreadable(reason: "is being written to") }
      guard count > 0 else { throw Unreadable(reason: "is empty") }
      return Array(bytes[..<count])
    }

    /// A path with all links resolved; the path itself when it leads nowhere.
    static func realPath(_ path: String) -> String {
      guard let real = realpath(path, nil) else { return path }
      defer { free(real) }
      return String(cString: real)
    }
  }
#endif
