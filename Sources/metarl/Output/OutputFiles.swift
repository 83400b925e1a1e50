import Experiments
import Files

/// Files that a command writes when its work is done; `-` is standard output.
///
/// Where something for machines goes to standard output, what is meant for people goes to standard
/// error, so that a pipe gets the one thing it asked for.
struct OutputFiles {
  /// A file as it was asked for.
  struct Request {
    /// The flag that names it.
    let flag: String
    /// Its path; nil when it is not wanted.
    let path: String?
    /// Whether its folder is made; otherwise whoever writes the file says that it is not there.
    let makesFolder: Bool

    init(_ flag: String, _ path: String?, makesFolder: Bool = true) {
      (self.flag, self.path, self.makesFolder) = (flag, path, makesFolder)
    }
  }

  /// The path that means standard output.
  static let standardOutput = "-"

  /// Whether one of the files is standard output.
  let usesStandardOutput: Bool

  /// Finds out before the work whether its results can be written, and makes their folders.
  ///
  /// - Parameters:
  ///   - requests: what is written.
  ///   - inputs: files that the command reads, which it does not replace.
  ///   - replacesReport: whether the `report.html` of a run may be replaced.
  /// - Throws: `CommandFailure` for a file that a run or the command itself needs, and for two
  ///   results in one place; `FileError` for a folder that cannot be made or written to, a
  ///   full disk, or a path that no file can replace.
  init(_ requests: [Request], reading inputs: [String] = [], replacesReport: Bool = false) throws {
    usesStandardOutput = requests.contains { $0.path == Self.standardOutput }
    var taken: [String: String] = [:]
    let read = Set(inputs.map(FileSystem.absolute))
    for request in requests {
      guard let path = request.path else { continue }
      let flag = request.flag
      let place = path == Self.standardOutput ? path : FileSystem.absolute(path)
      if let other = taken.updateValue(flag, forKey: place) {
        let name = path == Self.standardOutput ? "standard output" : "'\(path)'"
        throw CommandFailure(
          .usage, "\(other) and \(flag) both go to \(name); give each a place of its own.")
      }
      guard path != Self.standardOutput else { continue }
      if let run = RunFolder.owner(ofFile: path, includingReport: !replacesReport) {
        throw CommandFailure(
          .usage,
          "\(flag) would replace '\(path)', which the run in '\(run)' needs. Give another name.")
      }
      if read.contains(place) {
        throw CommandFailure(
          .usage, "\(flag) would replace '\(path)', which is read. Give another name.")
      }
      if request.makesFolder {
        try FileSystem.createFolder(FileSystem.parentFolder(of: path))
      }
      try DurableFile.requireWritable(path)
    }
  }

  /// Writes what people read: to standard output, or to standard error where that is taken.
  func tell(_ text: String) {
    usesStandardOutput ? Console.note(text) : Console.print(text)
  }

  /// Writes a result where it was asked for; nothing when it was not.
  ///
  /// - Throws: `FileError`.
  func write(_ text: @autoclosure () throws -> String, to path: String?) throws {
    guard let path else { return }
    try write(Array(try text().utf8), to: path)
  }

  /// Writes the bytes of a result where it was asked for.
  ///
  /// - Throws: `FileError`.
  func write(_ bytes: [UInt8], to path: String) throws {
    if path == Self.standardOutput {
      Console.write(bytes)
    } else {
      try DurableFile.write(bytes, to: path)
    }
  }
}
