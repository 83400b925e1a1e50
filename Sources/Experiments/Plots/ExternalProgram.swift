import Foundation
import Glibc

/// A program of the system that draws, found in `PATH`.
struct ExternalProgram: Sendable {
  /// What a run of it left.
  struct Outcome {
    /// Its exit code, or the signal that ended it.
    let status: Int32
    /// Standard output.
    let output: [UInt8]
    /// The last line of standard error that is not empty, or that it said nothing.
    let complaint: String
  }

  /// Why a run has no outcome.
  enum Failure: Error {
    /// It did not end in so many seconds after its input did.
    case endless(seconds: Int)
  }

  /// The path of the executable.
  let path: String

  /// Finds a program; nil when there is none of the name.
  ///
  /// - Parameters:
  ///   - name: of the executable.
  ///   - path: folders to look in, separated by colons.
  init?(named name: String, path: String) {
    let candidates = path.split(separator: ":").map { FileSystem.join(String($0), name) }
    guard
      let found = candidates.first(where: {
        FileSystem.kind(of: $0) == .file && access($0, X_OK) == 0
      })
    else { return nil }
    self.path = found
  }

  /// Runs it to its end; files take what it writes, so that nothing blocks.
  ///
  /// - Parameters:
  ///   - arguments: one a word.
  ///   - folder: where it runs, and where two files of it may lie.
  ///   - patience: seconds after the end of the input after which it is ended.
  ///   - feed: is given a function that writes to its standard input.
  /// - Returns: what came of it.
  /// - Throws: `Failure`, what starting it throws, and what `feed` throws. Input that it does not
  ///   take any more is no error: its complaint says more.
  func run(
    _ arguments: [String], in folder: URL, patience: Double,
    feed: (_ write: ([UInt8]) throws -> Void) throws -> Void
  ) throws -> Outcome {
    let names = ["output", "complaints"].map {
      folder.appendingPathComponent("\(UUID().uuidString).\($0)")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    for name in names { try Data().write(to: name) }
    let handles = try names.map { try FileHandle(forWritingTo: $0) }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    let pipe = Pipe()
    process.standardInput = pipe
    try process.run()
    let input = pipe.fileHandleForWriting
    do {
      try Self.withoutPipeSignal {
        try feed { bytes in
          do {
            try input.write(contentsOf: Data(bytes))
          } catch {
            throw Closed()
          }
        }
      }
    } catch is Closed {
      // It has ended; the status and the complaint tell why.
    } catch {
      process.terminate()
      process.waitUntilExit()
      throw error
    }
    try? input.close()
    let deadline = ContinuousClock.now + .seconds(patience)
    while process.isRunning, ContinuousClock.now < deadline { usleep(2000) }
    if process.isRunning {
      process.terminate()
      throw Failure.endless(seconds: Int(patience))
    }
    process.waitUntilExit()
    for handle in handles { try handle.close() }
    let said = String(decoding: try Data(contentsOf: names[1]), as: UTF8.self)
    let lines = said.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    return Outcome(
      status: process.terminationStatus, output: try FileSystem.contents(of: names[0].path),
      complaint: lines.last { !$0.isEmpty } ?? "it wrote nothing")
  }

  /// Thrown when the program takes no more input.
  private struct Closed: Error {}

  /// Does something in which a pipe that goes away is an error and does not end the process.
  private static func withoutPipeSignal(_ body: () throws -> Void) rethrows {
    var (signals, before) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    defer {
      var now = timespec()
      while sigtimedwait(&signals, nil, &now) == SIGPIPE {}
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    try body()
  }

  /// Does something in a folder that is removed afterwards.
  static func inTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try body(folder)
  }
}
