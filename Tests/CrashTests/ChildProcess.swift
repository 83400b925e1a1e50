import Glibc

/// A program started as a process of its own, which the test signals, kills and waits for.
///
/// Signals are at their defaults in it, whatever the test runner ignores.
final class ChildProcess {
  /// How a process ended.
  enum End: Equatable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)
    case stillRunning

    var description: String {
      switch self {
      case .exited(let code): "exit \(code)"
      case .killed(let signal): "signal \(signal)"
      case .stillRunning: "still running"
      }
    }
  }

  /// The process number.
  let id: pid_t
  private var end: End?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: the program, looked for in PATH, and its arguments.
  ///   - folder: the working folder.
  ///   - environment: variables on top of this process's own.
  ///   - output: descriptor or file for standard output.
  ///   - error: descriptor or file for standard error.
  /// - Throws: `ChildError` when there is no such program.
  init(
    _ words: [String], folder: String, environment: [String: String] = [:],
    output: Stream = .file("/dev/null"), error: Stream
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (number, stream) in [(STDOUT_FILENO, output), (STDERR_FILENO, error)] {
      switch stream {
      case .file(let path):
        posix_spawn_file_actions_addopen(
          &actions, number, path, O_WRONLY | O_CREAT | O_APPEND, 0o666)
      case .descriptor(let descriptor):
        posix_spawn_file_actions_adddup2(&actions, descriptor, number)
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var variables: [String: String] = environment
    for name in ["PATH", "HOME", "TMPDIR"] {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    let words = ["env", "-C", folder] + words
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (arguments + settings).forEach { free($0) } }
    var started: pid_t = 0
    let code = posix_spawnp(&started, words[0], &actions, &attributes, &arguments, &settings)
    guard code == 0 else { throw ChildError(program: words[3], code: code) }
    id = started
  }

  deinit {
    if end == nil {
      kill(SIGKILL)
      _ = wait(seconds: 10)
    }
  }

  /// Where a stream of the process goes.
  enum Stream {
    case file(String)
    case descriptor(Int32)
  }

  /// Whether it has not ended yet.
  var isRunning: Bool { poll() == nil }

  /// Sends a signal.
  func kill(_ signal: Int32) { Glibc.kill(id, signal) }

  /// Waits for the end.
  func wait(seconds: Double) -> End {
    let deadline = now() + seconds
    while now() < deadline {
      if let end = poll() { return end }
      usleep(1000)
    }
    return poll() ?? .stillRunning
  }

  private func poll() -> End? {
    if let end { return end }
    var status: Int32 = 0
    guard waitpid(id, &status, WNOHANG) == id else { return nil }
    let signal = status & 0x7F
    end = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    return end
  }
}

/// A program that could not be started.
struct ChildError: Error, CustomStringConvertible {
  let program: String
  let code: Int32
  var description: String { "cannot start '\(program)': \(String(cString: strerror(code)))" }
}

/// Seconds of a clock that only goes forward.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
