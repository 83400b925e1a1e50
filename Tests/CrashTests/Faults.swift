import Experiments
import Files
import Foundation

/// What befalls the file operations of a program below one folder; see Tests/FaultInjector.
struct Faults: Sendable, CustomStringConvertible {
  /// Operations on paths that contain this count.
  var folder: String
  /// The operation that is hit, from 1; 0 for none.
  var operation = 0
  /// How it is hit: `kill`, `kill-after`, `kill-half`, `short`, `error`, `silent`.
  var kind = ""
  /// The system's error number.
  var error: Int32 = 0
  /// Whether every later operation fails, too.
  var stays = false
  /// Where the operations are written down.
  var log: String?
  /// The file from whose appearance on MuJoCo gets no memory.
  var memoryEnd: String?

  /// The library beside the test bundle.
  static let library = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("libmetarl-faults.so").path

  /// Whether the library was built.
  static var isAvailable: Bool { FileSystem.kind(of: library) == .file }

  var environment: [String: String] {
    var variables = ["LD_PRELOAD": Self.library, "METARL_FAULT_FOLDER": folder]
    variables["METARL_FAULT_LOG"] = log
    variables["METARL_FAULT_MEMORY"] = memoryEnd
    if operation > 0 {
      variables["METARL_FAULT_AT"] = "\(operation)"
      variables["METARL_FAULT_KIND"] = kind
      variables["METARL_FAULT_ERRNO"] = "\(error)"
      if stays { variables["METARL_FAULT_STAYS"] = "1" }
    }
    return variables
  }

  var description: String {
    "\(kind)\(error > 0 ? " \(String(cString: strerror(error)))" : "")\(stays ? ", which stays," : "") "
      + "at operation \(operation)"
  }

  /// One operation of a log.
  struct Operation: Sendable, Equatable {
    var call: String
    var path: String
  }

  /// The operations of a log, in their order.
  static func operations(_ text: String) -> [Operation] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 2)
      return parts.count == 3 ? Operation(call: String(parts[1]), path: String(parts[2])) : nil
    }
  }
}
