import Foundation
import Glibc

/// The processor that the program runs on.
public enum Processor {
  /// Its name as the system gives it, and how many threads it runs: `AMD EPYC 7763, 4 threads`.
  public static var name: String {
    "\(model ?? architecture), \(ProcessInfo.processInfo.activeProcessorCount) threads"
  }

  /// Linux names the model on some architectures only.
  private static var model: String? {
    guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == "model name"
      else { continue }
      return parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    return nil
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86-64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown processor"
    #endif
  }
}
