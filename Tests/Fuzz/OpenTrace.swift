import Foundation

/// The files that a process and its children open, as strace tells them.
struct OpenTrace {
  /// The program that watches.
  static let program = URL(fileURLWithPath: "/usr/bin/strace")

  /// The folder of the run's own.
  let scratch: String

  /// What strace is started with, before the program that it watches.
  var arguments: [String] {
    [
      "-f", "--seccomp-bpf", "-qq", "-y", "-s", "4096", "-e", "signal=none", "-e",
      "trace=open,openat,openat2,creat", "-o", file,
    ]
  }

  private var file: String { scratch + "/opened" }

  /// Every file that was opened, or tried, and belongs neither to the run nor to the system's
  /// libraries.
  ///
  /// - Parameter folders: others whose files may be opened.
  /// - Returns: one line a file; none when all is well.
  /// - Throws: what reading the trace throws.
  func failures(besides folders: [String]) throws -> [String] {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    let lines = text.split(separator: "\n")
    guard lines.contains(where: { $0.contains(scratch) }) else {
      return ["strace has seen no file of the run"]
    }
    let allowed = folders + [scratch, "/proc/", "/sys/", "/dev/null", "/dev/urandom", "/etc/ld.so"]
    var failures: Set<String> = []
    // A handle (O_PATH) opens nothing.
    for line in lines where line.contains("open") && !line.contains("O_PATH") {
      guard let path = Self.path(in: line) else { continue }
      let isLibrary = path.hasSuffix(".so") || path.contains(".so.")
      guard !isLibrary, path != "/etc/localtime", !allowed.contains(where: path.hasPrefix) else {
        continue
      }
      failures.insert("opens '\(path)'")
    }
    return failures.sorted()
  }

  /// The path behind the descriptor, or the one that was tried.
  static func path(in line: Substring) -> String? {
    let parts = line.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    guard let start = parts[2].range(of: " = ")?.upperBound else { return String(parts[1]) }
    let result = parts[2][start...]
    guard let open = result.firstIndex(of: "<"), let close = result.lastIndex(of: ">"),
      result.first?.isNumber == true
    else { return String(parts[1]) }
    return String(result[result.index(after: open)..<close])
  }
}
