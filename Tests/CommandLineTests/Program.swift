import Foundation
import Testing

/// The built `metarl`, run as a process of its own, in a folder of its own.
struct Program {
  /// What a run of it left.
  struct Result {
    /// The exit code, or minus the signal that ended it.
    let code: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let error: String
  }

  /// The executable beside the test bundle.
  static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("metarl")

  /// The sources, for data files.
  static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The working folder, empty at first.
  let folder: URL

  /// Makes an empty working folder.
  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Removes the working folder.
  func cleanUp() {
    for path in [folder.path, folder.path + ".cache"] {
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// Names of everything in the working folder and below it, sorted.
  var contents: [String] {
    (FileManager.default.subpaths(atPath: folder.path) ?? []).sorted()
  }

  /// Writes a text file into the working folder.
  func write(_ text: String, to name: String) throws {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// The bytes of a file in the working folder.
  func bytes(of name: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(name))
  }

  /// The text of a file in the working folder.
  func text(of name: String) throws -> String {
    String(decoding: try bytes(of: name), as: UTF8.self)
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: one a word.
  ///   - executable: another copy of the program, or nil for the built one.
  ///   - environment: variables beside a plain set.
  ///   - signal: sent to it as soon as it has shown some progress; nil for none.
  /// - Returns: the exit code and what was written.
  /// - Throws: what starting it throws.
  func run(
    _ arguments: [String], executable: URL? = nil, environment: [String: String] = [:],
    signal: Int32? = nil
  ) throws -> Result {
    let process = Process()
    process.executableURL = executable ?? Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "COLUMNS": "80",
      "METARL_HOME": Self.sources.path, "XDG_CACHE_HOME": folder.path + ".cache",
    ].merging(environment) { $1 }
    // Files instead of pipes: nothing blocks, whatever is written first.
    let base = FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-output-\(UUID().uuidString)")
    let streams = [base.appendingPathExtension("out"), base.appendingPathExtension("err")]
    defer { streams.forEach { try? FileManager.default.removeItem(at: $0) } }
    for stream in streams { try Data().write(to: stream) }
    let handles = try streams.map { try FileHandle(forWritingTo: $0) }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    if let signal {
      while process.isRunning, try Data(contentsOf: streams[1]).count < 200 { usleep(5000) }
      kill(process.processIdentifier, signal)
    }
    let deadline = Date(timeIntervalSinceNow: 240)
    while process.isRunning, Date() < deadline { usleep(5000) }
    if process.isRunning {
      process.terminate()
      Issue.record("'metarl \(arguments.joined(separator: " "))' was still running after 240 s")
    }
    process.waitUntilExit()
    for handle in handles { try handle.close() }
    let texts = try streams.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    let status = process.terminationStatus
    return Result(
      code: process.terminationReason == .exit ? status : -status, output: texts[0],
      error: texts[1])
  }

  /// A training small enough for a test.
  static let smallTraining = [
    "train", "navigation-2d", "--run-dir", "run", "--iterations", "3", "--meta-batch-size", "2",
    "--rollouts-per-task", "3", "--hidden", "8", "--workers", "2", "--checkpoint-every", "2",
    "--set", "validation.tasks=2", "--set", "validation.rollouts_per_task=2", "--set",
    "validation.every=2", "--set", "report_tasks=0",
  ]
}
