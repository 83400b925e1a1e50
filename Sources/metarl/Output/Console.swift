import Experiments
import Files
import Foundation
import Synchronization

/// The two streams of a command: results on standard output, everything else on standard
/// error.
enum Console {
  /// Whether somebody watches standard error on a terminal that can redraw a line.
  static var errorIsTerminal: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Whether standard error may be coloured: a terminal, and `NO_COLOR` is not set.
  ///
  /// Source: no-color.org.
  static var errorHasColour: Bool {
    errorIsTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Columns of the terminal behind standard error; 80 when there is none.
  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes a result and a line end to standard output.
  static func print(_ text: String) {
    let text = printable(text)
    write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
  }

  /// Writes a line to standard output that repeats what is on the disk already: that it cannot
  /// be written is a warning.
  static func printIfPossible(_ text: String) {
    if let failure = attempt(Array((printable(text) + "\n").utf8)[...], to: STDOUT_FILENO) {
      warn("cannot write to standard output: \(String(cString: strerror(failure))).")
    }
  }

  /// Makes sure that the three streams are open, so that no file of ours takes the number of one.
  ///
  /// What stands for a closed standard output refuses to be written to: a result is not lost
  /// without a word.
  static func openStreams() {
    for (number, flags) in [
      (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ] where fcntl(number, F_GETFD) < 0 && errno == EBADF {
      // The lowest free number is this one.
      _ = open("/dev/null", flags)
    }
  }

  /// Writes bytes of a result to standard output.
  static func write(_ bytes: [UInt8]) {
    write(bytes[...], to: STDOUT_FILENO)
  }

  /// Writes progress or a warning and a line end to standard error; on a terminal, lines that are
  /// too long for it are broken between words.
  static func note(_ text: String) {
    var text = printable(text)
    if errorIsTerminal {
      let width = columns
      text = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
        line.count > width ? wrappedLines(String(line), width: width) : [String(line)]
      }.joined(separator: "\n")
    }
    write(text + "\n", to: STDERR_FILENO)
  }

  /// A text that sends no commands to a terminal: names from files may hold anything.
  ///
  /// Control characters but line ends and tabs become `?`.
  static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
            ? "?" : scalar
        }))
  }

  /// Writes a warning to standard error, named after the program.
  static func warn(_ text: String) {
    note("metarl: warning: \(text)")
  }

  /// Writes the message of a failure to standard error, named after the program.
  static func complain(_ text: String) {
    note("metarl: \(text)")
  }

  /// Replaces the current line of the terminal behind standard error.
  static func redraw(_ line: String) {
    write("\r\u{1B}[2K" + line, to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8)[...], to: descriptor)
  }

  /// Writes all bytes; a reader that went away is no reason to stop.
  ///
  /// A result that cannot be written for another reason (a full disk) ends the program: what
  /// it was asked for is lost. Progress gives up where its reader does not read: on a descriptor
  /// that does not block after a second, on any other when the program was asked to stop.
  private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
    guard let failure = attempt(bytes, to: descriptor), descriptor == STDOUT_FILENO else { return }
    complain("cannot write to standard output: \(String(cString: strerror(failure))).")
    Scratch.removeAll()
    exit(ExitCategory.runFailed.rawValue)
  }

  /// Writes all bytes.
  ///
  /// - Returns: the system's error number; nil when all is written, or nobody reads any more.
  private static func attempt(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int32? {
    var rest = bytes
    while !rest.isEmpty {
      if descriptor == STDERR_FILENO {
        guard waitsForReader(descriptor) else { return nil }
      }
      // No more than a pipe takes at once when it takes anything.
      let count = rest.prefix(4096).withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, 1000)
      // The reader of a pipe has closed it; a terminal is gone.
      case EPIPE, EIO: return nil
      case let failure: return failure
      }
    }
    return nil
  }

  /// Whether progress can be written; false when it has to be given up.
  private static func waitsForReader(_ descriptor: Int32) -> Bool {
    let blocks = fcntl(descriptor, F_GETFL) & O_NONBLOCK == 0
    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    // One that was given up is not waited for again before it is read.
    let patience: Int32 = blocks ? 100 : isGivenUp.load(ordering: .relaxed) ? 0 : 1000
    while StopRequest.signal == nil || blocks == false {
      // An error or a closed end is `write`'s to tell.
      if poll(&ready, 1, patience) > 0 {
        isGivenUp.store(false, ordering: .relaxed)
        return true
      }
      if !blocks {
        isGivenUp.store(true, ordering: .relaxed)
        return false
      }
    }
    return poll(&ready, 1, 0) > 0
  }

  /// Whether the last progress found no reader.
  private static let isGivenUp = Atomic<Bool>(false)
}
