import Files
import Foundation
import Glibc
import Synchronization

/// A program of the system that draws, found in `PATH`.
package struct ExternalProgram: Sendable {
  /// What a run of it left.
  package struct Outcome {
    /// Its exit code, or the signal that ended it.
    let status: Int32
    /// Standard output.
    let output: [UInt8]
    /// The last line of standard error that is not empty, or that it said nothing.
    let complaint: String
  }

  /// Why a run has no outcome.
  package enum Failure: Error {
    /// It did not end in so many seconds after its input did.
    case endless(seconds: Int)
  }

  /// The path of the executable.
  package let path: String

  /// Finds a program; nil when there is none of the name.
  ///
  /// - Parameters:
  ///   - name: of the executable.
  ///   - path: folders to look in, separated by colons.
  package init?(named name: String, path: String) {
    let candidates = path.split(separator: ":").map { FileSystem.join(String($0), name) }
    guard
      let found = candidates.first(where: {
        FileSystem.kind(of: $0) == .file && access($0, X_OK) == 0
      })
    else { return nil }
    self.path = found
  }

  /// Runs it to its end; threads take what it writes, so that nothing blocks and no disk is needed.
  ///
  /// - Parameters:
  ///   - arguments: one a word.
  ///   - folder: where it runs.
  ///   - patience: seconds after the end of the input after which it is ended.
  ///   - feed: is given a function that writes to its standard input.
  /// - Returns: what came of it.
  /// - Throws: `Failure`, what starting it throws, and what `feed` throws. Input that it does not
  ///   take any more is no error: its complaint says more.
  package func run(
    _ arguments: [String], in folder: URL, patience: Double,
    feed: (_ write: ([UInt8]) throws -> Void) throws -> Void
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let (input, output, complaints) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    (process.standardOutput, process.standardError) = (output, complaints)
    try process.run()
    Scratch.note(program: process.processIdentifier)
    defer { Scratch.forget(program: process.processIdentifier) }
    let drains = [output, complaints].map { PipeDrain($0.fileHandleForReading) }
    do {
      try Self.withoutPipeSignal {
        try feed { bytes in
          do {
            try input.fileHandleForWriting.write(contentsOf: Data(bytes))
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
    try? input.fileHandleForWriting.close()
    let deadline = ContinuousClock.now + .seconds(patience)
    while process.isRunning, ContinuousClock.now < deadline { usleep(2000) }
    if process.isRunning {
      process.terminate()
      throw Failure.endless(seconds: Int(patience))
    }
    process.waitUntilExit()
    let written = drains.map { $0.bytes() }
    let lines = String(decoding: written[1], as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    return Outcome(
      status: process.terminationStatus, output: written[0],
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
}

/// Reads a pipe to its end on a thread of its own.
private final class PipeDrain: Sendable {
  private let read = Mutex<[UInt8]>([])
  private let end = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle) {
    Thread.detachNewThread { [self] in
      let all = (try? handle.readToEnd()).flatMap { $0 } ?? Data()
      read.withLock { $0 = Array(all) }
      end.signal()
    }
  }

  /// Everything that was written; waits for the end.
  func bytes() -> [UInt8] {
    end.wait()
    defer { end.signal() }
    return read.withLock { $0 }
  }
}
